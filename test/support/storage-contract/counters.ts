import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClock } from "./factory.ts";
import type { OpenStorage } from "./factory.ts";

export function testCounters(open: OpenStorage): void {
  describe("counters", () => {
    test("fields add up under their key", async () => {
      const { counters } = await open();
      await counters.add({ key: "day", fields: { input: 10, output: 2.5 } });
      await counters.add({ key: "day", fields: { input: -3 } });
      expect(await counters.read(["none", "day"])).toEqual([{}, { input: 7, output: 2.5 }]);
    });

    test("what is added under one id is added once a key", async () => {
      const { counters } = await open();
      for (const key of ["day", "day", "week"])
        await counters.add({ key, fields: { calls: 1 }, once: "call-1" });
      await counters.add({ key: "day", fields: { calls: 1 }, once: "call-2" });
      expect(await counters.read(["day", "week"])).toEqual([{ calls: 2 }, { calls: 1 }]);
    });

    test("rows grow element by element, with their fields and once an id", async () => {
      const { counters } = await open();
      const rows = [
        { key: "week", row: "gpt/chat", sums: [1, -7, 0.5] },
        { key: "week", row: 'a "quoted" 哈', sums: [Number.MAX_SAFE_INTEGER] },
        { key: "month", row: "", sums: [1] },
      ];
      for (const _time of [1, 2])
        await counters.add({ key: "day", fields: { calls: 1 }, rows, once: "call-1" });
      const longer = [{ key: "week", row: "gpt/chat", sums: [1, 2, 3, 4] }];
      await counters.add({ key: "day", fields: {}, rows: longer, once: "call-2" });
      expect(await counters.read(["day", "week"])).toEqual([{ calls: 1 }, {}]);
      expect(await counters.readRows(["week", "none", "month"])).toEqual([
        { "gpt/chat": [2, -5, 3.5, 4], 'a "quoted" 哈': [Number.MAX_SAFE_INTEGER] },
        {},
        { "": [1] },
      ]);
    });

    test("a step that fails adds nothing, and the id is as new as before", async () => {
      const { commit, counters } = await open();
      const rows = [{ key: "week", row: "gpt", sums: [1] }];
      const adding = { op: "counters.add", key: "day", fields: { calls: 1 }, rows, once: "call-1" } as const;
      const failing = { op: "records.put", collection: "c", id: "1", value: 1, ifVersion: 7 } as const;
      await expect(commit([adding, failing])).rejects.toMatchObject({ code: "version_conflict" });
      expect([await counters.read(["day"]), await counters.readRows(["week"])]).toEqual([[{}], [{}]]);
      await commit([adding]);
      expect(await counters.read(["day"])).toEqual([{ calls: 1 }]);
      expect(await counters.readRows(["week"])).toEqual([{ gpt: [1] }]);
    });

    test("sums keep every digit that a number has, and names may be anything", async () => {
      const { counters } = await open();
      const fields = { 'a "quoted" \\ name\n': Number.MAX_SAFE_INTEGER, "哈 🙂": -0.125, "": 1e-7 };
      await counters.add({ key: "day", fields });
      expect(await counters.read(["day"])).toEqual([fields]);
    });

    test("the highest sums come first", async () => {
      const { counters } = await open();
      await counters.add({ key: "people", fields: { ann: 5, bob: 9, cho: 1, dan: 5 } });
      expect(await counters.top("people", 3)).toEqual([
        { field: "bob", sum: 9 },
        { field: "ann", sum: 5 },
        { field: "dan", sum: 5 },
      ]);
    });

    test("a reservation stands under all of its keys or under none", async () => {
      const { counters } = await open();
      const reserve = (id: string, amount: number): ReturnType<typeof counters.reserve> =>
        counters.reserve({
          id,
          caps: [
            { key: "ann", cap: 10 },
            { key: "all", cap: 15 },
          ],
          amount,
          expiresAt: 9e15,
        });
      await counters.add({ key: "all", fields: { used: 4 } });
      expect(await reserve("1", 10)).toEqual({ ok: true });
      expect(await reserve("2", 1)).toEqual({ ok: false, key: "ann" });
      expect(await counters.read(["ann", "all"])).toEqual([{ reserved: 10 }, { used: 4, reserved: 10 }]);
      await counters.settle("1", 2);
      expect(await reserve("3", 8)).toEqual({ ok: true });
      expect(await reserve("4", 2)).toEqual({ ok: false, key: "ann" });
    });

    test("reserving or settling twice changes nothing", async () => {
      const { counters } = await open();
      const reservation = { id: "1", caps: [{ key: "ann", cap: 10 }], amount: 6, expiresAt: 9e15 };
      for (const _time of [1, 2]) expect(await counters.reserve(reservation)).toEqual({ ok: true });
      expect(await counters.read(["ann"])).toEqual([{ reserved: 6 }]);
      for (const actual of [4, 5]) await counters.settle("1", actual);
      expect(await counters.reserve(reservation)).toEqual({ ok: true });
      expect(await counters.read(["ann"])).toEqual([{ used: 4 }]);
      await counters.settle("unknown", 5);
    });

    test("a reservation that nobody settled counts as used, until it is settled after all", async () => {
      const clock = createClock();
      const { counters } = await open({ now: clock.now });
      await counters.reserve({
        id: "1",
        caps: [{ key: "ann", cap: 10 }],
        amount: 6,
        expiresAt: clock.now() + 1_000,
      });
      expect(await counters.read(["ann"])).toEqual([{ reserved: 6 }]);
      clock.advance(1_000);
      expect(await counters.read(["ann"])).toEqual([{ used: 6 }]);
      const other = { id: "2", caps: [{ key: "ann", cap: 10 }], amount: 5, expiresAt: clock.now() + 1_000 };
      expect(await counters.reserve(other)).toEqual({ ok: false, key: "ann" });
      await counters.settle("1", 1);
      expect(await counters.read(["ann"])).toEqual([{ used: 1 }]);
    });

    test("no cap is ever exceeded, however reservations and settlements mix", async () => {
      const { counters } = await open();
      const step = fc.record({ amount: fc.integer({ min: 1, max: 9 }), settles: fc.option(fc.nat(9)) });
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          runs += 1;
          const caps = [
            { key: `a${runs}`, cap: 20 },
            { key: `b${runs}`, cap: 30 },
          ];
          await Promise.all(
            steps.map(async ({ amount, settles }, index) => {
              const id = `${runs}/${index}`;
              const answer = await counters.reserve({ id, caps, amount, expiresAt: 9e15 });
              if (answer.ok && settles !== null) await counters.settle(id, Math.min(settles, amount));
              const [sums = {}] = await counters.read([`a${runs}`]);
              expect((sums["used"] ?? 0) + (sums["reserved"] ?? 0)).toBeLessThanOrEqual(20);
            }),
          );
        }),
        { numRuns: 40 },
      );
    });

    test("no window ever holds more than its limit, and what has to wait fits after the wait", async () => {
      const clock = createClock();
      const { counters } = await open({ now: clock.now });
      const window = { limit: 10, windowMs: 1_000 };
      const step = fc.record({ cost: fc.integer({ min: 1, max: 6 }), pauseMs: fc.nat(400) });
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
          runs += 1;
          const taken: { at: number; cost: number }[] = [];
          for (const { cost, pauseMs } of steps) {
            const first = await counters.take(`k${runs}`, cost, window);
            if (!first.ok) {
              clock.advance(first.retryAfterMs);
              expect(await counters.take(`k${runs}`, cost, window)).toEqual({ ok: true });
            }
            taken.push({ at: clock.now(), cost });
            const within = taken.filter((take) => take.at > clock.now() - window.windowMs);
            expect(within.reduce((sum, take) => sum + take.cost, 0)).toBeLessThanOrEqual(window.limit);
            clock.advance(pauseMs);
          }
        }),
        { numRuns: 30 },
      );
    });

    test("what costs more than a window passes when the window is empty", async () => {
      const clock = createClock();
      const { counters } = await open({ now: clock.now });
      const window = { limit: 10, windowMs: 1_000 };
      expect(await counters.take("k", 50, window)).toEqual({ ok: true });
      expect(await counters.take("k", 1, window)).toEqual({ ok: false, retryAfterMs: 1_000 });
      clock.advance(1_000);
      expect(await counters.take("k", 1, window)).toEqual({ ok: true });
    });

    test("several windows are taken from together, or none of them is", async () => {
      const clock = createClock();
      const { counters } = await open({ now: clock.now });
      const requests = { limit: 2, windowMs: 1_000 };
      const tokens = { limit: 100, windowMs: 2_000 };
      const take = (cost: number) =>
        counters.takeAll([
          { key: "r", cost: 1, window: requests },
          { key: "t", cost, window: tokens },
        ]);
      expect(await take(90)).toEqual({ ok: true });
      expect(await take(20)).toEqual({ ok: false, retryAfterMs: 2_000 });
      expect(await take(10)).toEqual({ ok: true });
      expect(await take(0)).toEqual({ ok: false, retryAfterMs: 1_000 });
    });

    test("what a reservation is for can be read once it lapsed, and not once it is settled", async () => {
      const clock = createClock();
      const { counters } = await open({ now: clock.now });
      const reserve = (id: string, expiresAt: number, value?: unknown) =>
        counters.reserve({
          id,
          caps: [
            { key: "ann", cap: 100 },
            { key: "all", cap: 100 },
          ],
          amount: 1,
          expiresAt,
          ...(value !== undefined && { value }),
        });
      const at = clock.now();
      await reserve("later", at + 2_000, { call: 2 });
      await reserve("sooner", at + 1_000, { call: 1 });
      await reserve("plain", at + 1_000);
      expect(await counters.lapsed(10)).toEqual([]);
      clock.advance(2_000);
      expect(await counters.lapsed(10)).toEqual([
        { id: "sooner", expiresAt: at + 1_000, value: { call: 1 } },
        { id: "later", expiresAt: at + 2_000, value: { call: 2 } },
      ]);
      expect(await counters.lapsed(1)).toHaveLength(1);
      await counters.settle("sooner", 1);
      expect(await counters.lapsed(10)).toMatchObject([{ id: "later" }]);
    });

    test("a clock that is set back keeps nobody waiting longer than a window", async () => {
      const clock = createClock();
      const { counters } = await open({ now: clock.now });
      const window = { limit: 1, windowMs: 1_000 };
      await counters.take("k", 1, window);
      clock.advance(-3_600_000);
      expect(await counters.take("k", 1, window)).toEqual({ ok: false, retryAfterMs: 1_000 });
      clock.advance(1_000);
      expect(await counters.take("k", 1, window)).toEqual({ ok: true });
    });
  });
}
