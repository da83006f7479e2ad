import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { noTokens } from "../../../src/core/ledger.ts";
import type { CallKind } from "../../../src/core/ledger.ts";
import { findAnomalies } from "../../../src/core/report/anomalies.ts";
import { forecastMonth } from "../../../src/core/report/forecast.ts";
import { buildReport } from "../../../src/core/report/report.ts";
import type { ReportInput } from "../../../src/core/report/report.ts";
import type { PriceOf } from "../../../src/core/pricing.ts";
import type { SpentCell } from "../../../src/core/spending.ts";

const dayMs = 86_400_000;
const zone = "Europe/Berlin";
// A month in which clocks change.
const period = { from: Date.parse("2026-09-30T22:00Z"), to: Date.parse("2026-10-31T23:00Z") };
const halfHours = (period.to - period.from) / 1_800_000;

function cellAt(halfHour: number, changes: Partial<SpentCell> = {}): SpentCell {
  const microUsd = changes.microUsd ?? 1_000_000;
  return {
    from: period.from + halfHour * 1_800_000,
    model: "m",
    kind: "chat",
    calls: 1,
    errors: 0,
    estimated: 0,
    unpriced: 0,
    tokens: noTokens,
    microUsd,
    byClass: { input: microUsd, cached: 0, output: 0 },
    savedMicroUsd: 0,
    durationMs: 0,
    ...changes,
  };
}

function reportOf(cells: readonly SpentCell[], changes: Partial<ReportInput> = {}) {
  return buildReport({
    period,
    cells,
    before: [],
    lately: [],
    zone,
    now: period.to,
    priceOf: () => undefined,
    hasBudget: true,
    ...changes,
  });
}

const cells = fc.array(
  fc
    .record({
      halfHour: fc.nat(halfHours - 1),
      model: fc.constantFrom(...Array.from({ length: 12 }, (_, i) => `model-${i}`)),
      kind: fc.constantFrom<CallKind>("chat", "summary", "embedding", "moderation"),
      microUsd: fc.nat(10_000_000),
      calls: fc.integer({ min: 1, max: 50 }),
      errors: fc.nat(1),
    })
    .map(({ halfHour, ...changes }) => cellAt(halfHour, changes)),
  { maxLength: 60 },
);

describe("a report", () => {
  it("has the same sum by day, by model and by kind, and never a figure that is none", () => {
    fc.assert(
      fc.property(cells, cells, (given, before) => {
        const report = reportOf(given, { before });
        const sum = given.reduce((all, { microUsd }) => all + microUsd, 0);
        const add = (values: readonly { readonly microUsd: number }[]) =>
          values.reduce((all, { microUsd }) => all + microUsd, 0);
        expect(add([report.total])).toBe(sum);
        expect(add(report.days)).toBe(sum);
        expect(add(report.models)).toBe(sum);
        expect(add(report.kinds)).toBe(sum);
        expect(report.days).toHaveLength(31);
        expect(report.models.length).toBeLessThanOrEqual(7);
        for (const { byModel, microUsd } of report.days)
          expect(byModel.reduce((all, each) => all + each, 0)).toBe(microUsd);
        expect(JSON.stringify(report)).not.toMatch(/null|NaN|Infinity/);
      }),
      { numRuns: 50 },
    );
  });

  it("puts what is spent at midnight into the day that begins, also where clocks were set back", () => {
    const report = reportOf([cellAt(0), cellAt(48), cellAt(48 * 25), cellAt(48 * 25 + 2)]);
    const spent = report.days.filter(({ microUsd }) => microUsd > 0).map(({ date }) => date);
    expect(spent).toEqual(["2026-10-01", "2026-10-02", "2026-10-25", "2026-10-26"]);
  });

  it("has the change against the time before, and none where nothing was spent then", () => {
    expect(reportOf([cellAt(1)], { before: [cellAt(1, { microUsd: 4_000_000 })] }).change).toBe(-0.75);
    expect(reportOf([cellAt(1)]).change).toBeUndefined();
  });

  it("counts as the cost of an answer what was paid around it", () => {
    const around = cellAt(1, { kind: "summary", microUsd: 500_000 });
    const failed = cellAt(1, { calls: 2, errors: 2, microUsd: 0 });
    expect(reportOf([cellAt(0, { calls: 3 }), around, failed]).answers).toEqual({
      count: 3,
      microUsdEach: 500_000,
    });
  });

  it("recommends a model that answers here anyway and would have cost far less", () => {
    const tokens = { ...noTokens, input: 1_000_000, output: 100_000 };
    const dear = cellAt(1, { model: "dear", calls: 10, tokens, microUsd: 20_000_000 });
    const cheap = cellAt(2, { model: "cheap", microUsd: 1_000 });
    const priceOf: PriceOf = ({ tokens: { input } }) => ({
      microUsd: input,
      savedMicroUsd: 0,
      byClass: { input, cached: 0, output: 0 },
    });
    expect(reportOf([dear, cheap], { priceOf }).recommendations).toContainEqual({
      kind: "cheaperModel",
      from: "dear",
      to: "cheap",
      savedMicroUsd: 19_000_000,
    });
    const kinds = reportOf([dear], { priceOf }).recommendations.map(({ kind }) => kind);
    expect(kinds).not.toContain("cheaperModel");
    expect(reportOf([dear], { hasBudget: false }).recommendations).toContainEqual({ kind: "setBudget" });
  });

  it("recommends prices where some are unknown, and names them", () => {
    const unknown = cellAt(1, { model: "mystery", unpriced: 1, microUsd: 0 });
    const report = reportOf([unknown]);
    expect(report.unpriced).toEqual(["mystery"]);
    expect(report.recommendations).toEqual([{ kind: "setPrices", models: ["mystery"] }]);
  });
});

describe("a forecast", () => {
  /** A dollar each weekday, nothing on Saturdays and Sundays. */
  const lately = Array.from({ length: 30 }, (_, day) => day)
    .filter((day) => ![0, 6].includes(new Date(period.from + day * dayMs + dayMs / 2).getUTCDay()))
    .map((day) => cellAt(day * 48 + 20));
  const now = Date.parse("2026-10-21T22:00Z");
  const known = lately.filter(({ from }) => from < now);

  it("adds what each day that is left usually costs", () => {
    // Of 1 to 21 October 15 were weekdays; of what is left 7 are, on 22, 23 and 26 to 30.
    expect(forecastMonth({ lately: known, zone, now })).toEqual({
      microUsd: 22_000_000,
      low: 22_000_000,
      high: 22_000_000,
    });
  });

  it("isn't made from less than a week", () => {
    expect(forecastMonth({ lately: known.slice(-4), zone, now })).toBeUndefined();
    expect(forecastMonth({ lately: [], zone, now })).toBeUndefined();
  });
});

describe("a day that stands out", () => {
  const days = (...dollars: number[]) =>
    dollars.map((each, i) => ({ date: `2026-10-0${i + 1}`, microUsd: each * 1e6 }));

  it.each<[what: string, dollars: number[], found: number[]]>([
    ["costs far more than the others", [1, 1.2, 0.9, 1.1, 9, 1], [9]],
    ["is no longer found among many of its kind", [1, 9, 9, 9, 1, 9], []],
    ["is not found where little is spent", [0, 0, 0.01, 0, 0.05, 0], []],
    ["is not found among few", [1, 1, 9], []],
  ])("%s", (_what, dollars, found) => {
    expect(findAnomalies(days(...dollars)).map(({ microUsd }) => microUsd / 1e6)).toEqual(found);
  });
});
