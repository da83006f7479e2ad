import { toJson, toJsonArray, toJsonPage } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Read } from "../protocol.ts";
import type { Sql } from "../sql.ts";
import { vectorFromBytes, vectorToBase64 } from "../vectors/wire.ts";
import type { WireVector } from "../vectors/wire.ts";

interface VectorRow {
  id: string;
  audience: string;
  group: string;
  vector: Uint8Array;
  /** JSON text, as `value`. */
  people: string;
  value: string;
}

const columns = `vectors.id, key AS audience, "group", vector, value, (
  SELECT json_group_array(person) FROM vector_people WHERE vector_people.place = vectors.place
) AS people`;
const joinAudiences = "JOIN vector_audiences ON vector_audiences.number = vectors.audience";
const whichCollection = "(SELECT number FROM vector_collections WHERE name = ?)";

export function createVectorReads(sql: Sql): HandlersOf<"vectors", Read> {
  return {
    "vectors.getMany"({ collection, ids }) {
      return toJsonArray(
        ids.map((id) => {
          const row = sql.one<VectorRow>(
            `SELECT ${columns} FROM vectors ${joinAudiences} WHERE collection = ${whichCollection} AND id = ?`,
            collection,
            id,
          );
          return row ? vectorToJson(row) : toJson(null);
        }),
      );
    },

    "vectors.scan"({ collection, options: { after, limit, audiences } }) {
      // The places first, from an index alone: a row is read only where it is shown.
      const rows = sql.all<VectorRow>(
        `SELECT ${columns} FROM (
           SELECT place FROM vectors WHERE collection = ${whichCollection}
           ${after === undefined ? "" : "AND id > ?"}
           ${
             audiences === undefined
               ? ""
               : `AND audience IN (
                    SELECT number FROM json_each(?) AS wanted JOIN vector_audiences ON vector_audiences.key = wanted.value)`
           }
           ORDER BY id LIMIT ?
         ) AS page CROSS JOIN vectors USING (place) ${joinAudiences} ORDER BY vectors.id`,
        collection,
        ...(after === undefined ? [] : [after]),
        ...(audiences === undefined ? [] : [toJson(audiences)]),
        limit + 1,
      );
      return toJsonPage(rows, limit, vectorToJson, ({ id }) => id);
    },

    "vectors.size"({ collection }) {
      const found = sql.one<{ size: number }>(
        "SELECT size FROM vector_collections WHERE name = ?",
        collection,
      );
      return toJson(found?.size ?? 0);
    },

    "vectors.collections"() {
      const found = sql.all<{ name: string }>(
        "SELECT name FROM vector_collections WHERE name IS NOT NULL ORDER BY name",
      );
      return toJson(found.map(({ name }) => name));
    },
  };
}

function vectorToJson({ id, audience, group, vector, people, value }: VectorRow): Json<WireVector> {
  const known = toJson({ id, audience, group, vector: vectorToBase64(vectorFromBytes(vector)) });
  return `${known.slice(0, -1)},"people":${people},"value":${value}}` as Json<WireVector>;
}
