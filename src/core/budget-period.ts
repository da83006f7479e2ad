import { dateAt, periodOf } from "./period.ts";
import type { Period } from "./spending.ts";

export const budgetPeriods = ["day", "week", "month"] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

const named = { day: "today", week: "week", month: "month" } as const;

/** The day, week or month around a moment, in an IANA time zone; `name` is the local date of its first day. */
export function periodAround(
  at: number,
  per: BudgetPeriod,
  timeZone: string,
): Period & { readonly name: string } {
  const period = periodOf(named[per], at, timeZone);
  return { ...period, name: dateAt(period.from, timeZone) };
}
