import { limitsOf } from "../../core/budget.ts";
import type { Budget, SpendingLimit } from "../../core/budget.ts";
import { personIn } from "../../core/ids.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { BudgetCommandDeps, BudgetCommands } from "./budget.ts";
import type { CommandContext } from "./command.ts";
import { writeTable } from "../write-table.ts";

const maxBudgets = 200;
const kinds: readonly Budget["scope"]["kind"][] = ["workspace", "persona", "channel", "person"];

/** `budget show`: to everybody their own, to who manages the channel that of the channel, to admins all. */
export function createBudgetShow(deps: BudgetCommandDeps): BudgetCommands["budget show"] {
  const { platformOf, storage, budgets, settings } = deps;
  const { words, now } = deps.ambient;
  const said = words.budgets;
  const { timeZone } = settings;

  return async (_given, context) => {
    const { place, rights } = context;
    const at = now();
    const [all, stop] = await Promise.all([budgets.all(place, maxBudgets), budgets.stopOf(place)]);
    const shown = all
      .filter((budget) => mayShow(budget, context))
      .toSorted((a, b) => kinds.indexOf(a.scope.kind) - kinds.indexOf(b.scope.kind));
    const limits = shown.flatMap((budget) =>
      limitsOf(at, place, budget, timeZone).map((limit) => ({ budget, limit })),
    );
    const sums = await storage.counters.read(limits.map(({ limit }) => limit.key));
    const rows = await Promise.all(
      limits.map(({ budget, limit }, i) => rowOf(budget, limit, sums[i]?.["used"] ?? 0, context)),
    );
    const parts = [
      stop && said.stopped,
      `**${said.title}**`,
      rows.length > 0 ? writeTable(said.head, rows) : said.none,
      rights.isAdmin && said.change,
    ];
    return { text: parts.filter(Boolean).join("\n\n") };
  };

  function mayShow({ scope }: Budget, { rights, person, place }: CommandContext): boolean {
    if (rights.isAdmin) return true;
    if (scope.kind === "person") return scope.person === person;
    return scope.kind === "channel" && scope.channel === place.channel && rights.isChannelManager;
  }

  async function rowOf(
    { scope, liftedUntil }: Budget,
    { capMicroUsd = 0, per, period, isLifted }: SpendingLimit,
    usedMicroUsd: number,
    context: CommandContext,
  ): Promise<readonly string[]> {
    const lifted = isLifted && liftedUntil !== undefined && said.lifted(said.resets(liftedUntil, timeZone));
    return [
      await nameOf(scope, context),
      [said.cap(capMicroUsd, per), lifted].filter(Boolean).join(", "),
      said.spent(usedMicroUsd, capMicroUsd),
      said.resets(period.to, timeZone),
    ];
  }

  async function nameOf(scope: Budget["scope"], { place, person, signal }: CommandContext): Promise<string> {
    const platform = platformOf(place);
    switch (scope.kind) {
      case "workspace":
        return said.scope.workspace;
      case "persona":
        return said.scope.persona(quoteText(scope.persona));
      case "channel": {
        const facts = await platform.channel(place.workspace, scope.channel, signal).catch(() => undefined);
        return said.scope.channel(quoteText(facts?.name ?? scope.channel));
      }
      case "person": {
        if (scope.person === person) return said.scope.me;
        const id = personIn(scope.person);
        const facts = await platform.person(place.workspace, id, signal).catch(() => undefined);
        return said.scope.person(quoteText(facts ? `${facts.name} (${id})` : id));
      }
      default:
        return scope satisfies never;
    }
  }
}
