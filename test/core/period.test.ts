import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { dateAt, daysOf, isTimeZone, periodNames, periodOf } from "../../src/core/period.ts";

const hourMs = 3_600_000;
const utc = (text: string) => Date.parse(`${text}Z`);
const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Africa/Cairo",
  "America/Havana",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
];
const anyZone = fc.constantFrom(...zones);
const anyTime = fc.integer({ min: utc("2015-01-01T00:00"), max: utc("2036-01-01T00:00") });

describe("a period", () => {
  it.each([
    ["today", "Europe/Berlin", "2026-11-23T23:30", "2026-11-23T23:00", "2026-11-24T23:00"],
    ["yesterday", "UTC", "2026-03-01T00:00", "2026-02-28T00:00", "2026-03-01T00:00"],
    ["week", "UTC", "2026-11-22T10:00", "2026-11-16T00:00", "2026-11-23T00:00"],
    ["last-week", "UTC", "2026-11-23T00:00", "2026-11-16T00:00", "2026-11-23T00:00"],
    ["month", "America/New_York", "2026-03-10T12:00", "2026-03-01T05:00", "2026-04-01T04:00"],
    ["last-month", "Asia/Kolkata", "2026-01-15T12:00", "2025-11-30T18:30", "2025-12-31T18:30"],
    ["year", "America/St_Johns", "2026-11-23T12:00", "2026-01-01T03:30", "2027-01-01T03:30"],
    ["last-year", "UTC", "2026-11-23T12:00", "2025-01-01T00:00", "2026-01-01T00:00"],
  ] as const)("%s in %s, asked at %s, is from %s to %s", (name, zone, now, from, to) => {
    expect(periodOf(name, utc(now), zone)).toEqual({ from: utc(from), to: utc(to) });
  });

  it("begins at the half-hour after midnight where the zone stands at a quarter of an hour", () => {
    expect(periodOf("today", utc("2026-11-23T12:00"), "Asia/Kathmandu").from).toBe(utc("2026-11-22T18:30"));
  });

  it("of the present has the present in it, and lies on half-hours", () => {
    fc.assert(
      fc.property(anyTime, anyZone, fc.constantFrom(...periodNames), (now, zone, name) => {
        const { from, to } = periodOf(name, now, zone);
        expect([from % (hourMs / 2), to % (hourMs / 2)]).toEqual([0, 0]);
        const isPresent = ["today", "week", "month", "year"].includes(name);
        expect(from <= now && now < to).toBe(isPresent);
      }),
    );
  });
});

describe("the days of a period", () => {
  it.each([
    ["Europe/Berlin", "2026-03-29T12:00", 23],
    ["Europe/Berlin", "2026-10-25T12:00", 25],
    ["Australia/Lord_Howe", "2026-04-05T12:00", 24.5],
    // Its clocks go from midnight to one o'clock: the day has no midnight.
    ["Africa/Cairo", "2026-04-24T12:00", 23],
    ["America/Havana", "2026-11-01T12:00", 25],
    ["UTC", "2026-10-25T12:00", 24],
  ])("in %s around %s last %d hours", (zone, now, hours) => {
    const [day, ...more] = daysOf(periodOf("today", utc(now), zone), zone);
    expect(more).toEqual([]);
    expect(((day?.to ?? 0) - (day?.from ?? 0)) / hourMs).toBe(hours);
  });

  it("follow each other without a gap, each under its own date", () => {
    fc.assert(
      fc.property(anyTime, anyZone, fc.constantFrom("week", "month"), (now, zone, name) => {
        const period = periodOf(name, now, zone);
        const days = daysOf(period, zone);
        expect(days[0]?.from).toBe(period.from);
        expect(days.at(-1)?.to).toBe(period.to);
        for (const [i, { date, from, to }] of days.entries()) {
          if (i > 0) expect(days[i - 1]?.to).toBe(from);
          expect([dateAt(from, zone), dateAt(to - 1, zone)]).toEqual([date, date]);
        }
      }),
    );
  });

  it("skip the date that a zone skipped", () => {
    const december = periodOf("month", utc("2011-12-15T12:00"), "Pacific/Apia");
    const dates = daysOf(december, "Pacific/Apia").map(({ date }) => date);
    expect(dates).not.toContain("2011-12-30");
    expect(dates).toHaveLength(30);
  });
});

describe("a time zone", () => {
  it.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["Mars/Olympus", false],
    ["", false],
  ])("%s is one: %s", (zone, known) => expect(isTimeZone(zone)).toBe(known));
});
