import { limitsOf, marksPassed, scopesOf } from "../core/budget.ts";
import type { Budget, SpendingLimit } from "../core/budget.ts";
import { toAppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import { personIn } from "../core/ids.ts";
import type { CauseId, PersonId } from "../core/ids.ts";
import type { Platform } from "../core/platform.ts";
import { quoteText } from "../core/quote-text.ts";
import type { BudgetStore } from "../core/stores.ts";
import type { BudgetDue } from "./budget-due.ts";
import type { FindAdmins } from "./find-admins.ts";
import type { ChatMessageDeps } from "./story.ts";

/**
 * Tells those whom it concerns that a budget is used by 50, 80 or 100 percent, once each: a person, a channel, and of all
 * others the admins. @throws AppError `platform_unreachable`, `storage_*`
 */
export type WarnBudgets = (due: BudgetDue, signal: AbortSignal) => Promise<void>;

export function createWarnBudgets(
  deps: Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient"> & {
    readonly budgets: BudgetStore;
    readonly timeZone: string;
    readonly findAdmins: FindAdmins;
  },
): WarnBudgets {
  const { platformOf, storage, budgets, timeZone, findAdmins } = deps;
  const { words, log } = deps.ambient;

  return async ({ place, context, at, refused }, signal) => {
    const stored = await budgets.of(place, scopesOf(context));
    for (const { value: budget } of stored) {
      if (budget === undefined) continue;
      for (const limit of limitsOf(at, place, budget, timeZone))
        // oxlint-disable-next-line no-await-in-loop -- few, and the first to fail is tried again with all that follow.
        await warn(budget, limit, place, limit.key === refused, signal);
    }
  };

  async function warn(
    budget: Budget,
    limit: SpendingLimit,
    place: Place,
    isRefused: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { key, scope, per, period, capMicroUsd = 0 } = limit;
    const [[sums = {}], { value: told, version }] = await Promise.all([
      storage.counters.read([key]),
      budgets.marksTold(key),
    ]);
    const usedMicroUsd = sums["used"] ?? 0;
    const passed = isRefused
      ? [...marksPassed(capMicroUsd, capMicroUsd)]
      : marksPassed(usedMicroUsd, capMicroUsd);
    const percent = passed.findLast((mark) => !told.includes(mark));
    if (percent === undefined || told.some((mark) => mark > percent)) return;
    const name = scope.kind === "persona" ? quoteText(scope.persona) : undefined;
    const facts = { percent, usedMicroUsd, capMicroUsd, per, resetsAt: period.to, timeZone };
    const text = words.budgets.warning(scope.kind, name, facts);
    const cause = `budget:${key}:${percent}` as CauseId;
    const platform = platformOf(place);
    await platform.ready(signal);
    if (scope.kind === "channel")
      await post(platform, { ...place, channel: scope.channel }, cause, text, signal);
    else {
      const people =
        scope.kind === "person"
          ? [personIn(scope.person)]
          : await findAdmins(place, [budget.change.by], signal);
      for (const person of people)
        // oxlint-disable-next-line no-await-in-loop -- few, and a platform's rate is shared.
        await tell(platform, place, person, cause, text, signal);
    }
    await storage.commit([budgets.telling(key, [...new Set([...told, ...passed])], version)]);
    log.info({ platform: place.platform, scope: scope.kind, percent }, "budget warning given");
  }

  async function post(
    platform: Platform,
    place: Place,
    cause: CauseId,
    text: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const posted = await platform.findPosted(place, cause, signal);
      if (posted.length === 0) await platform.post(place, cause, { text }, signal);
    } catch (error) {
      passOver(error);
    }
  }

  async function tell(
    platform: Platform,
    { workspace }: Place,
    person: PersonId,
    cause: CauseId,
    text: string,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await platform.sendDirect(workspace, person, cause, text, signal);
    } catch (error) {
      passOver(error);
    }
  }

  /** A channel may be closed to Parley, and somebody may take no direct messages; what may yet succeed is tried again. */
  function passOver(thrown: unknown): void {
    const error = toAppError(thrown);
    if (error.code !== "platform_refused") throw error;
    log.info({ code: error.code }, "a budget warning could not be given");
  }
}
