import type { BilledCosts } from "../../core/ports.ts";
import { quoteText } from "../../core/quote-text.ts";
import { reconcile, writeReconciliation } from "../../core/report/reconcile.ts";
import type { Reconciliation } from "../../core/report/reconcile.ts";
import { readPeriod } from "../reports/read-period.ts";
import { writeTable } from "../write-table.ts";
import type { CostCommandDeps, CostCommands } from "./cost.ts";
import { refuse } from "./refuse.ts";

const maxDays = 31;
const maxModels = 15;

/**
 * `cost reconcile`: what the model service billed beside what the ledger has. The bill is the whole organization's, and so for
 * those alone whom the operator names.
 */
export function createCostReconcile(
  deps: Pick<CostCommandDeps, "stores" | "costs" | "ambient" | "admins"> & {
    readonly billed: BilledCosts | undefined;
  },
): CostCommands["cost reconcile"] {
  const { stores, costs, admins, billed, ambient } = deps;
  const words = ambient.words.reconcile;
  const { usd } = ambient.words.costs;

  return async ({ period: name = "month" }, { place, by, signal }) => {
    if (!admins.includes(by.id)) return refuse(words.operatorOnly);
    if (costs.isOffline) return refuse(words.offline);
    if (billed === undefined) return refuse(words.noKey);
    // The bill has days of UTC.
    const utc = { costs: { ...costs, timeZone: "UTC" }, ambient };
    const { period, title } = readPeriod(name, utc);
    const until = { from: period.from, to: Math.min(period.to, ambient.now()) };
    const [days, cells] = await Promise.all([
      billed.days(until, signal),
      stores.spending.cells(place, { kind: "workspace" }, period),
    ]);
    const compared = reconcile(days, cells);
    const file = {
      name: `reconcile-${name}.csv`,
      mediaType: "text/csv; charset=utf-8",
      bytes: writeReconciliation(days, cells),
      altText: words.fileAlt,
    };
    return { text: [`**${words.title(title)}**`, ...write(compared)].join("\n\n"), files: [file] };
  };

  function write({ billed: sum, counted, days, models, others, unpriced, estimated }: Reconciliation) {
    if (days.length === 0) return [words.nothing];
    const row = (name: string, each: { readonly billed: number; readonly counted: number }) => [
      name,
      usd(each.billed),
      usd(each.counted),
      words.difference(each.billed - each.counted),
    ];
    const reasons = [
      others > 0 && words.others(others),
      unpriced > 0 && words.unpriced(unpriced),
      estimated > 0 && words.estimated(estimated),
      words.late,
    ].filter((reason) => reason !== false);
    return [
      words.sums(sum, counted),
      `${words.reasons}\n${reasons.map((reason) => `- ${reason}`).join("\n")}`,
      writeTable(
        words.modelHead,
        models.slice(0, maxModels).map((each) => row(quoteText(each.model), each)),
      ),
      writeTable(
        words.dayHead,
        days.slice(-maxDays).map((each) => row(each.date, each)),
      ),
    ];
  }
}
