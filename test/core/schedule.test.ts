import { describe, expect, it } from "vitest";

import { dateAt } from "../../src/core/period.ts";
import { daysUntil, retirementMark } from "../../src/core/retirement.ts";
import { latestRun, nextRun, reportedPeriod } from "../../src/core/schedule.ts";

const at = (iso: string) => Date.parse(iso);

describe("a report is due", () => {
  it.each([
    ["daily", 9, "Europe/Berlin", "2026-11-23T07:59:00Z", "2026-11-23T08:00:00Z"],
    ["daily", 9, "Europe/Berlin", "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"],
    ["daily", 9, "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T08:00:00Z"],
    ["daily", 9, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z"],
    ["daily", 2, "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"],
    ["daily", 0, "Asia/Kathmandu", "2026-11-23T00:00:00Z", "2026-11-23T18:15:00Z"],
    ["weekly", 9, "America/St_Johns", "2026-11-23T12:30:00Z", "2026-11-30T12:30:00Z"],
    ["weekly", 9, "America/St_Johns", "2026-11-23T12:29:00Z", "2026-11-23T12:30:00Z"],
    ["monthly", 23, "Australia/Lord_Howe", "2026-11-01T12:00:00Z", "2026-12-01T12:00:00Z"],
  ] as const)("%s at %i in %s: after %s at %s", (every, hour, zone, after, due) => {
    expect(new Date(nextRun({ every, hour }, at(after), zone)).toISOString()).toBe(
      new Date(due).toISOString(),
    );
  });

  it("once an hour that comes twice", () => {
    const schedule = { every: "daily", hour: 2 } as const;
    const first = nextRun(schedule, at("2026-10-24T12:00:00Z"), "Europe/Berlin");
    const second = nextRun(schedule, first, "Europe/Berlin");
    expect(dateAt(first, "Europe/Berlin")).toBe("2026-10-25");
    expect(dateAt(second, "Europe/Berlin")).toBe("2026-10-26");
  });

  it.each([
    ["daily", "yesterday", "2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z"],
    ["weekly", "last-week", "2026-11-16T00:00:00Z", "2026-11-23T00:00:00Z"],
    ["monthly", "last-month", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z"],
  ] as const)("%s about %s", (every, name, from, to) => {
    const period = { from: at(from), to: at(to) };
    expect(reportedPeriod({ every }, at("2026-11-23T09:00:00Z"), "UTC")).toEqual({ name, period });
  });

  it("for the last time that has passed, and says how many before it were missed", () => {
    const schedule = { every: "daily", hour: 9 } as const;
    const due = at("2026-11-20T09:00:00Z");
    expect(latestRun(schedule, due, due, "UTC")).toEqual({ run: due, missed: 0 });
    expect(latestRun(schedule, due, at("2026-11-23T08:59:59Z"), "UTC")).toEqual({
      run: at("2026-11-22T09:00:00Z"),
      missed: 2,
    });
  });
});

describe("a model that ends", () => {
  it.each([
    ["2027-02-01", 70, undefined],
    ["2027-01-22", 60, 60],
    ["2026-12-24", 31, 60],
    ["2026-12-23", 30, 30],
    ["2026-11-30", 7, 7],
    ["2026-11-23", 0, 7],
    ["2026-11-22", -1, undefined],
  ] as const)("on %s is %i days away: the mark is %s", (day, days, mark) => {
    expect(daysUntil(day, at("2026-11-23T00:00:00Z"))).toBe(days);
    expect(retirementMark(days)).toBe(mark);
  });
});
