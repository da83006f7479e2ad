import type { Period } from "./spending.ts";

/** What a person may ask about. Weeks begin on Monday. */
export const periodNames = [
  "today",
  "yesterday",
  "week",
  "last-week",
  "month",
  "last-month",
  "year",
  "last-year",
] as const;

export type PeriodName = (typeof periodNames)[number];

/** A day of the calendar in a time zone. */
export interface Day extends Period {
  /** `2026-11-23` */
  readonly date: string;
}

const halfHourMs = 1_800_000;
const dayMs = 86_400_000;
/** The zones of the world are at most 14 hours ahead and 12 behind; days that change length need some more. */
const widestOffsetMs = 16 * 3_600_000;

/**
 * The whole period that is meant, in an IANA time zone. Where a zone stands at a quarter of an hour (Nepal), its days begin
 * at the half-hour after midnight, as spending is counted by half-hours.
 */
export function periodOf(name: PeriodName, now: number, zone: string): Period {
  const date = dateAt(Math.floor(now / halfHourMs) * halfHourMs, zone);
  const back = name === "yesterday" || name.startsWith("last-") ? 1 : 0;
  const [from, to] = datesOf(name, date, back);
  return { from: beginOf(from, zone), to: beginOf(to, zone) };
}

/** The days of a period, in order: those that it has a part of, cut to it. One lasts 23 or 25 hours where clocks change. */
export function daysOf({ from, to }: Period, zone: string): readonly Day[] {
  const days: Day[] = [];
  for (let date = dateAt(from, zone); ; date = addDays(date, 1)) {
    const begin = beginOf(date, zone);
    if (begin >= to) return days;
    const day = { date, from: Math.max(begin, from), to: Math.min(beginOf(addDays(date, 1), zone), to) };
    // A zone that moves over the date line has no such day.
    if (day.from < day.to) days.push(day);
  }
}

/** Whether the running program knows the time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** The date that a clock of the zone shows: `2026-11-23`. */
export function dateAt(at: number, zone: string): string {
  const parts = formatOf(zone).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/** The first half-hour of a date: the first at which clocks show it, or a later one where they never do. */
function beginOf(date: string, zone: string): number {
  const midnightUtc = Date.parse(date);
  let before = (midnightUtc - widestOffsetMs) / halfHourMs;
  let since = (midnightUtc + widestOffsetMs) / halfHourMs;
  while (since - before > 1) {
    const middle = Math.floor((before + since) / 2);
    if (dateAt(middle * halfHourMs, zone) >= date) since = middle;
    else before = middle;
  }
  return since * halfHourMs;
}

function datesOf(name: PeriodName, date: string, back: number): readonly [from: string, to: string] {
  const at = new Date(date);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  switch (name) {
    case "today":
    case "yesterday":
      return [addDays(date, -back), addDays(date, 1 - back)];
    case "week":
    case "last-week": {
      const sinceMonday = (at.getUTCDay() + 6) % 7;
      return [addDays(date, -sinceMonday - 7 * back), addDays(date, 7 - sinceMonday - 7 * back)];
    }
    case "month":
    case "last-month":
      return [toDate(Date.UTC(year, month - back)), toDate(Date.UTC(year, month - back + 1))];
    case "year":
    case "last-year":
      return [toDate(Date.UTC(year - back, 0)), toDate(Date.UTC(year - back + 1, 0))];
    default:
      return name satisfies never;
  }
}

function addDays(date: string, days: number): string {
  return toDate(Date.parse(date) + days * dayMs);
}

function toDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes 50 µs, and there are few zones. @throws RangeError for no zone */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const calendar = { timeZone: zone, calendar: "gregory", numberingSystem: "latn" } as const;
  const format = new Intl.DateTimeFormat("en", {
    ...calendar,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  if (formats.size < 1_000) formats.set(zone, format);
  return format;
}
