import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../../../src/adapters/storage/embedded/storage.ts";
import type { EmbeddedStorage } from "../../../../src/adapters/storage/embedded/storage.ts";
import { createListPrices } from "../../../../src/adapters/pricing/list-prices.ts";
import { createLedger } from "../../../../src/adapters/storage/stores/ledger.ts";
import { createSpending } from "../../../../src/adapters/storage/stores/spending.ts";
import type { LedgerEntry, PaidCall } from "../../../../src/core/ledger.ts";
import type { ChannelId, PersonKey } from "../../../../src/core/ids.ts";
import { daysOf, periodOf } from "../../../../src/core/period.ts";
import { createPriceOf } from "../../../../src/core/pricing.ts";
import type { SpendingScope, SpentCell } from "../../../../src/core/spending.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { concerns, createDice, madeWorkspace, makeCall, sumCalls } from "../../../support/made-ledger.ts";

const year = { from: Date.parse("2026-01-01T00:00:00Z"), to: Date.parse("2027-01-01T00:00:00Z") };
const listed = createPriceOf(createListPrices({}));
const at = madeWorkspace;
const whole: SpendingScope = { kind: "workspace" };

function sumCells(cells: readonly SpentCell[]) {
  const sum = (of: (cell: SpentCell) => number) => cells.reduce((all, cell) => all + BigInt(of(cell)), 0n);
  return {
    calls: sum(({ calls }) => calls),
    errors: sum(({ errors }) => errors),
    unpriced: sum(({ unpriced }) => unpriced),
    microUsd: sum(({ microUsd }) => microUsd),
    input: sum(({ tokens }) => tokens.input),
    output: sum(({ tokens }) => tokens.output),
    savedMicroUsd: sum(({ savedMicroUsd }) => savedMicroUsd),
  };
}

describe("a year of paid calls", () => {
  const calls: PaidCall[] = [];
  let dir: string;
  let storage: EmbeddedStorage;
  let priceOf = listed;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "parley-spending-"));
    storage = await openEmbeddedStorage({ dir, now: Date.now, log: createMemoryLog() });
    const ledger = createLedger(storage, { priceOf: (use) => priceOf(use), note: () => undefined });
    const dice = createDice(7);
    for (let i = 0; i < 4_000; i++) calls.push(makeCall(i, year, dice));
    const batches = Array.from({ length: 40 }, (_, i) => calls.slice(i * 100, (i + 1) * 100));
    await Promise.all(batches.map((batch) => storage.commit(batch.flatMap((call) => ledger.adding(call)))));
    // What was under way when somebody was killed is done again.
    await storage.commit(calls.slice(1_000, 1_300).flatMap((call) => ledger.adding(call)));
  }, 60_000);
  afterAll(async () => {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  });

  it.each<[string, SpendingScope]>([
    ["the workspace", whole],
    ["a channel", { kind: "channel", channel: "C3" as ChannelId }],
    ["a person", { kind: "person", person: "slack/T1/U7" as PersonKey }],
    ["a persona", { kind: "persona", persona: "legal" }],
  ])("of %s adds up to what was called, to the last micro-USD", async (_whose, scope) => {
    const cells = await createSpending(storage).cells(at, scope, year);
    const own = calls.filter((call) => concerns(scope, call));
    expect(sumCells(cells)).toEqual(sumCalls(own, listed));
    const { byClass, microUsd } = cells.reduce((a, b) => (a.microUsd > b.microUsd ? a : b));
    expect(byClass.input + byClass.cached + byClass.output).toBe(microUsd);
  });

  it.each(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kolkata", "Australia/Lord_Howe"])(
    "adds up on every day of a month in %s",
    async (zone) => {
      const month = periodOf("month", Date.parse("2026-10-15T12:00:00Z"), zone);
      const cells = await createSpending(storage).cells(at, whole, month);
      for (const { date, from, to } of daysOf(month, zone)) {
        const isIn = (moment: number) => moment >= from && moment < to;
        const counted = sumCells(cells.filter((cell) => isIn(cell.from)));
        const made = sumCalls(
          calls.filter(({ startedAt }) => isIn(startedAt)),
          listed,
        );
        expect(counted, date).toEqual(made);
      }
    },
  );

  it.each(["UTC", "Asia/Kolkata"])("names who spent the most in a week in %s", async (zone) => {
    const week = periodOf("week", Date.parse("2026-10-15T12:00:00Z"), zone);
    const within = calls.filter(({ startedAt }) => startedAt >= week.from && startedAt < week.to);
    for (const kind of ["person", "channel", "persona"] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other reads as well.
      const top = await createSpending(storage).top(at, kind, week, 3);
      const sums = [...Map.groupBy(within, (call) => call[kind])].map(([id, own]) => ({
        id,
        ...sumCalls(own, listed),
      }));
      const dearest = sums
        .toSorted((a, b) => Number(b.microUsd - a.microUsd))
        .slice(0, 3)
        .map(({ id, calls: count, microUsd }) => [id, count, microUsd]);
      expect(
        top.map(({ scope, calls: count, microUsd }) => {
          const { kind: _kind, ...named } = scope;
          return [Object.values(named)[0], BigInt(count), BigInt(microUsd)];
        }),
      ).toEqual(dearest);
    }
  });

  it("lists the entries of a period newest first, and those of one person", async () => {
    const ledger = createLedger(storage, { priceOf: listed, note: () => undefined });
    const month = periodOf("month", Date.parse("2026-10-15T12:00:00Z"), "UTC");
    const within = calls.filter(({ startedAt }) => startedAt >= month.from && startedAt < month.to);
    const read = async (pages: AsyncIterable<readonly LedgerEntry[]>) => {
      const entries: LedgerEntry[] = [];
      for await (const page of pages) entries.push(...page);
      return entries;
    };
    const ids = (entries: readonly PaidCall[]) => entries.map(({ callId }) => callId);
    const all = await read(ledger.entries(at, month));
    expect(ids(all).toSorted()).toEqual(ids(within).toSorted());
    const times = all.map(({ startedAt }) => startedAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const person = "slack/T1/U7" as PersonKey;
    expect(ids(await read(ledger.entriesOf(person, at, month))).toSorted()).toEqual(
      ids(within.filter((call) => call.person === person)).toSorted(),
    );
  });

  it("is corrected by the difference when prices change, however often that is done", async () => {
    const ledger = createLedger(storage, { priceOf: (use) => priceOf(use), note: () => undefined });
    const spending = createSpending(storage);
    const reprice = async () => {
      for await (const page of ledger.entries(at, year)) {
        const repriced = page.flatMap((entry) => ledger.repricing(entry, "cause") ?? []);
        // Two instances at once.
        const operations = repriced.flatMap((each) => each.operations);
        await Promise.all([storage.commit(operations), storage.commit(operations)]);
      }
    };
    for (const input of [3, 1, 3]) {
      const changed: typeof listed = (use) =>
        use.model === "nobody-knows" || use.model === "gpt-5-mini"
          ? createPriceOf(() => ({ input, cachedInput: 0.5, output: 2 }))(use)
          : listed(use);
      priceOf = changed;
      // oxlint-disable-next-line no-await-in-loop -- each change comes after the one before.
      await reprice();
      const scopes: SpendingScope[] = [whole, { kind: "person", person: "slack/T1/U7" as PersonKey }];
      for (const scope of scopes) {
        // oxlint-disable-next-line no-await-in-loop -- as above.
        const cells = await spending.cells(at, scope, year);
        const own = calls.filter((call) => concerns(scope, call));
        expect(sumCells(cells)).toEqual(sumCalls(own, changed));
      }
    }
    const top = await spending.top(at, "person", year, 100);
    const sum = top.reduce((all, { microUsd }) => all + BigInt(microUsd), 0n);
    expect(sum).toBe(sumCalls(calls, priceOf).microUsd);
  });
});
