import { spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  isWritable,
  storageError,
  toStorageError,
} from "../../../../src/adapters/storage/embedded/faults.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { codeOf } from "../../../support/storage-contract/factory.ts";
import { makeFolder, openStorage } from "./open.ts";

const entry = (id: string, value: unknown = id) => ({ id, order: 1, revision: 1, value });

describe("a folder that can't be used is refused with a sentence that names it, and is left as it was", () => {
  test.for<{ name: string; code: string; says: string; prepare: (file: string) => void }>([
    {
      name: "a store of a newer Parley",
      code: "storage_newer",
      says: "written by a newer Parley",
      prepare: (file) =>
        runSql(
          file,
          "CREATE TABLE future (a); PRAGMA application_id = 1347570777; PRAGMA user_version = 9999",
        ),
    },
    {
      name: "the file of another program",
      code: "storage_corrupt",
      says: "is damaged",
      prepare: (file) => runSql(file, "CREATE TABLE bookmarks (a); PRAGMA user_version = 1"),
    },
    {
      name: "a file that is no store at all",
      code: "storage_corrupt",
      says: "is damaged",
      prepare: (file) => writeFileSync(file, "something else entirely. ".repeat(400)),
    },
  ])("$name: $code", async ({ code, says, prepare }) => {
    const dir = makeFolder();
    const file = join(dir, "parley.db");
    prepare(file);
    const before = readFileSync(file);
    await expect(openStorage({ dir })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(new RegExp(`${dir} .*${says}|${says}.*${dir}`)) as string,
    });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("a file in place of the folder: storage_failed", async () => {
    const dir = join(makeFolder(), "data");
    writeFileSync(dir, "a file");
    expect(await codeOf(openStorage({ dir }))).toBe("storage_failed");
  });

  test("a store that lost its end: storage_corrupt", async () => {
    const dir = makeFolder();
    await fillAndClose(dir);
    const file = join(dir, "parley.db");
    writeFileSync(file, readFileSync(file).subarray(0, 10_000));
    expect(await codeOf(openStorage({ dir }))).toBe("storage_corrupt");
  });

  test.skipIf(!canMount() && isRoot())("a folder that may not be written to: storage_read_only", async () => {
    const dir = makeFolder();
    await fillAndClose(dir);
    makeReadOnly(dir);
    expect(isWritable(dir)).toBe(false);
    expect(await codeOf(openStorage({ dir }))).toBe("storage_read_only");
  });
});

test("damage that shows while at work is an error for who reads it, and for health", async () => {
  const dir = makeFolder();
  await fillAndClose(dir);
  const path = join(dir, "parley.db");
  const file = openSync(path, "r+");
  // The pages behind the schema's, where the rows are.
  for (let at = 70 * 4_096; at < statSync(path).size; at += 4_096)
    writeSync(file, Buffer.alloc(4_096, 0x5a), 0, 4_096, at);
  closeSync(file);
  const storage = await openStorage({ dir });
  expect(await storage.health()).toMatchObject({ ok: true });
  expect(await codeOf(storage.log.range("turns", { direction: "newestFirst", limit: 1_000 }))).toBe(
    "storage_corrupt",
  );
  const { message } = storageError("storage_corrupt", dir);
  expect(await storage.health()).toEqual({ ok: false, detail: message });
  expect(await storage.records.get("none", "none")).toBeUndefined();
  expect(await storage.health()).toEqual({ ok: false, detail: message });
  // What is put into it now might be gone with it.
  await expect(storage.records.put({ collection: "c", id: "late", value: 1 })).rejects.toMatchObject({
    code: "storage_corrupt",
    message,
  });
});

test.for(["parley.db", "parley.db-wal"])(
  "%s that was moved away shows before anybody writes",
  async (name) => {
    const dir = makeFolder();
    const storage = await openStorage({ dir });
    const file = join(dir, name);
    renameSync(file, join(dir, "elsewhere"));
    expect(await storage.health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining(file) as string,
    });
    writeFileSync(file, "");
    expect(await storage.health()).toMatchObject({ ok: false });
    expect(await codeOf(storage.log.put("turns", entry("a")))).toBe("storage_failed");
    renameSync(join(dir, "elsewhere"), file);
    expect(await storage.health()).toMatchObject({ ok: true });
    await storage.log.put("turns", entry("a"));
  },
);

test("after a write that failed, one that finds nothing to do doesn't show that the store works", async () => {
  const dir = makeFolder();
  const storage = await openStorage({ dir });
  const file = join(dir, "parley.db");
  // What health writes to.
  runSql(file, "ALTER TABLE sequences RENAME TO mislaid");
  const impossible = { ...entry("a"), order: Number.NaN };
  expect(await codeOf(storage.log.put("turns", impossible))).toBe("storage_failed");
  await storage.leases.release("none", 1);
  expect(await storage.health()).toMatchObject({ ok: false });
  runSql(file, "ALTER TABLE mislaid RENAME TO sequences");
  expect(await storage.health()).toMatchObject({ ok: true });
});

test("a store that can't say what is due next goes on with what it can", async () => {
  const dir = makeFolder();
  const storage = await openStorage({ dir });
  const file = join(dir, "parley.db");
  runSql(file, "ALTER TABLE queue_keys RENAME TO mislaid");
  expect(await codeOf(storage.queue.enqueue({ key: "k", ids: ["e"], payload: 1 }))).toBe("storage_failed");
  await storage.log.put("turns", entry("a"));
  runSql(file, "ALTER TABLE mislaid RENAME TO queue_keys");
  expect(await storage.queue.enqueue({ key: "k", ids: ["e"], payload: 1 })).toBe(true);
  expect(await storage.health()).toMatchObject({ ok: true });
});

test.skipIf(!canMount())(
  "a disk that runs full stores nothing it does not say, and goes on when there is room",
  async () => {
    const dir = makeFolder();
    mount(dir, "-t", "tmpfs", "-o", "size=3m", "tmpfs");
    const storage = await openStorage({ dir });
    const outcomes = new Map<string, unknown>();
    for (let turn = 0; turn < 60; turn += 1) {
      outcomes.set(
        `m${turn}`,
        await codeOf(storage.log.put("turns", entry(`m${turn}`, "x".repeat(100_000)))),
      );
    }
    expect(new Set(outcomes.values())).toEqual(new Set(["resolved", "storage_full"]));
    expect(await storage.health()).toEqual({ ok: false, detail: storageError("storage_full", dir).message });
    const acknowledged = [...outcomes].filter(([, outcome]) => outcome === "resolved").map(([id]) => id);
    const stored = async (): Promise<string[]> =>
      (await storage.log.range("turns", { direction: "oldestFirst", limit: 100 })).map(({ id }) => id);
    expect((await stored()).toSorted()).toEqual(acknowledged.toSorted());

    spawnSync("mount", ["-o", "remount,size=50m", dir]);
    expect(await storage.health()).toMatchObject({ ok: true });
    await storage.log.put("turns", entry("after", "x".repeat(100_000)));
    await storage.close();
    const again = await openStorage({ dir });
    const ids = (await again.log.range("turns", { direction: "oldestFirst", limit: 100 })).map(
      ({ id }) => id,
    );
    expect(ids.toSorted()).toEqual([...acknowledged, "after"].toSorted());
  },
);

test("when a thread dies, what was asked fails, so does everything after it, and somebody is told", async () => {
  const dir = makeFolder();
  const log = createMemoryLog();
  // No time at all is nothing that JSON can hold, and no thread can read such a batch.
  const storage = await openStorage({ dir, log, now: () => Number.NaN });
  const asked = [storage.log.put("turns", entry("a")), storage.log.put("turns", entry("b")), storage.sweep()];
  expect(await Promise.all(asked.map(codeOf))).toEqual(asked.map(() => "storage_failed"));
  expect(await codeOf(storage.log.put("turns", entry("c")))).toBe("storage_failed");
  expect(await storage.health()).toMatchObject({ ok: false, detail: expect.stringContaining(dir) as string });
  // The thread that searches may have been asked by then, too.
  expect(log.lines.map(({ level, message }) => [level, message])).toContainEqual([
    "error",
    "a thread of the store ended",
  ]);
});

test.for([
  { errcode: 5, code: "storage_locked" },
  { errcode: 261, code: "storage_locked" },
  { errcode: 8, code: "storage_read_only" },
  { errcode: 1_032, code: "storage_read_only" },
  { errcode: 11, code: "storage_corrupt" },
  { errcode: 26, code: "storage_corrupt" },
  { errcode: 13, code: "storage_full" },
  { errcode: 10, code: "storage_failed" },
  { errcode: 19, code: "storage_failed" },
])("SQLite's $errcode is $code", ({ errcode, code }) => {
  const error = toStorageError(Object.assign(new Error("from SQLite"), { errcode }), "/");
  expect(error).toMatchObject({ code, facts: { code: errcode } });
});

test.for([
  { system: "ENOSPC", code: "storage_full" },
  { system: "EROFS", code: "storage_read_only" },
  { system: "EACCES", code: "storage_read_only" },
  { system: "EIO", code: "storage_failed" },
])("the file system's $system is $code", ({ system, code }) => {
  expect(toStorageError(Object.assign(new Error("from the system"), { code: system }), "/").code).toBe(code);
});

function runSql(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

async function fillAndClose(dir: string): Promise<void> {
  const storage = await openStorage({ dir });
  const entries = Array.from({ length: 400 }, (_, index) => entry(`m${index}`, "x".repeat(1_000)));
  await Promise.all(entries.map((each) => storage.log.put("turns", each)));
  await storage.close();
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function canMount(): boolean {
  if (!isRoot() || process.platform !== "linux") return false;
  const tried = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
  return tried.status === 0;
}

function mount(dir: string, ...options: string[]): void {
  const done = spawnSync("mount", [...options, dir], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`mount: ${done.stderr}`);
  // Lazily, for the store is closed after this.
  onTestFinished(() => void spawnSync("umount", ["--lazy", dir]));
}

function makeReadOnly(dir: string): void {
  if (isRoot()) {
    mount(dir, "--bind", dir);
    spawnSync("mount", ["-o", "remount,bind,ro", dir]);
  } else {
    chmodSync(dir, 0o500);
    onTestFinished(() => chmodSync(dir, 0o700));
  }
}
