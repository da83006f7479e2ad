import { toJson } from "../json.ts";
import type { HandlersOf, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";
import { clearVectors } from "./vector-writes.ts";

/** How long ids are remembered, so that what arrives again under one is known; longer than any rate window. */
const retentionMs = 7 * 24 * 3_600_000;
/** Rows a table in one transaction, so that no writer waits long for a sweep. */
const sweepLimit = 1_000;
/** A search that is further behind reads all codes anew, which then takes hardly longer. */
const changesKept = 20_000;

export function createUpkeepWrites(sql: Sql): HandlersOf<"upkeep", Write> {
  return {
    "upkeep.sweep"(_operation, at) {
      const before = at - retentionMs;
      // Ids live at least as long as their entry.
      const swept = [
        sql.run(
          `DELETE FROM queue_ids WHERE id IN (
             SELECT id FROM queue_ids WHERE seen_at < ?
             AND NOT EXISTS (SELECT 1 FROM queue_entries WHERE queue_entries.seq = queue_ids.seq) LIMIT ?)`,
          before,
          sweepLimit,
        ),
        sql.run(
          `DELETE FROM counter_ids WHERE (key, id) IN (
             SELECT key, id FROM counter_ids WHERE added_at < ? LIMIT ?)`,
          before,
          sweepLimit,
        ),
        sweepReservations(sql, before),
        sql.run(
          "DELETE FROM rate_takes WHERE rowid IN (SELECT rowid FROM rate_takes WHERE taken_at < ? LIMIT ?)",
          before,
          sweepLimit,
        ),
        sql.run(
          "DELETE FROM cache WHERE rowid IN (SELECT rowid FROM cache WHERE expires_at <= ? LIMIT ?)",
          at,
          sweepLimit,
        ),
        sql.run(
          `DELETE FROM vector_changes WHERE revision IN (
             SELECT revision FROM vector_changes
             WHERE revision <= (SELECT max(revision) FROM vector_changes) - ? LIMIT ?)`,
          changesKept,
          sweepLimit,
        ),
      ];
      return toJson({ more: clearVectors(sql) || swept.includes(sweepLimit) });
    },

    "upkeep.probe"(_operation, at) {
      sql.run("INSERT OR REPLACE INTO sequences (name, value) VALUES ('probe', ?)", Math.floor(at));
      return toJson(null);
    },
  };
}

/** Drops old reservations; what nobody ever settled counts as used for good, unless somebody may still ask what it was for. */
function sweepReservations(sql: Sql, before: number): number {
  const old = sql.all<{ id: string; key: string; amount: number }>(
    "SELECT id, key, amount FROM reservations WHERE expires_at < ? AND (settled = 1 OR value IS NULL) LIMIT ?",
    before,
    sweepLimit,
  );
  for (const { id, key, amount } of old) {
    if (amount !== 0) {
      sql.run(
        `INSERT INTO counters (key, field, sum) VALUES (?, 'used', ?)
         ON CONFLICT DO UPDATE SET sum = sum + excluded.sum`,
        key,
        amount,
      );
    }
    sql.run("DELETE FROM reservations WHERE id = ? AND key = ?", id, key);
  }
  return old.length;
}
