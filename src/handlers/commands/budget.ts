import { limitsOf } from "../../core/budget.ts";
import type { Budget, BudgetSettings } from "../../core/budget.ts";
import type { BudgetPeriod } from "../../core/budget-period.ts";
import type { Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { Now } from "../../core/ports.ts";
import type { Spending, SpendingScope } from "../../core/spending.ts";
import type { Operation, Storage } from "../../core/storage.ts";
import type { BudgetStore, StopReach } from "../../core/stores.ts";
import type { Words } from "../../core/words/en.ts";
import type { KnownPersonas } from "../known-personas.ts";
import type { RunningCalls } from "../running-calls.ts";
import { createBudgetShow } from "./budget-show.ts";
import type { CommandAnswer, CommandContext, CommandHandlers } from "./command.ts";
import { createFindSpender } from "./find-spender.ts";
import type { FoundSpender } from "./find-spender.ts";
import { refuse } from "./refuse.ts";
import { retryOvertaken } from "./retry-overtaken.ts";

export interface BudgetCommandDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit" | "counters">;
  readonly budgets: BudgetStore;
  readonly running: Pick<RunningCalls, "changed">;
  readonly known: KnownPersonas;
  readonly spentIn: SpentIn;
  readonly settings: Pick<BudgetSettings, "timeZone">;
  /** People who are admins by the config: the operator's. */
  readonly admins: readonly string[];
  readonly ambient: { readonly words: Words; readonly now: Now };
}

/** What was spent by somebody in a period, in micro-USD, by the ledger. */
export type SpentIn = (...asked: Parameters<Spending["cells"]>) => Promise<number>;

export type BudgetCommands = Pick<
  CommandHandlers,
  "budget show" | "budget set" | "budget clear" | "budget lift" | "budget stop" | "budget go"
>;

const liftMs = 3_600_000;

/** What may be spent, and who may change that. */
export function createBudgetCommands(deps: BudgetCommandDeps): BudgetCommands {
  const { platformOf, storage, budgets, running, known, spentIn, settings, admins } = deps;
  const { words, now } = deps.ambient;
  const said = words.budgets;
  const findSpender = createFindSpender({ platformOf, known, words });

  return {
    "budget show": createBudgetShow(deps),

    async "budget set"({ scope, amount, per }, context) {
      return withSpender(scope, context, async (found) => {
        const used = await setCap(found.scope, per, amount, context);
        return { text: said.set(found.name, amount, per, used) };
      });
    },

    async "budget clear"({ scope }, context) {
      return withSpender(scope, context, async (found) => {
        const isGone = await change(found.scope, context, (before, version) => [
          budgets.removing(context.place, before.scope, version),
        ]);
        return isGone ? { text: said.cleared(found.name) } : refuse(said.notSet(found.name));
      });
    },

    async "budget lift"({ scope }, context) {
      return withSpender(scope, context, async (found) => {
        const liftedUntil = now() + liftMs;
        const isLifted = await change(found.scope, context, (before, version) => [
          budgets.putting(context.place, { ...before, liftedUntil }, version),
        ]);
        return isLifted
          ? { text: said.liftedNow(found.name, said.resets(liftedUntil, settings.timeZone)) }
          : refuse(said.notSet(found.name));
      });
    },

    async "budget stop"({ for: reach }, context) {
      return withReach(reach, context, async (where) => {
        const { person: by, id: cause } = context;
        await storage.commit([budgets.stopping(where, { by, at: now(), cause })]);
        await running.changed();
        return { text: said.stoppedNow(where === "everywhere") };
      });
    },

    async "budget go"({ for: reach }, context) {
      return withReach(reach, context, async (where) => {
        await storage.commit([budgets.goingOn(where)]);
        const isStopped = (await budgets.stopOf(context.place)) !== undefined;
        const text = [said.goesOn(where === "everywhere"), isStopped && said.stillStopped];
        return { text: text.filter(Boolean).join(" ") };
      });
    },
  };

  async function withSpender(
    written: string,
    context: CommandContext,
    run: (found: FoundSpender) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    const found = await findSpender(written, context);
    return "text" in found ? found : run(found);
  }

  /** Other workspaces are none of an admin's business: everywhere is for those whom the operator names. */
  async function withReach(
    reach: "workspace" | "everywhere" | undefined,
    { place, by }: CommandContext,
    run: (where: StopReach) => Promise<CommandAnswer>,
  ): Promise<CommandAnswer> {
    const { platform, workspace } = place;
    if (reach !== "everywhere") return run({ platform, workspace });
    return admins.includes(by.id) ? run("everywhere") : refuse(said.operatorOnly);
  }

  /** Answers what was spent of it by now. What was spent before there was a budget counts too. */
  async function setCap(
    scope: SpendingScope,
    per: BudgetPeriod,
    capMicroUsd: number,
    { place, person: by, id: cause }: CommandContext,
  ): Promise<number> {
    return retryOvertaken(async () => {
      const [{ value: before, version } = { value: undefined, version: 0 }] = await budgets.of(place, [
        scope,
      ]);
      const at = now();
      const budget: Budget = {
        scope,
        caps: { ...before?.caps, [per]: capMicroUsd },
        change: { by, at, cause },
      };
      const limit = limitsOf(at, place, budget, settings.timeZone).find((each) => each.per === per);
      if (limit === undefined) return 0;
      const counted = await usedOf(limit.key);
      const missing =
        before?.caps[per] === undefined ? (await spentIn(place, scope, limit.period)) - counted : 0;
      const catchingUp: Operation = {
        op: "counters.add",
        key: limit.key,
        fields: { used: missing },
        once: cause,
      };
      await storage.commit([budgets.putting(place, budget, version), ...(missing === 0 ? [] : [catchingUp])]);
      return counted + missing;
    });
  }

  async function usedOf(key: string): Promise<number> {
    const [sums = {}] = await storage.counters.read([key]);
    return sums["used"] ?? 0;
  }

  /** Answers whether there was anything to change. */
  function change(
    scope: SpendingScope,
    { place }: CommandContext,
    operations: (before: Budget, version: number) => readonly Operation[],
  ): Promise<boolean> {
    return retryOvertaken(async () => {
      const [stored] = await budgets.of(place, [scope]);
      if (stored?.value === undefined) return false;
      await storage.commit(operations(stored.value, stored.version));
      return true;
    });
  }
}
