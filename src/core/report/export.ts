import { csvLine } from "../csv.ts";
import type { CostReport } from "./report.ts";

/** Grows when a field changes its meaning or goes. */
const shapeVersion = 1;

/** A report's numbers for another program; money in micro-USD, times as in ISO 8601. */
export function writeReportJson(report: CostReport, zone: string): Uint8Array {
  const { period, total, models, days, kinds, ...rest } = report;
  const iso = (at: number) => new Date(at).toISOString();
  const shape = {
    version: shapeVersion,
    period: { from: iso(period.from), to: iso(period.to), timeZone: zone },
    total,
    models: models.map(({ model, ...of }) => ({ model: model ?? null, ...of })),
    days: days.map(({ date, microUsd, byModel }) => ({
      date,
      microUsd,
      byModel: models.map(({ model }, index) => ({ model: model ?? null, microUsd: byModel[index] ?? 0 })),
    })),
    kinds,
    ...rest,
  };
  return new TextEncoder().encode(`${JSON.stringify(shape, null, 2)}\n`);
}

/** What each day cost by model; a model without a name stands for all others. */
export function writeReportCsv({ days, models }: CostReport): Uint8Array {
  const lines = days.flatMap(({ date, byModel }) =>
    models.map(({ model }, index) => [date, model ?? "", byModel[index] ?? 0]),
  );
  return new TextEncoder().encode([["date", "model", "cost_micro_usd"], ...lines].map(csvLine).join(""));
}
