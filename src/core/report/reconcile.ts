import { csvLine } from "../csv.ts";
import type { BilledDay } from "../ports.ts";
import type { SpentCell } from "../spending.ts";

/** What was billed and what the ledger has, side by side; money in micro-USD. */
export interface Reconciliation {
  readonly billed: number;
  readonly counted: number;
  /** By days of UTC, in order; those on which there was anything. */
  readonly days: readonly (Compared & { readonly date: string })[];
  /** The greatest difference first. */
  readonly models: readonly (Compared & { readonly model: string })[];
  /** Billed for models that the ledger knows nothing of. */
  readonly others: number;
  readonly unpriced: number;
  readonly estimated: number;
}

interface Compared {
  readonly billed: number;
  readonly counted: number;
}

export function reconcile(billed: readonly BilledDay[], cells: readonly SpentCell[]): Reconciliation {
  const known = new Set(cells.map(({ model }) => modelName(model)));
  const lines = billed.flatMap(({ date, items }) =>
    items.map(({ lineItem, microUsd }) => ({
      date,
      model: modelName(lineItem),
      billed: microUsd,
      counted: 0,
    })),
  );
  const counted = cells.map(({ from, model, microUsd }) => ({
    date: new Date(from).toISOString().slice(0, 10),
    model: modelName(model),
    billed: 0,
    counted: microUsd,
  }));
  const all = [...lines, ...counted].filter((line) => line.billed !== 0 || line.counted !== 0);
  const days = [...Map.groupBy(all, ({ date }) => date)].map(([date, of]) => ({ date, ...sum(of) }));
  const models = [...Map.groupBy(all, ({ model }) => model)].map(([model, of]) => ({ model, ...sum(of) }));
  return {
    ...sum(all),
    days: days.toSorted((a, b) => (a.date < b.date ? -1 : 1)),
    models: models.toSorted((a, b) => difference(b) - difference(a)),
    others: sum(lines.filter(({ model }) => !known.has(model))).billed,
    unpriced: cells.reduce((total, cell) => total + cell.unpriced, 0),
    estimated: cells.reduce((total, cell) => total + cell.estimated, 0),
  };
}

/** Every line of the bill and every sum of the ledger, by day and model. */
export function writeReconciliation(billed: readonly BilledDay[], cells: readonly SpentCell[]): Uint8Array {
  const head = ["date", "source", "line_item", "model", "cost_micro_usd"];
  const bill = billed.flatMap(({ date, items }) =>
    items.map(({ lineItem, microUsd }) => [date, "billed", lineItem, modelName(lineItem), microUsd]),
  );
  const sums = Map.groupBy(
    cells,
    ({ from, model, kind }) => `${new Date(from).toISOString().slice(0, 10)} ${kind} ${model}`,
  );
  const ledger = [...sums.values()].flatMap((of) => {
    const [first] = of;
    if (first === undefined) return [];
    const date = new Date(first.from).toISOString().slice(0, 10);
    const microUsd = of.reduce((total, cell) => total + cell.microUsd, 0);
    return [[date, "ledger", first.kind, modelName(first.model), microUsd]];
  });
  return new TextEncoder().encode([head, ...bill, ...ledger].map(csvLine).join(""));
}

/** A model as both call it: without the kind of token that a line item names, and without the day of its snapshot. */
function modelName(written: string): string {
  const [model = ""] = written.split(",");
  return model.trim().replace(/-\d{4}-\d{2}-\d{2}$/, "") || "something else";
}

function sum(lines: readonly Compared[]): Compared {
  return lines.reduce(
    (total, { billed, counted }) => ({ billed: total.billed + billed, counted: total.counted + counted }),
    { billed: 0, counted: 0 },
  );
}

function difference({ billed, counted }: Compared): number {
  return Math.abs(billed - counted);
}
