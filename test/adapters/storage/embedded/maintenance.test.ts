import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import {
  backupStorage,
  checkStorage,
  restoreStorage,
} from "../../../../src/adapters/storage/embedded/maintenance.ts";
import { codeOf } from "../../../support/storage-contract/factory.ts";
import { makeFolder, openStorage } from "./open.ts";

const put = (id: string) => ({ collection: "c", id, value: { id }, indexes: { person: [{ value: "ann" }] } });

test("a backup is made while Parley writes, and restored it holds what stood at its moment", async () => {
  const [dir, elsewhere] = [makeFolder(), makeFolder()];
  const file = join(elsewhere, "backup.db");
  const storage = await openStorage({ dir });
  await storage.records.put(put("before"));
  await storage.queue.enqueue({ key: "k", ids: ["e"], payload: 1 });
  const vector = Float32Array.of(0.6, -0.8);
  await storage.vectors.upsert("v", [{ id: "near", vector, audience: "a", group: "g", value: 1 }]);
  const writes = Array.from({ length: 50 }, (_, index) => storage.records.put(put(`during-${index}`)));
  await backupStorage(dir, file);
  await Promise.all(writes);
  await storage.records.put(put("after"));

  const target = join(elsewhere, "new", "data");
  await restoreStorage(file, target);
  expect(readdirSync(target).toSorted()).toEqual(["parley.db", "parley.lock"]);
  const restored = await openStorage({ dir: target });
  expect(await restored.records.get("c", "before")).toMatchObject({ value: { id: "before" }, version: 1 });
  expect(await restored.records.get("c", "after")).toBeUndefined();
  expect(await restored.queue.seen("e")).toBe(true);
  expect(await restored.vectors.nearest("v", { vector, k: 1, audiences: ["a"] })).toMatchObject([
    { id: "near" },
  ]);
  expect((await restored.records.list("c", "person", "ann", { limit: 100 })).items.length).toBeGreaterThan(0);
});

test("a backup overwrites nothing, and there is none without a store", async () => {
  const dir = makeFolder();
  const file = join(dir, "backup.db");
  expect(await codeOf(backupStorage(dir, file))).toBe("storage_failed");
  await (await openStorage({ dir })).close();
  writeFileSync(file, "mine");
  await expect(backupStorage(dir, file)).rejects.toThrow(`${file} exists already`);
});

test.for<{ name: string; code: string; prepare: (file: string, dir: string) => void | Promise<void> }>([
  { name: "no backup", code: "storage_failed", prepare: (file) => rmSync(file) },
  {
    name: "no store at all",
    code: "storage_corrupt",
    prepare: (file) => writeFileSync(file, "text ".repeat(999)),
  },
  { name: "an empty file", code: "storage_corrupt", prepare: (file) => writeFileSync(file, "") },
  {
    name: "a damaged backup",
    code: "storage_corrupt",
    prepare: (file) =>
      runSql(file, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'log_positions'"),
  },
  {
    name: "another program's file",
    code: "storage_corrupt",
    prepare: (file) => runSql(file, "PRAGMA application_id = 7"),
  },
  {
    name: "a newer backup",
    code: "storage_newer",
    prepare: (file) => runSql(file, "PRAGMA user_version = 9999"),
  },
  {
    name: "a folder that is in use",
    code: "storage_locked",
    prepare: async (_file, dir) => void (await openStorage({ dir })),
  },
  {
    name: "a folder that holds a store",
    code: "storage_failed",
    prepare: async (_file, dir) => (await openStorage({ dir })).close(),
  },
])("restoring is refused for $name: $code", async ({ code, prepare }) => {
  const [source, dir] = [makeFolder(), makeFolder()];
  const file = join(source, "backup.db");
  const storage = await openStorage({ dir: source });
  await storage.records.put(put("kept"));
  await backupStorage(source, file);
  await storage.close();
  await prepare(file, dir);
  const before = existsSync(join(dir, "parley.db"));
  await expect(restoreStorage(file, dir)).rejects.toMatchObject({ name: "AppError", code });
  expect(existsSync(join(dir, "parley.db"))).toBe(before);
});

test("a check counts what is there, beside a Parley at work too", async () => {
  const dir = makeFolder();
  expect(await checkStorage(dir)).toEqual({
    ok: false,
    lines: [`There is no store in the data folder ${dir}.`],
  });
  const storage = await openStorage({ dir });
  await storage.records.put(put("one"));
  const vector = Float32Array.of(0.6, -0.8);
  await storage.vectors.upsert("v", [{ id: "near", vector, audience: "a", group: "g", value: 1 }]);
  const report = await checkStorage(dir);
  expect(report.ok).toBe(true);
  expect(report.lines.join(" ")).toMatch(/records: 1.* vectors: 1/);
});

test("a check finds rows that belong to nothing", async () => {
  const dir = makeFolder();
  await (await openStorage({ dir })).close();
  runSql(
    join(dir, "parley.db"),
    "PRAGMA foreign_keys = OFF; INSERT INTO log_people (entry, person) VALUES (77, 'ann')",
  );
  const report = await checkStorage(dir);
  expect(report.ok).toBe(false);
  expect(report.lines[0]).toBe("A row of log_people belongs to nothing in log.");
});

function runSql(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  // SQLite's defence against changes of the schema is off for the sake of the damage.
  database.enableDefensive(false);
  database.exec(sql);
  database.close();
}
