import { AppError } from "../../../../core/errors.ts";
import type { RecordPut, StoredRecord } from "../../../../core/storage.ts";
import { toJson, toJsonArray, toJsonPage, valueToJson } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Read, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";

interface RecordRow {
  id: string;
  version: number;
  /** JSON text. */
  value: string;
}

export function createRecordReads(sql: Sql): HandlersOf<"records", Read> {
  return {
    "records.getMany"({ collection, ids }) {
      return toJsonArray(
        ids.map((id) => {
          const row = sql.one<RecordRow>(
            "SELECT id, version, value FROM records WHERE collection = ? AND id = ?",
            collection,
            id,
          );
          return row ? recordToJson(row) : toJson(null);
        }),
      );
    },

    "records.list"({ collection, index, value, options: { after, limit, order = "asc" } }) {
      const [direction, beyond] = order === "asc" ? ["ASC", ">"] : ["DESC", "<"];
      const cursor = after === undefined ? undefined : (JSON.parse(after) as [rank: number, id: string]);
      const rows = sql.all<RecordRow & { rank: number }>(
        `SELECT records.id, records.version, records.value, rank
         FROM record_indexes AS entries JOIN records USING (collection, id)
         WHERE collection = ? AND name = ? AND entries.value = ?
         ${cursor ? `AND (rank, id) ${beyond} (?, ?)` : ""}
         ORDER BY rank ${direction}, id ${direction} LIMIT ?`,
        collection,
        index,
        value,
        ...(cursor ?? []),
        limit + 1,
      );
      return toJsonPage(rows, limit, recordToJson, (row) => JSON.stringify([row.rank, row.id]));
    },
  };
}

export function createRecordWrites(sql: Sql): HandlersOf<"records", Write> {
  const checkVersion = (collection: string, id: string, ifVersion: number | undefined): number => {
    const found = sql.one<{ version: number }>(
      "SELECT version FROM records WHERE collection = ? AND id = ?",
      collection,
      id,
    );
    const version = found?.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== version) {
      const facts = { collection, expected: ifVersion, found: version };
      throw new AppError("version_conflict", "the record was changed by somebody else", { facts });
    }
    return version;
  };

  const replaceIndexes = ({ collection, id, indexes = {} }: RecordPut): void => {
    sql.run("DELETE FROM record_indexes WHERE collection = ? AND id = ?", collection, id);
    for (const [name, entries] of Object.entries(indexes)) {
      for (const { value, rank = 0 } of entries) {
        sql.run(
          "INSERT OR REPLACE INTO record_indexes (collection, id, name, value, rank) VALUES (?, ?, ?, ?, ?)",
          collection,
          id,
          name,
          value,
          rank,
        );
      }
    }
  };

  return {
    "records.put"(record) {
      const version = checkVersion(record.collection, record.id, record.ifVersion) + 1;
      sql.run(
        `INSERT INTO records (collection, id, version, value) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET version = excluded.version, value = excluded.value`,
        record.collection,
        record.id,
        version,
        valueToJson(record.value),
      );
      replaceIndexes(record);
      return toJson(version);
    },

    "records.delete"({ collection, id, ifVersion }) {
      checkVersion(collection, id, ifVersion);
      sql.run("DELETE FROM records WHERE collection = ? AND id = ?", collection, id);
      return toJson(null);
    },
  };
}

function recordToJson(row: RecordRow): Json<StoredRecord<unknown>> {
  const text = `{"id":${toJson(row.id)},"version":${row.version},"value":${row.value}}`;
  return text as Json<StoredRecord<unknown>>;
}
