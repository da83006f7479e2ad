import { dateAt, periodOf } from "../../core/period.ts";
import type { PeriodName } from "../../core/period.ts";
import type { Now } from "../../core/ports.ts";
import type { Period } from "../../core/spending.ts";
import type { Words } from "../../core/words/en.ts";

export interface CostSettings {
  /** In which days begin, by its IANA name. */
  readonly timeZone: string;
  /** Nothing is really paid: the offline model answers. */
  readonly isOffline: boolean;
}

/** The period that somebody means, and how it is said. */
export function readPeriod(
  name: PeriodName,
  deps: { readonly costs: CostSettings; readonly ambient: { readonly words: Words; readonly now: Now } },
): { readonly period: Period; readonly title: string } {
  const { timeZone } = deps.costs;
  const words = deps.ambient.words.costs;
  const period = periodOf(name, deps.ambient.now(), timeZone);
  const dates = words.dates(dateAt(period.from, timeZone), dateAt(period.to - 1, timeZone), timeZone);
  return { period, title: words.period(name, dates) };
}
