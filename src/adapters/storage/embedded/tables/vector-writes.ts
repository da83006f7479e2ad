import { AppError } from "../../../../core/errors.ts";
import type { VectorsWhere } from "../../../../core/vectors.ts";
import { toJson, valueToJson } from "../json.ts";
import type { HandlersOf, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";
import { toCode } from "../vectors/bit-codes.ts";
import { bytesOfVector, vectorFromBase64 } from "../vectors/wire.ts";
import type { WirePut } from "../vectors/wire.ts";

/** A transaction, so that no other writer waits long: what is deleted is overwritten, 4 kB a row. */
const clearLimit = 256;

export function createVectorWrites(sql: Sql): HandlersOf<"vectors", Write> {
  const numberOf = (collection: string): number | undefined =>
    sql.one<{ number: number }>("SELECT number FROM vector_collections WHERE name = ?", collection)?.number;

  const makeCollection = (name: string, dimensions: number): number => {
    sql.run(
      "INSERT INTO vector_collections (name, dimensions) VALUES (?, ?) ON CONFLICT DO NOTHING",
      name,
      dimensions,
    );
    const found = sql.one<{ number: number; dimensions: number }>(
      "SELECT number, dimensions FROM vector_collections WHERE name = ?",
      name,
    );
    if (found?.dimensions === dimensions) return found.number;
    const facts = { dimensions, expected: found?.dimensions ?? 0 };
    throw new AppError("internal", "the vectors of this collection have other dimensions", { facts });
  };

  const makeAudience = (key: string): number => {
    const known = sql.one<{ number: number }>("SELECT number FROM vector_audiences WHERE key = ?", key);
    if (known) return known.number;
    sql.run("INSERT INTO vector_audiences (key) VALUES (?)", key);
    return makeAudience(key);
  };

  const put = (collection: number, item: WirePut, vector: Float32Array): void => {
    const { id, audience, group, people = [], value } = item;
    const columns = [
      makeAudience(audience),
      group,
      toCode(vector),
      bytesOfVector(vector),
      valueToJson(value),
    ] as const;
    const find = "SELECT place FROM vectors WHERE collection = ? AND id = ?";
    const known = sql.one<{ place: number }>(find, collection, id);
    if (known) {
      sql.run("DELETE FROM vector_people WHERE place = ?", known.place);
      sql.run(
        `UPDATE vectors SET audience = ?, "group" = ?, code = ?, vector = ?, value = ? WHERE place = ?`,
        ...columns,
        known.place,
      );
    } else {
      sql.run(
        `INSERT INTO vectors (collection, id, audience, "group", code, vector, value) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        collection,
        id,
        ...columns,
      );
    }
    if (people.length === 0) return;
    const place = known?.place ?? sql.one<{ place: number }>(find, collection, id)?.place ?? 0;
    for (const person of people) {
      sql.run("INSERT OR IGNORE INTO vector_people (place, person) VALUES (?, ?)", place, person);
    }
  };

  return {
    "vectors.upsert"({ collection, items }) {
      for (const item of items) {
        const vector = vectorFromBase64(item.vector);
        put(makeCollection(collection, vector.length), item, vector);
      }
      return toJson(null);
    },

    "vectors.remove"({ collection, ids }) {
      const number = numberOf(collection);
      if (number === undefined) return toJson(null);
      for (const id of ids) sql.run("DELETE FROM vectors WHERE collection = ? AND id = ?", number, id);
      return toJson(null);
    },

    "vectors.removeWhere"({ collection, where, limit }) {
      const number = numberOf(collection);
      if (number === undefined) return toJson(0);
      const [places, value] = placesWhere(where);
      return toJson(sql.run(`DELETE FROM vectors WHERE place IN (${places} LIMIT ?)`, value, number, limit));
    },

    "vectors.drop"({ collection }) {
      sql.run("UPDATE vector_collections SET name = NULL WHERE name = ?", collection);
      return toJson(null);
    },

    "vectors.clear": () => toJson({ more: clearVectors(sql) }),
  };
}

/** Deletes some of what was dropped. Answers whether there may be more. */
export function clearVectors(sql: Sql): boolean {
  const dropped = sql.one<{ number: number }>("SELECT number FROM vector_collections WHERE name IS NULL");
  if (!dropped) return false;
  const cleared = sql.run(
    "DELETE FROM vectors WHERE place IN (SELECT place FROM vectors WHERE collection = ? LIMIT ?)",
    dropped.number,
    clearLimit,
  );
  if (cleared < clearLimit) sql.run("DELETE FROM vector_collections WHERE number = ?", dropped.number);
  return true;
}

function placesWhere(where: VectorsWhere): [sql: string, value: string] {
  if ("group" in where) {
    return [`SELECT place FROM vectors WHERE "group" = ? AND collection = ?`, where.group];
  }
  if ("audience" in where) {
    return [
      `SELECT place FROM vectors
       WHERE audience = (SELECT number FROM vector_audiences WHERE key = ?) AND collection = ?`,
      where.audience,
    ];
  }
  return [
    "SELECT place FROM vector_people JOIN vectors USING (place) WHERE person = ? AND collection = ?",
    where.person,
  ];
}
