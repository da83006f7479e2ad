import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { EmbeddedStorage } from "../../../../../src/adapters/storage/embedded/storage.ts";
import type { VectorPut } from "../../../../../src/core/vectors.ts";
import { makeVectors } from "../../../../support/made-vectors.ts";
import { makeFolder, openStorage } from "../open.ts";

const made = makeVectors({ seed: 11, dimensions: 64, clusters: 4, spread: 1 });
const query = { vector: made.next(), k: 5, audiences: ["general"] };
const items = Array.from({ length: 50 }, (_, index) => putOf(`i${index}`));

test.for([
  { name: "missing", sql: "UPDATE vectors SET code = NULL" },
  { name: "of another length", sql: "UPDATE vectors SET code = zeroblob(3)" },
])("codes that are $name are computed from the vectors at the next start", async ({ sql }) => {
  const dir = makeFolder();
  const storage = await openStorage({ dir });
  await storage.vectors.upsert("v", items);
  const found = await search(storage);
  await storage.close();
  runSql(dir, sql);
  expect(await search(await openStorage({ dir }))).toEqual(found);
});

test("a search that missed changes reads everything anew", async () => {
  const dir = makeFolder();
  const storage = await openStorage({ dir });
  await storage.vectors.upsert("v", items);
  const [first] = await search(storage);
  await storage.vectors.remove("v", [first ?? ""]);
  await storage.vectors.upsert("v", [{ ...putOf("same"), vector: query.vector }]);
  runSql(dir, "DELETE FROM vector_changes");
  const found = await search(storage);
  expect(found[0]).toBe("same");
  expect(found).not.toContain(first);
});

test("the changes of one collection go by another", async () => {
  const storage = await openStorage();
  await storage.vectors.upsert("v", items);
  const found = await search(storage);
  await storage.vectors.upsert("w", items.slice(0, 10));
  await storage.vectors.remove("w", ["i0", "i1"]);
  expect(await search(storage)).toEqual(found);
  expect(await storage.vectors.nearest("w", { ...query, k: 100 })).toHaveLength(8);
});

test("what a process that ended had dropped but not cleared is swept, and its audiences with it", async () => {
  const dir = makeFolder();
  const storage = await openStorage({ dir });
  await storage.vectors.upsert("dropped", items);
  await storage.vectors.upsert("kept", [putOf("one", "random")]);
  runSql(dir, "UPDATE vector_collections SET name = NULL WHERE name = 'dropped'");
  await storage.sweep();
  await storage.close();
  const database = new DatabaseSync(join(dir, "parley.db"), { readOnly: true });
  const left = database
    .prepare("SELECT (SELECT count(*) FROM vectors) AS rows, key FROM vector_audiences")
    .all();
  database.close();
  expect(left).toEqual([{ rows: 1, key: "random" }]);
});

test("searches that are under way are answered when the store closes, later ones refused", async () => {
  const storage = await openStorage();
  await storage.vectors.upsert("v", items);
  const underWay = [search(storage), search(storage)];
  await search(storage);
  const closed = storage.close();
  await expect(search(storage)).rejects.toMatchObject({ code: "closed" });
  await closed;
  for (const found of await Promise.all(underWay)) expect(found).toHaveLength(5);
});

async function search({ vectors }: EmbeddedStorage): Promise<readonly string[]> {
  return (await vectors.nearest("v", query)).map(({ id }) => id);
}

function putOf(id: string, audience = "general"): VectorPut {
  return { id, vector: made.next(), audience, group: "g", value: id };
}

function runSql(dir: string, sql: string): void {
  const database = new DatabaseSync(join(dir, "parley.db"), { timeout: 5_000 });
  database.exec(sql);
  database.close();
}
