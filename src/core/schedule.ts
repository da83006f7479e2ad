import { Cron } from "croner";

import type { Place } from "./event.ts";
import { joinKey } from "./ids.ts";
import type { PersonKey } from "./ids.ts";
import { periodOf } from "./period.ts";
import type { PeriodName } from "./period.ts";
import type { CostChart } from "./report/chart.ts";
import type { Period } from "./spending.ts";

export const frequencies = ["daily", "weekly", "monthly"] as const;

export type Frequency = (typeof frequencies)[number];

/** A report of costs that is posted again and again. A channel has one at most. */
export interface ReportSchedule {
  readonly place: Pick<Place, "platform" | "workspace" | "channel">;
  readonly every: Frequency;
  /** By the clocks of the time zone of costs; 0 to 23. */
  readonly hour: number;
  /** Whose costs. */
  readonly of: "workspace" | "channel";
  readonly theme: CostChart["theme"];
  readonly by: PersonKey;
  /** The command that made it so; another one ends what this one had begun. */
  readonly cause: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** It could not be posted, and its maker was told. */
  readonly isPaused?: true;
}

const patterns: Readonly<Record<Frequency, (hour: number) => string>> = {
  daily: (hour) => `0 ${hour} * * *`,
  weekly: (hour) => `0 ${hour} * * 1`,
  monthly: (hour) => `0 ${hour} 1 * *`,
};

const periods: Readonly<Record<Frequency, PeriodName>> = {
  daily: "yesterday",
  weekly: "last-week",
  monthly: "last-month",
};

/** Names a schedule in the store. */
export function scheduleKey({ platform, workspace, channel }: ReportSchedule["place"]): string {
  return joinKey(platform, workspace, channel);
}

/**
 * When it is due next after a moment: every day, on Mondays, or on the first of the month, at its hour; where clocks skip
 * that hour, at the one after it. Milliseconds since the epoch; `zone` is an IANA name.
 */
export function nextRun(
  { every, hour }: Pick<ReportSchedule, "every" | "hour">,
  after: number,
  zone: string,
): number {
  const next = new Cron(patterns[every](hour), { timezone: zone }).nextRun(new Date(after));
  if (next === null) throw new RangeError(`nothing is due after ${after}`);
  return next.getTime();
}

/** Of what was due at `due` and since then: the last that is due by now, and how many there were before it. */
export function latestRun(
  schedule: Pick<ReportSchedule, "every" | "hour">,
  due: number,
  now: number,
  zone: string,
): { readonly run: number; readonly missed: number } {
  let run = due;
  for (let missed = 0; ; missed++) {
    const next = nextRun(schedule, run, zone);
    if (next > now) return { run, missed };
    run = next;
  }
}

/** What a report that is due at `run` is about: the day, week or month that is over then. */
export function reportedPeriod(
  { every }: Pick<ReportSchedule, "every">,
  run: number,
  zone: string,
): { readonly name: PeriodName; readonly period: Period } {
  const name = periods[every];
  return { name, period: periodOf(name, run, zone) };
}
