import { DatabaseSync } from "node:sqlite";

import { load } from "sqlite-vec";

import type { VectorPut } from "../../src/core/vectors.ts";
import type { SearchJob, Searched } from "./search-child.ts";

/** The same search by sqlite-vec, which compares every vector of a partition, in memory and on this thread. */
export function searchSqliteVec(
  items: readonly VectorPut[],
  queries: readonly Float32Array[],
  views: SearchJob["views"],
  k: number,
): Record<"all" | "tenth", Searched> {
  const database = new DatabaseSync(":memory:", { allowExtension: true });
  load(database);
  const dimensions = queries[0]?.length ?? 0;
  database.exec(`CREATE VIRTUAL TABLE vectors USING vec0(
    audience TEXT PARTITION KEY, vector float[${dimensions}] distance_metric=cosine, +id TEXT)`);
  const insert = database.prepare("INSERT INTO vectors (audience, vector, id) VALUES (?, ?, ?)");
  database.exec("BEGIN");
  for (const { id, vector, audience } of items) insert.run(audience, bytesOf(vector), id);
  database.exec("COMMIT");
  const searchAll = (audiences: readonly string[]): Searched => {
    const find = database.prepare(
      `SELECT id FROM vectors WHERE vector MATCH ? AND k = ? AND audience IN (${audiences.map(() => "?").join()})
       ORDER BY distance`,
    );
    const latenciesMs: number[] = [];
    const found = queries.map((query) => {
      const begunMs = performance.now();
      const rows = find.all(bytesOf(query), k, ...audiences) as { id: string }[];
      latenciesMs.push(performance.now() - begunMs);
      return rows.map(({ id }) => id);
    });
    return { latenciesMs, found };
  };
  const searches = { all: searchAll(views.all), tenth: searchAll(views.tenth) };
  database.close();
  return searches;
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
