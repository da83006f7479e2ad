import type { LogEntry } from "../../../../core/storage.ts";
import { toJson, toJsonArray, toJsonPage, valueToJson } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Read, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";

interface LogRow {
  id: string;
  position: number;
  revision: number;
  /** JSON text. */
  value: string;
}

export function createLogReads(sql: Sql): HandlersOf<"log", Read> {
  return {
    "log.get"({ key, id }) {
      const row = sql.one<LogRow>(
        "SELECT id, position, revision, value FROM log WHERE key = ? AND id = ? AND value IS NOT NULL",
        key,
        id,
      );
      return row ? entryToJson(row) : toJson(null);
    },

    "log.range"({ key, options: { direction, limit, after } }) {
      const [order, beyond] = direction === "oldestFirst" ? ["ASC", ">"] : ["DESC", "<"];
      const rows = sql.all<LogRow>(
        `SELECT id, position, revision, value FROM log
         WHERE key = ? AND value IS NOT NULL ${after ? `AND (position, id) ${beyond} (?, ?)` : ""}
         ORDER BY position ${order}, id ${order} LIMIT ?`,
        key,
        ...(after ? [after.order, after.id] : []),
        limit,
      );
      return toJsonArray(rows.map(entryToJson));
    },

    "log.byPerson"({ person, options: { after = "0", limit } }) {
      const rows = sql.all<LogRow & { entry: number; key: string }>(
        `SELECT entry, key, id, position, revision, value FROM log_people JOIN log USING (entry)
         WHERE person = ? AND entry > ? ORDER BY entry LIMIT ?`,
        person,
        Number(after),
        limit + 1,
      );
      const toItem = (row: LogRow & { key: string }): Json<LogEntry<unknown> & { key: string }> =>
        `{"key":${toJson(row.key)},${entryToJson(row).slice(1)}` as Json<LogEntry<unknown> & { key: string }>;
      return toJsonPage(rows, limit, toItem, (row) => String(row.entry));
    },
  };
}

export function createLogWrites(sql: Sql): HandlersOf<"log", Write> {
  return {
    "log.put"({ key, id, order, revision, value, people = [] }) {
      const written = sql.one<{ entry: number }>(
        `INSERT INTO log (key, id, position, revision, value) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET revision = excluded.revision, value = excluded.value
         WHERE log.value IS NOT NULL AND excluded.revision > log.revision
         RETURNING entry`,
        key,
        id,
        order,
        revision,
        valueToJson(value),
      );
      if (!written) return toJson(null);
      sql.run("DELETE FROM log_people WHERE entry = ?", written.entry);
      for (const person of new Set(people)) {
        sql.run("INSERT INTO log_people (entry, person) VALUES (?, ?)", written.entry, person);
      }
      return toJson(null);
    },

    "log.remove"({ key, id }, at) {
      // Where the entry has not arrived yet, its tombstone stands at the time of the removal.
      const removed = sql.one<{ entry: number }>(
        `INSERT INTO log (key, id, position, revision, value) VALUES (?, ?, ?, 0, NULL)
         ON CONFLICT DO UPDATE SET value = NULL RETURNING entry`,
        key,
        id,
        at,
      );
      if (removed) sql.run("DELETE FROM log_people WHERE entry = ?", removed.entry);
      return toJson(null);
    },

    "log.removeBefore"({ key, order }) {
      sql.run("DELETE FROM log WHERE key = ? AND position < ?", key, order);
      return toJson(null);
    },
  };
}

function entryToJson(row: LogRow): Json<LogEntry<unknown>> {
  const { id, position, revision, value } = row;
  const text = `{"id":${toJson(id)},"order":${position},"revision":${revision},"value":${value}}`;
  return text as Json<LogEntry<unknown>>;
}
