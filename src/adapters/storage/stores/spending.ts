import type { CallKind } from "../../../core/ledger.ts";
import type { Period, SpentCell, Spending } from "../../../core/spending.ts";
import type { Storage } from "../../../core/storage.ts";
import { cellsKey, dayMs, halfHourMs, scopeOf, spenderLetters, spendersKey } from "./spending-keys.ts";

/** Keys read at once: between two reads others have their turn. */
const daysAtOnce = 2;

type Rows = Readonly<Record<string, readonly number[]>>;

/** Reads the sums that the ledger keeps by half-hour. */
export function createSpending({ counters }: Pick<Storage, "counters">): Spending {
  return {
    async cells(at, scope, period) {
      const cells: SpentCell[] = [];
      await readDays(
        daysIn(period),
        (day) => cellsKey(at, scope, day),
        (rows, day) => {
          for (const [row, sums] of Object.entries(rows)) {
            const cell = toCell(row, sums, day);
            if (cell.from >= period.from && cell.from < period.to) cells.push(cell);
          }
        },
      );
      return cells.toSorted((a, b) => a.from - b.from);
    },

    async top(at, kind, period, limit) {
      const days = daysIn(period);
      const isWhole = (day: number) => day * dayMs >= period.from && (day + 1) * dayMs <= period.to;
      const sums = new Map<string, { microUsd: number; calls: number }>();
      const add = (row: string, [calls = 0, microUsd = 0]: readonly number[]) => {
        const id = row.slice(row.indexOf("/") + 1);
        const sum = sums.get(id) ?? { microUsd: 0, calls: 0 };
        sums.set(id, { microUsd: sum.microUsd + microUsd, calls: sum.calls + calls });
      };
      const own = (rows: Rows) =>
        Object.entries(rows).filter(([row]) => row.startsWith(spenderLetters[kind]));
      await readDays(
        days.filter(isWhole),
        (day) => spendersKey(at, day, "day"),
        (rows) => {
          for (const [row, spent] of own(rows)) add(row, spent);
        },
      );
      await readDays(
        days.filter((day) => !isWhole(day)),
        (day) => spendersKey(at, day, "halfHour"),
        (rows, day) => {
          for (const [row, spent] of own(rows)) {
            const from = day * dayMs + Number(row.slice(1, row.indexOf("/"))) * halfHourMs;
            if (from >= period.from && from < period.to) add(row, spent);
          }
        },
      );
      return [...sums]
        .toSorted(([a, x], [b, y]) => y.microUsd - x.microUsd || y.calls - x.calls || (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([id, sum]) => ({ scope: scopeOf(kind, id), ...sum }));
    },
  };

  async function readDays(
    days: readonly number[],
    keyOf: (day: number) => string,
    use: (rows: Rows, day: number) => void,
  ): Promise<void> {
    for (let first = 0; first < days.length; first += daysAtOnce) {
      const some = days.slice(first, first + daysAtOnce);
      // oxlint-disable-next-line no-await-in-loop -- a year at once would keep all who read waiting.
      const read = await counters.readRows(some.map(keyOf));
      for (const [i, day] of some.entries()) use(read[i] ?? {}, day);
    }
  }
}

/** UTC days that a period has a part of. */
function daysIn({ from, to }: Period): readonly number[] {
  const first = Math.floor(from / dayMs);
  return Array.from({ length: Math.max(0, Math.ceil(to / dayMs) - first) }, (_, i) => first + i);
}

/** `row`: `<half-hour>/<kind>/<model>`; a model's name may be anything. The sums are in the order of `sumNames`. */
function toCell(row: string, sums: readonly number[], day: number): SpentCell {
  const afterSlot = row.indexOf("/");
  const afterKind = row.indexOf("/", afterSlot + 1);
  const [calls = 0, errors = 0, estimated = 0, unpriced = 0, ...others] = sums;
  const [input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0, ...money] = others;
  const [microUsd = 0, cachedMicroUsd = 0, outputMicroUsd = 0, savedMicroUsd = 0, durationMs = 0] = money;
  return {
    from: day * dayMs + Number(row.slice(0, afterSlot)) * halfHourMs,
    model: row.slice(afterKind + 1),
    kind: row.slice(afterSlot + 1, afterKind) as CallKind,
    calls,
    errors,
    estimated,
    unpriced,
    tokens: { input, cachedInput, cacheWrite, output, reasoning },
    microUsd,
    byClass: {
      input: microUsd - cachedMicroUsd - outputMicroUsd,
      cached: cachedMicroUsd,
      output: outputMicroUsd,
    },
    savedMicroUsd,
    durationMs,
  };
}
