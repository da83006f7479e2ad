import { AppError } from "../../../../core/errors.ts";
import { toJson, toJsonArray } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Search } from "../protocol.ts";
import type { Sql } from "../sql.ts";
import { createFreshIndexes } from "./fresh-indexes.ts";
import { candidatesFor, rescore } from "./rescore.ts";
import type { Scored } from "./rescore.ts";
import { vectorFromBase64, vectorFromBytes } from "./wire.ts";
import type { WireNeighbour } from "./wire.ts";

interface NeighbourRow {
  id: string;
  group: string;
  audience: string;
  /** JSON text. */
  value: string;
}

/** Searches coarse to fine: bit codes in memory name the candidates, whose rows are then compared exactly. */
export function createSearch(sql: Sql): HandlersOf<"search", Search> {
  const indexes = createFreshIndexes(sql);

  const similarityTo = (query: Float32Array) => (place: number) => {
    const row = sql.one<{ vector: Uint8Array }>("SELECT vector FROM vectors WHERE place = ?", place);
    return row ? cosine(query, vectorFromBytes(row.vector)) : -1;
  };

  const show = ({ place, similarity }: Scored): Json<WireNeighbour> => {
    const { value, ...known } = sql.one<NeighbourRow>(
      `SELECT id, "group", key AS audience, value
       FROM vectors JOIN vector_audiences ON number = audience WHERE place = ?`,
      place,
    ) as NeighbourRow;
    return `${toJson({ ...known, similarity }).slice(0, -1)},"value":${value}}` as Json<WireNeighbour>;
  };

  const placesOfGroup = (collection: number, group: string | undefined): ReadonlySet<number> => {
    if (group === undefined) return new Set();
    const rows = sql.all<{ place: number }>(
      `SELECT place FROM vectors WHERE collection = ? AND "group" = ?`,
      collection,
      group,
    );
    return new Set(rows.map(({ place }) => place));
  };

  return {
    "search.nearest"({ collection, vector, k, audiences, exceptGroup }) {
      const fresh = indexes.open(collection);
      if (fresh === undefined || k < 1) return toJson([]);
      const query = vectorFromBase64(vector);
      if (query.length !== fresh.dimensions) {
        const facts = { dimensions: query.length, expected: fresh.dimensions };
        throw new AppError("internal", "the vectors of this collection have other dimensions", { facts });
      }
      const left = placesOfGroup(fresh.collection, exceptGroup);
      const numbers = indexes.audienceNumbers(audiences);
      const candidates = fresh.codes.candidates(query, numbers, candidatesFor(k), left);
      return toJsonArray(rescore(candidates, k, similarityTo(query)).map(show));
    },

    "search.load"() {
      const rows = sql.all<{ name: string }>("SELECT name FROM vector_collections WHERE name IS NOT NULL");
      for (const { name } of rows) indexes.open(name);
      return toJson(null);
    },
  };
}

function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] as number) * (b[index] as number);
  return Math.min(1, Math.max(-1, sum));
}
