import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/core/storage.ts";
import { codeOf } from "./factory.ts";
import type { OpenStorage } from "./factory.ts";

export function testCommit(open: OpenStorage): void {
  describe("commit", () => {
    test("operations of every primitive are one step", async () => {
      const { commit, counters, log, queue, records } = await open();
      await queue.enqueue({ key: "k", ids: ["in"], payload: 1 });
      const [claim] = await queue.claim({
        owner: "me",
        lane: "main",
        leaseMs: 60_000,
        limit: 1,
        maxEntries: 1,
      });
      await counters.reserve({ id: "r", caps: [{ key: "ann", cap: 9 }], amount: 5, expiresAt: 9e15 });
      await commit([
        { op: "records.put", collection: "things", id: "a", value: 1, ifVersion: 0 },
        { op: "log.put", key: "turns", id: "m1", order: 1, revision: 1, value: "reply" },
        { op: "log.remove", key: "turns", id: "m0" },
        { op: "counters.add", key: "day", fields: { calls: 1 }, once: "call" },
        { op: "counters.settle", id: "r", actual: 3 },
        { op: "queue.enqueue", key: "later", ids: ["out"], payload: 2 },
        { op: "queue.finish", token: claim?.token as never },
      ]);
      expect((await records.get("things", "a"))?.value).toBe(1);
      expect(await log.range("turns", { direction: "oldestFirst", limit: 9 })).toHaveLength(1);
      expect(await counters.read(["day", "ann"])).toEqual([{ calls: 1 }, { used: 3 }]);
      expect(await queue.stats()).toMatchObject({ waiting: 1, claimed: 0 });
    });

    const lost = (token: string): Operation => ({ op: "queue.finish", token: token as never });
    test.for<{ code: string; failing: Operation }>([
      {
        code: "version_conflict",
        failing: { op: "records.put", collection: "c", id: "old", value: 2, ifVersion: 7 },
      },
      {
        code: "version_conflict",
        failing: { op: "records.delete", collection: "c", id: "old", ifVersion: 7 },
      },
      { code: "superseded", failing: lost("12345") },
      { code: "superseded", failing: { op: "queue.checkpoint", token: "12345" as never, state: 1 } },
      { code: "superseded", failing: { op: "queue.retry", token: "12345" as never, at: 0 } },
    ])(
      "when $failing.op fails with $code, nothing of the step is there, and its neighbours are",
      async ({ code, failing }) => {
        const { commit, log, queue, records } = await open();
        await records.put({ collection: "c", id: "old", value: 1 });
        const before = records.put({ collection: "c", id: "before", value: 1 });
        const step = commit([
          { op: "records.put", collection: "c", id: "new", value: 1 },
          { op: "log.put", key: "turns", id: "m", order: 1, revision: 1, value: 1, people: ["ann"] },
          { op: "queue.enqueue", key: "k", ids: ["e"], payload: 1 },
          failing,
          { op: "records.put", collection: "c", id: "newer", value: 1 },
        ]);
        const after = records.put({ collection: "c", id: "after", value: 1 });
        expect(await codeOf(step)).toBe(code);
        await Promise.all([before, after]);
        const found = await records.getMany("c", ["new", "newer", "old", "before", "after"]);
        expect(found.map((record) => record?.value)).toEqual([undefined, undefined, 1, 1, 1]);
        expect(await log.get("turns", "m")).toBeUndefined();
        expect(await queue.seen("e")).toBe(false);
      },
    );

    test("an entry that was seen before does not keep the rest of the step from being written", async () => {
      const { commit, queue, records } = await open();
      await queue.enqueue({ key: "k", ids: ["e"], payload: 1 });
      await commit([
        { op: "queue.enqueue", key: "k", ids: ["e"], payload: 2 },
        { op: "records.put", collection: "c", id: "a", value: 1 },
      ]);
      expect(await records.get("c", "a")).toBeDefined();
      expect(await queue.stats()).toMatchObject({ waiting: 1 });
    });

    test("a commit of nothing is nothing", async () => {
      const { commit } = await open();
      await commit([]);
    });

    test("what was written is what is read next, every time", async () => {
      const { log } = await open();
      for (let turn = 1; turn <= 200; turn += 1) {
        await log.put("turns", { id: `m${turn}`, order: turn, revision: 1, value: turn });
        const [newest] = await log.range<number>("turns", { direction: "newestFirst", limit: 1 });
        expect(newest?.value).toBe(turn);
      }
    });
  });
}
