import { daysOf, periodOf } from "../period.ts";
import type { SpentCell } from "../spending.ts";

/** What the month will have come to at its end, in micro-USD. */
export interface Forecast {
  readonly microUsd: number;
  /** Half of the months like this one end between these. */
  readonly low: number;
  readonly high: number;
}

const leastDays = 7;
/** As many of one day of the week tell its usual cost. */
const leastOfWeekday = 2;

/**
 * Adds to what was spent this month what each day that is left usually costs: the median of its day of the week, or
 * of all days where that is too little to tell. Nothing where less than a week is known.
 */
export function forecastMonth(known: {
  readonly lately: readonly SpentCell[];
  readonly zone: string;
  readonly now: number;
}): Forecast | undefined {
  const { lately, zone, now } = known;
  const [first] = lately.toSorted((a, b) => a.from - b.from);
  if (first === undefined) return undefined;
  const past = daysOf({ from: first.from, to: now }, zone)
    // The first day and this one are known in part.
    .slice(1, -1)
    .map((day) => ({ weekday: weekdayOf(day.date), microUsd: sumWithin(lately, day) }));
  if (past.length < leastDays) return undefined;
  const month = periodOf("month", now, zone);
  const left = daysOf({ from: now, to: month.to }, zone);
  let [spent, low, high] = [0, 0, 0];
  spent = low = high = sumWithin(lately, { from: month.from, to: now });
  for (const day of left) {
    const share = (day.to - day.from) / 86_400_000;
    const alike = past.filter(({ weekday }) => weekday === weekdayOf(day.date));
    const values = (alike.length >= leastOfWeekday ? alike : past).map(({ microUsd }) => microUsd);
    spent += share * quantile(values, 0.5);
    low += share * quantile(values, 0.25);
    high += share * quantile(values, 0.75);
  }
  return { microUsd: Math.round(spent), low: Math.round(low), high: Math.round(high) };
}

/** Of any values, by linear interpolation between the two nearest. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? 0;
  const above = sorted[Math.ceil(at)] ?? below;
  return below + (above - below) * (at - Math.floor(at));
}

function sumWithin(cells: readonly SpentCell[], { from, to }: { from: number; to: number }): number {
  return cells.reduce((sum, cell) => (cell.from >= from && cell.from < to ? sum + cell.microUsd : sum), 0);
}

function weekdayOf(date: string): number {
  return new Date(date).getUTCDay();
}
