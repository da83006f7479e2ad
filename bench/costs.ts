import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";

import { createCharts } from "../src/adapters/charts/charts.ts";
import { createListPrices } from "../src/adapters/pricing/list-prices.ts";
import { openEmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import { createLedger } from "../src/adapters/storage/stores/ledger.ts";
import { rowsOf, sumsOf } from "../src/adapters/storage/stores/spending-keys.ts";
import { createSpending } from "../src/adapters/storage/stores/spending.ts";
import type { PaidCall } from "../src/core/ledger.ts";
import { periodOf } from "../src/core/period.ts";
import { createPriceOf } from "../src/core/pricing.ts";
import type { PriceOf } from "../src/core/pricing.ts";
import type { CostChart } from "../src/core/report/chart.ts";
import type { Period, SpendingScope } from "../src/core/spending.ts";
import { totalOf } from "../src/core/spent.ts";
import type { CounterRow } from "../src/core/counters.ts";
import type { Storage } from "../src/core/storage.ts";
import { createDice, madeWorkspace, makeCall } from "../test/support/made-ledger.ts";
import type { BenchResult } from "./result.ts";
import { median } from "./stats.ts";

const monthEntries = 1_000_000;
const yearEntries = 300_000;
/** Booked one by one as well, on one day. */
const bookedEntries = 10_000;
const someDay = { from: Date.parse("2025-06-01T00:00:00Z"), to: Date.parse("2025-06-02T00:00:00Z") };
const entriesAStep = 500;
const rowsAStep = 5_000;
const rounds = 5;
const zone = "Europe/Berlin";
const now = Date.parse("2026-10-15T12:00:00Z");
const workspaceScope: SpendingScope = { kind: "workspace" };

/** Reports over a month with 1,000,000 paid calls, and over the year around it, through the real store. */
export async function run(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-costs-"));
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: silent });
  try {
    const priceOf = createPriceOf(createListPrices({}));
    const ledger = createLedger(storage, { priceOf, note: () => undefined });
    const [month, year] = [periodOf("month", now, zone), periodOf("year", now, zone)];
    const dice = createDice(1);
    const startedAtMs = performance.now();
    for (let i = 0; i < bookedEntries; i += entriesAStep) {
      const calls = Array.from({ length: entriesAStep }, (_, k) => makeCall(i + k, someDay, dice));
      await storage.commit(calls.flatMap((call) => ledger.adding(call)));
    }
    const perSecond = bookedEntries / ((performance.now() - startedAtMs) / 1_000);
    for (const { count, period } of [
      { count: monthEntries, period: month },
      { count: yearEntries, period: year },
    ]) {
      const calls = Array.from({ length: count }, (_, i) => makeCall(i, period, dice));
      await storeSums(storage, calls, priceOf);
    }

    const spending = createSpending(storage);
    const report = async (period: Period) => {
      const cells = await spending.cells(madeWorkspace, workspaceScope, period);
      await spending.top(madeWorkspace, "channel", period, 10);
      await spending.top(madeWorkspace, "person", period, 10);
      return totalOf(cells);
    };
    const scan = async () => {
      for await (const page of ledger.entries(madeWorkspace, someDay)) page.map(({ microUsd }) => microUsd);
    };
    const ofMonth = await measure(() => report(month));
    const ofYear = await measure(() => report(year));
    const ofScan = await measure(scan);
    const ofDrawing = await measureDrawing();
    return [
      { name: `entries booked, ${entriesAStep} a step`, value: perSecond, unit: "/s" },
      {
        name: "report of a month, 1,000,000 entries: cells, top channels, top people",
        value: ofMonth.medianMs,
        unit: "ms",
        target: "≤ 300",
        ok: ofMonth.medianMs <= 300,
        comparedTo: "reading its entries one by one, by the time that some of them take",
        comparedValue: (ofScan.medianMs * monthEntries) / bookedEntries,
      },
      { name: "event-loop delay p99 meanwhile", value: ofMonth.delayP99Ms, unit: "ms" },
      { name: "report of the year, 1,300,000 entries", value: ofYear.medianMs, unit: "ms" },
      { name: "event-loop delay p99 meanwhile", value: ofYear.delayP99Ms, unit: "ms" },
      {
        name: "a picture of 31 days and 15 models, drawn in a worker",
        value: ofDrawing.medianMs,
        unit: "ms",
        target: "≤ 500",
        ok: ofDrawing.medianMs <= 500,
      },
      {
        name: "event-loop delay p99 meanwhile",
        value: ofDrawing.delayP99Ms,
        unit: "ms",
        target: "≤ 20",
        ok: ofDrawing.delayP99Ms <= 20,
      },
    ];
  } finally {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Stores the sums that these calls leave behind, without booking each: that would take a quarter of an hour. */
async function storeSums(
  { counters }: Pick<Storage, "counters">,
  calls: readonly PaidCall[],
  priceOf: PriceOf,
): Promise<void> {
  const sums = new Map<string, CounterRow & { readonly sums: number[] }>();
  for (const call of calls) {
    const entry = { ...call, ...priceOf({ ...call, at: call.startedAt }) };
    for (const { key, row, sums: added } of rowsOf(entry, sumsOf(entry))) {
      // People have cells of their own, a million rows of them, which this report doesn't read.
      if (key.includes("/person/")) continue;
      const name = `${key} ${row}`;
      const sum = sums.get(name) ?? { key, row, sums: added.map(() => 0) };
      sums.set(name, sum);
      for (const [i, amount] of added.entries()) sum.sums[i] = (sum.sums[i] ?? 0) + amount;
    }
  }
  const rows = [...sums.values()];
  for (let i = 0; i < rows.length; i += rowsAStep)
    await counters.add({ key: "bench", fields: {}, rows: rows.slice(i, i + rowsAStep) });
}

/** After the first, with which the worker starts. */
async function measureDrawing() {
  const charts = createCharts();
  try {
    const models = Array.from({ length: 15 }, (_, i) => `model-${i}`);
    const chart: CostChart = {
      theme: "light",
      title: "$1,234.56",
      subtitle: "This month",
      models,
      days: Array.from({ length: 31 }, (_, day) => ({
        label: `${day + 1} Nov`,
        byModel: models.map((_model, i) => (day + 1) * (i + 1) * 10_000),
      })),
      shares: ["Answers", "Summaries", "Embeddings"].map((label) => ({
        label,
        microUsd: 1e6,
        value: "33 %",
      })),
      headings: { days: "By day and model", shares: "What for" },
      nothing: "Nothing was spent.",
    };
    return await measure(() => charts.drawCosts(chart, new AbortController().signal));
  } finally {
    await charts.close();
  }
}

async function measure(work: () => Promise<unknown>) {
  await work();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const startedAtMs = performance.now();
    await work();
    times.push(performance.now() - startedAtMs);
  }
  delay.disable();
  return { medianMs: median(times), delayP99Ms: delay.percentile(99) / 1e6 };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };
