import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { AppError } from "../../../../src/core/errors.ts";
import { openForWriting } from "../../../../src/adapters/storage/embedded/database.ts";
import { createGroupCommit } from "../../../../src/adapters/storage/embedded/group-commit.ts";
import type { Request } from "../../../../src/adapters/storage/embedded/protocol.ts";
import { createSql } from "../../../../src/adapters/storage/embedded/sql.ts";
import { createLogWrites } from "../../../../src/adapters/storage/embedded/tables/log.ts";
import { codeOf, createClock } from "../../../support/storage-contract/factory.ts";
import { makeFolder, openStorage } from "./open.ts";

const entry = (id: string, value: unknown = id) => ({ id, order: 1, revision: 1, value });

test("requests that come while a commit is under way share the next one", async () => {
  const storage = await openStorage({ commitDelayMs: 30 });
  const first = storage.log.put("turns", entry("first"));
  await Promise.resolve();
  const before = storage.commits();
  const puts = Array.from({ length: 200 }, async (_, index) => {
    // Each in a turn of the event loop of its own, as they come in real life.
    await new Promise((resolve) => setImmediate(resolve));
    await storage.log.put("turns", entry(`m${index}`));
  });
  await Promise.all([first, ...puts]);
  expect(storage.commits() - before).toBeLessThanOrEqual(10);
  expect(await storage.log.range("turns", { direction: "oldestFirst", limit: 1_000 })).toHaveLength(201);
});

test("who reads does not wait for a slow disk", async () => {
  const storage = await openStorage({ commitDelayMs: 400 });
  const done: string[] = [];
  const write = storage.log.put("turns", entry("m")).then(() => done.push("write"));
  for (let time = 0; time < 5; time += 1) {
    expect(await storage.log.get("turns", "m")).toBeUndefined();
    done.push("read");
  }
  await write;
  expect(done).toEqual(["read", "read", "read", "read", "read", "write"]);
  expect(await storage.log.get("turns", "m")).toBeDefined();
});

test("a value that JSON can't hold is refused to its caller alone", async () => {
  const storage = await openStorage();
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const bad = storage.log.put("turns", entry("bad", circular));
  const good = storage.log.put("turns", entry("good"));
  await expect(bad).rejects.toThrow("circular");
  await good;
  await storage.log.put("turns", { ...entry("nothing"), value: undefined });
  expect((await storage.log.get("turns", "nothing"))?.value).toBeNull();
  expect(await codeOf(storage.log.put("turns", { ...entry("bad"), order: Number.NaN }))).toBe(
    "storage_failed",
  );
  expect(await storage.health()).toMatchObject({ ok: true });
});

test("closing answers what was asked before; afterwards everything is refused as closed", async () => {
  const dir = makeFolder();
  const storage = await openStorage({ dir, commitDelayMs: 20 });
  const puts = Array.from({ length: 50 }, (_, index) => storage.log.put("turns", entry(`m${index}`)));
  const read = storage.log.get("turns", "none");
  const closed = storage.close();
  const late = codeOf(storage.log.put("turns", entry("late")));
  await Promise.all([...puts, read, closed, storage.close()]);
  expect(await late).toBe("closed");
  expect(await codeOf(storage.log.get("turns", "m1"))).toBe("closed");
  expect(await storage.health()).toMatchObject({ ok: false });
  const again = await openStorage({ dir });
  expect(await again.log.range("turns", { direction: "oldestFirst", limit: 100 })).toHaveLength(50);
});

test("a full disk refuses all who share the commit, stores none of it, and is over when there is room", () => {
  const dir = makeFolder();
  const database = openForWriting(dir);
  onTestFinished(() => database.close());
  const run = createGroupCommit(database, createLogWrites(createSql(database)) as never, {
    dir,
    beforeCommit: () => {},
    checkWhereabouts: () => {},
  });
  const put = (id: number, chars: number): Request => [
    id,
    [{ op: "log.put", key: "turns", id: `m${id}`, order: id, revision: 1, value: "x".repeat(chars) }],
  ];
  const ask = (...requests: Request[]): unknown[] =>
    run([{ kind: "batch", at: 1, requests }]).map(
      (answer) => (JSON.parse(answer) as [number, null, { code: string }?])[2]?.code,
    );
  const stored = (): unknown[] =>
    database
      .prepare("SELECT id FROM log ORDER BY id")
      .all()
      .map((row) => row["id"]);

  expect(ask(put(1, 10))).toEqual([undefined]);
  const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  database.exec(`PRAGMA max_page_count = ${pages + 10}`);
  expect(ask(put(2, 10), put(3, 500_000), put(4, 10))).toEqual(
    stored().length === 1
      ? ["storage_full", "storage_full", "storage_full"]
      : [undefined, "storage_full", undefined],
  );
  database.exec("PRAGMA max_page_count = 1000000");
  expect(ask(put(5, 500_000), put(6, 10))).toEqual([undefined, undefined]);
  expect(stored()).toEqual(expect.arrayContaining(["m1", "m5", "m6"]));
  expect(stored()).not.toContain("m3");
  expect(database.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
});

test.for([
  { when: "before the commit", sound: 0, stored: 0 },
  { when: "while it was made", sound: 1, stored: 1 },
])("a store that was moved away $when refuses what was asked", ({ sound, stored }) => {
  const dir = makeFolder();
  const database = openForWriting(dir);
  onTestFinished(() => database.close());
  let checks = 0;
  const run = createGroupCommit(database, createLogWrites(createSql(database)) as never, {
    dir,
    beforeCommit: () => {},
    checkWhereabouts: () => {
      if (checks++ >= sound) throw new AppError("storage_failed", "moved");
    },
  });
  const requests: Request[] = [
    [1, [{ op: "log.put", key: "turns", id: "m", order: 1, revision: 1, value: "x" }]],
  ];
  expect(run([{ kind: "batch", at: 1, requests }])).toEqual([
    '[1,null,{"code":"storage_failed","message":"moved","facts":{}}]',
  ]);
  expect(database.prepare("SELECT id FROM log").all()).toHaveLength(stored);
});

test("ids are remembered for seven days, and for as long as their entry waits; then they are swept", async () => {
  const clock = createClock();
  const dir = makeFolder();
  const { cache, close, counters, queue, sweep } = await openStorage({ dir, now: clock.now });
  await queue.enqueue({ key: "k", ids: ["done", "done-too"], payload: 1 });
  const [claim] = await queue.claim({ owner: "me", lane: "main", leaseMs: 60_000, limit: 1, maxEntries: 1 });
  await queue.finish(claim?.token as never);
  await queue.enqueue({ key: "k", ids: ["waiting", "waiting-too"], payload: 1 });
  await counters.add({ key: "day", fields: { calls: 1 }, once: "call" });
  await counters.reserve({
    id: "r",
    caps: [{ key: "ann", cap: 9 }],
    amount: 5,
    expiresAt: clock.now() + 1_000,
  });
  await counters.take("rate", 1, { limit: 5, windowMs: 1_000 });
  await cache.set("verdict", 1, 1_000);
  const ids = ["done", "done-too", "waiting", "waiting-too"];

  clock.advance(6 * 24 * 3_600_000);
  await sweep();
  expect(await Promise.all(ids.map(queue.seen))).toEqual([true, true, true, true]);
  clock.advance(2 * 24 * 3_600_000);
  await sweep();
  expect(await Promise.all(ids.map(queue.seen))).toEqual([false, false, true, true]);
  expect(await counters.read(["ann", "day"])).toEqual([{ used: 5 }, { calls: 1 }]);
  await close();
  const database = new DatabaseSync(`${dir}/parley.db`);
  onTestFinished(() => database.close());
  for (const table of ["counter_ids", "reservations", "rate_takes", "cache"]) {
    expect(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()).toEqual({ rows: 0 });
  }
});
