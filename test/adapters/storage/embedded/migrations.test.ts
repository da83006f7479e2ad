import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import {
  isStore,
  migrate,
  newestVersion,
  readVersion,
} from "../../../../src/adapters/storage/embedded/migrations.ts";

test("an empty file becomes a store of the newest version, step by step, and a second time nothing happens", () => {
  const database = new DatabaseSync(":memory:");
  expect([isStore(database), readVersion(database)]).toEqual([true, 0]);
  expect(migrate(database)).toBe(0);
  expect([isStore(database), readVersion(database)]).toEqual([true, newestVersion]);
  const schema = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
  expect(migrate(database)).toBe(newestVersion);
  expect(database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all()).toEqual(schema);
});

test("a step that fails leaves the version it started from", () => {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE leases (a)");
  expect(() => migrate(database)).toThrow("leases");
  expect(readVersion(database)).toBe(0);
  if (database.isTransaction) database.exec("ROLLBACK");
  expect(database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()).toEqual({ tables: 1 });
});
