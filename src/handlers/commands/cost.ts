import type { CommandArguments, CommandName } from "../../core/command/table.ts";
import type { Platform } from "../../core/platform.ts";
import type { BilledCosts, Now } from "../../core/ports.ts";
import { quoteText } from "../../core/quote-text.ts";
import type { Spending, SpendingScope, SpentCell } from "../../core/spending.ts";
import { totalOf, totalsByModel } from "../../core/spent.ts";
import type { Storage } from "../../core/storage.ts";
import type { Audit, Ledger, Schedules } from "../../core/stores.ts";
import type { Words } from "../../core/words/en.ts";
import type { CommandAnswer, CommandContext, CommandHandlers } from "./command.ts";
import { createCostExport } from "./cost-export.ts";
import { createCostReconcile } from "./cost-reconcile.ts";
import { createCostReport } from "./cost-report.ts";
import { createCostReprice } from "./cost-reprice.ts";
import { createCostSchedule } from "./cost-schedule.ts";
import type { MakeReport } from "../reports/make-report.ts";
import { readPeriod } from "../reports/read-period.ts";
import type { CostSettings } from "../reports/read-period.ts";
import { writeTable } from "../write-table.ts";

export interface CostCommandDeps {
  readonly storage: Pick<Storage, "commit">;
  readonly stores: {
    readonly ledger: Ledger;
    readonly spending: Spending;
    readonly audit: Audit;
    readonly schedules: Schedules;
  };
  readonly platformOf: (
    place: CommandContext["place"],
  ) => Pick<Platform, "limits" | "channel" | "canRead" | "rights">;
  readonly costs: CostSettings;
  /** What the model service billed, where there is a key to read it. */
  readonly billed: BilledCosts | undefined;
  /** People who are admins by the config: the operator's. */
  readonly admins: readonly string[];
  readonly ambient: { readonly words: Words; readonly now: Now };
}

export type CostCommands = Pick<CommandHandlers, Extract<CommandName, `cost ${string}`>>;

/** What was spent, for those whom it concerns. */
export function createCostCommands(deps: CostCommandDeps, makeReport: MakeReport): CostCommands {
  const { spending } = deps.stores;
  const words = deps.ambient.words.costs;

  return {
    "cost me": (given, context) => show("me", { kind: "person", person: context.person }, given, context),
    "cost channel": (given, context) =>
      show("channel", { kind: "channel", channel: context.place.channel }, given, context),
    "cost report": createCostReport(deps, makeReport),
    "cost schedule": createCostSchedule(deps),
    "cost export": createCostExport(deps),
    "cost reconcile": createCostReconcile(deps),
    "cost reprice": createCostReprice(deps),
  };

  async function show(
    whose: "me" | "channel",
    scope: SpendingScope,
    { period: name = "month" }: CommandArguments<"cost me">,
    { place }: CommandContext,
  ): Promise<CommandAnswer> {
    const { period, title } = readPeriod(name, deps);
    const cells = await spending.cells(place, scope, period);
    const parts = [
      `**${words.title[whose](title)}**`,
      ...(cells.length > 0 ? account(cells) : [words.nothing]),
    ];
    return { text: parts.filter(Boolean).join("\n\n") };
  }

  function account(cells: readonly SpentCell[]): readonly (string | false)[] {
    const { calls, errors, estimated, unpriced, tokens, microUsd, savedMicroUsd } = totalOf(cells);
    const lines = [
      words.cost(microUsd, unpriced),
      words.calls(calls, errors, estimated),
      words.tokens(tokens.input, tokens.cachedInput, tokens.output),
      ...(savedMicroUsd > 0 ? [words.saved(savedMicroUsd)] : []),
    ];
    const models = totalsByModel(cells);
    const rows = models.map((each) => [
      quoteText(each.model),
      words.kind(each.kind),
      words.count(each.calls),
      words.count(each.tokens.input),
      words.count(each.tokens.output),
      each.unpriced === each.calls ? words.unknown : words.usd(each.microUsd),
    ]);
    const unknown = models.filter((each) => each.unpriced > 0).map(({ model }) => quoteText(model));
    return [
      lines.map((line) => `- ${line}`).join("\n"),
      writeTable(words.head, rows),
      unpriced > 0 && words.unpriced(unpriced, [...new Set(unknown)]),
      deps.costs.isOffline && words.offline,
    ];
  }
}
