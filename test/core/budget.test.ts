import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { capOf, limitsAt, marksPassed, scopesOf } from "../../src/core/budget.ts";
import type { Budget } from "../../src/core/budget.ts";
import { budgetPeriods, periodAround } from "../../src/core/budget-period.ts";
import { isTimeZone } from "../../src/core/period.ts";
import type { BudgetPeriod } from "../../src/core/budget-period.ts";
import type { ChannelId, PersonKey, WorkspaceId } from "../../src/core/ids.ts";

describe("a period", () => {
  it.each<[zone: string, per: BudgetPeriod, at: string, from: string, to: string]>([
    ["UTC", "day", "2026-11-23T16:00Z", "2026-11-23T00:00Z", "2026-11-24T00:00Z"],
    ["UTC", "week", "2026-11-29T23:59Z", "2026-11-23T00:00Z", "2026-11-30T00:00Z"],
    ["UTC", "month", "2026-12-31T23:59Z", "2026-12-01T00:00Z", "2027-01-01T00:00Z"],
    // Clocks go forward: 23 hours. Back: 25.
    ["Europe/Berlin", "day", "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"],
    ["Europe/Berlin", "day", "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"],
    ["Europe/Berlin", "week", "2026-10-25T12:00Z", "2026-10-18T22:00Z", "2026-10-25T23:00Z"],
    ["America/Los_Angeles", "month", "2026-11-01T05:00Z", "2026-10-01T07:00Z", "2026-11-01T07:00Z"],
    ["Asia/Kathmandu", "day", "2026-11-23T18:20Z", "2026-11-22T18:30Z", "2026-11-23T18:30Z"],
    // Midnight is skipped there that night.
    ["America/Santiago", "day", "2026-09-06T12:00Z", "2026-09-06T04:00Z", "2026-09-07T03:00Z"],
    // And shown twice there.
    ["America/Havana", "day", "2026-11-01T12:00Z", "2026-11-01T04:00Z", "2026-11-02T05:00Z"],
  ])("in %s of a %s at %s is from %s to %s", (zone, per, at, from, to) => {
    const period = periodAround(Date.parse(at), per, zone);
    expect([new Date(period.from), new Date(period.to)]).toEqual([new Date(from), new Date(to)]);
  });

  it("holds its moment, and the next begins where it ends, in every zone", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
        fc.constantFrom(...zones),
        fc.constantFrom(...budgetPeriods),
        (at, zone, per) => {
          const period = periodAround(at, per, zone);
          expect(period.from).toBeLessThanOrEqual(at);
          expect(period.to).toBeGreaterThan(at);
          expect(periodAround(period.to, per, zone).from).toBe(period.to);
          expect(periodAround(period.to - 1, per, zone).name).toBe(period.name);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["Mars/Olympus", false],
    ["", false],
  ])("%j is a time zone: %j", (name, isKnown) => expect(isTimeZone(name)).toBe(isKnown));
});

const place = { platform: "slack", workspace: "T1" as WorkspaceId } as const;
const who = { person: "slack/T1/U1" as PersonKey, channel: "C1" as ChannelId, persona: "legal" };
const change = { by: who.person, at: 0, cause: "" };

describe("what a call counts in", () => {
  it("is the workspace's month at least, so that each call has a reservation", () => {
    const limits = limitsAt(Date.UTC(2026, 10, 23), place, [], "UTC");
    expect(limits).toMatchObject([{ scope: { kind: "workspace" }, per: "month", isLifted: false }]);
    expect(limits.map((limit) => capOf(limit))).toEqual([Number.MAX_SAFE_INTEGER]);
  });

  it("is every cap of whom it is for, and where one is lifted it is only counted", () => {
    const [person, channel] = scopesOf(who);
    if (!person || !channel) throw new Error("no scopes");
    const budgets: readonly Budget[] = [
      { scope: person, caps: { day: 100, month: 900 }, change },
      { scope: channel, caps: { week: 50 }, liftedUntil: Date.UTC(2026, 10, 24), change },
      { scope: { kind: "workspace" }, caps: { month: 5_000 }, change },
    ];
    const limits = limitsAt(Date.UTC(2026, 10, 23, 12), place, budgets, "UTC");
    expect(limits.map((limit) => [limit.scope.kind, limit.per, capOf(limit), capOf(limit, 150)])).toEqual([
      ["person", "day", 100, 150],
      ["person", "month", 900, 1_350],
      ["channel", "week", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      ["workspace", "month", 5_000, 7_500],
    ]);
    expect(new Set(limits.map(({ key }) => key)).size).toBe(limits.length);
  });

  it.each([
    [0, []],
    [49, []],
    [50, [50]],
    [79, [50]],
    [80, [50, 80]],
    [100, [50, 80, 100]],
    [250, [50, 80, 100]],
  ])("%d of a hundred has passed %j", (used, marks) => expect(marksPassed(used, 100)).toEqual(marks));
});
