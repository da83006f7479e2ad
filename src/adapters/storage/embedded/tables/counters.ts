import type { CounterRow, LapsedReservation, RateTake } from "../../../../core/counters.ts";
import { toJson, toJsonArray, valueToJson } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Read, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";

export function createCounterReads(sql: Sql): HandlersOf<"counters", Read> {
  return {
    "counters.read"({ keys }, at) {
      return toJsonArray(
        keys.map((key) => {
          const open = readReservations(sql, key, at);
          if (open.lapsed === 0 && open.reserved === 0) return readFields(sql, key);
          const fields = JSON.parse(readFields(sql, key)) as Record<string, number>;
          if (open.lapsed > 0) fields["used"] = (fields["used"] ?? 0) + open.lapsed;
          if (open.reserved > 0) fields["reserved"] = open.reserved;
          return toJson(fields);
        }),
      );
    },

    "counters.readRows"({ keys }) {
      return toJsonArray(keys.map((key) => readRows(sql, key)));
    },

    "counters.top"({ key, limit }) {
      return toJson(
        sql.all<{ field: string; sum: number }>(
          "SELECT field, sum FROM counters WHERE key = ? ORDER BY sum DESC, field LIMIT ?",
          key,
          limit,
        ),
      );
    },

    "counters.lapsed"({ limit }, at) {
      const rows = sql.all<{ id: string; expires_at: number; value: string }>(
        `SELECT id, expires_at, value FROM reservations
         WHERE settled = 0 AND value IS NOT NULL AND expires_at <= ?
         GROUP BY id ORDER BY expires_at, id LIMIT ?`,
        at,
        limit,
      );
      return toJsonArray(
        rows.map(
          ({ id, expires_at: expiresAt, value }) =>
            `{"id":${toJson(id)},"expiresAt":${expiresAt},"value":${value}}` as Json<
              LapsedReservation<unknown>
            >,
        ),
      );
    },
  };
}

export function createCounterWrites(sql: Sql): HandlersOf<"counters", Write> {
  const addTo = (key: string, field: string, amount: number): void => {
    sql.run(
      `INSERT INTO counters (key, field, sum) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET sum = sum + excluded.sum`,
      key,
      field,
      amount,
    );
  };

  return {
    "counters.add"({ key, fields, once, rows = [] }, at) {
      if (once !== undefined) {
        const isNew = sql.run(
          "INSERT INTO counter_ids (key, id, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
          key,
          once,
          at,
        );
        if (!isNew) return toJson(null);
      }
      for (const [field, amount] of Object.entries(fields)) addTo(key, field, amount);
      for (const row of rows) addToRow(sql, row);
      return toJson(null);
    },

    "counters.reserve"({ id, caps, amount, expiresAt, value }) {
      if (sql.one("SELECT 1 FROM reservations WHERE id = ? LIMIT 1", id)) return toJson({ ok: true });
      for (const { key, cap } of caps) {
        const used = sql.one<{ sum: number }>(
          "SELECT sum FROM counters WHERE key = ? AND field = 'used'",
          key,
        );
        const open = readReservations(sql, key, 0);
        if ((used?.sum ?? 0) + open.reserved + amount > cap) return toJson({ ok: false, key });
      }
      for (const { key } of caps) {
        sql.run(
          `INSERT INTO reservations (id, key, amount, expires_at, value) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT DO NOTHING`,
          id,
          key,
          amount,
          expiresAt,
          value === undefined ? null : valueToJson(value),
        );
      }
      return toJson({ ok: true });
    },

    "counters.settle"({ id, actual }) {
      const open = sql.all<{ key: string }>("SELECT key FROM reservations WHERE id = ? AND settled = 0", id);
      for (const { key } of open) addTo(key, "used", actual);
      sql.run("UPDATE reservations SET settled = 1, amount = 0, value = NULL WHERE id = ?", id);
      return toJson(null);
    },

    "counters.take"({ takes }, at) {
      const waits = takes.map((take) => waitFor(sql, take, at));
      const retryAfterMs = Math.max(0, ...waits);
      if (retryAfterMs > 0) return toJson({ ok: false, retryAfterMs });
      for (const { key, cost } of takes)
        sql.run("INSERT INTO rate_takes (key, taken_at, cost) VALUES (?, ?, ?)", key, at, cost);
      return toJson({ ok: true });
    },
  };
}

function addToRow(sql: Sql, { key, row, sums }: CounterRow): void {
  const found = sql.one<{ sums: string }>(
    "SELECT sums FROM counter_rows WHERE key = ? AND row = ?",
    key,
    row,
  );
  const before = found ? (JSON.parse(found.sums) as readonly number[]) : [];
  const length = Math.max(before.length, sums.length);
  const after = Array.from({ length }, (_, i) => (before[i] ?? 0) + (sums[i] ?? 0));
  sql.run(
    `INSERT INTO counter_rows (key, row, sums) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET sums = excluded.sums`,
    key,
    row,
    toJson(after),
  );
}

/** The sums are JSON already. */
function readRows(sql: Sql, key: string): Json<Record<string, number[]>> {
  const rows = sql.all<{ row: string; sums: string }>(
    "SELECT row, sums FROM counter_rows WHERE key = ?",
    key,
  );
  return `{${rows.map(({ row, sums }) => `${toJson(row)}:${sums}`).join(",")}}` as Json<
    Record<string, number[]>
  >;
}

/** Made into JSON where it is read: sums by the thousand take an eighth of the time. */
function readFields(sql: Sql, key: string): Json<Record<string, number>> {
  // As whole numbers they keep all of their digits.
  const row = sql.one<{ fields: string }>(
    `SELECT json_group_object(field, iif(sum = CAST(sum AS INTEGER), CAST(sum AS INTEGER), sum)) AS fields
     FROM counters WHERE key = ?`,
    key,
  );
  return (row?.fields ?? "{}") as Json<Record<string, number>>;
}

/** How long until a cost fits into its window; 0 where it does now. */
function waitFor(sql: Sql, { key, cost, window: { limit, windowMs } }: RateTake, at: number): number {
  // After the clock was set back, what stands in the future counts from now on.
  sql.run("UPDATE rate_takes SET taken_at = ? WHERE key = ? AND taken_at > ?", at, key, at);
  sql.run("DELETE FROM rate_takes WHERE key = ? AND taken_at <= ?", key, at - windowMs);
  const taken = sql.one<{ sum: number | null }>("SELECT sum(cost) AS sum FROM rate_takes WHERE key = ?", key);
  // What costs more than a whole window passes when the window is empty, for it would never pass otherwise.
  let excess = (taken?.sum ?? 0) + Math.min(cost, limit) - limit;
  if (excess <= 0) return 0;
  const takes = sql.all<{ taken_at: number; cost: number }>(
    "SELECT taken_at, cost FROM rate_takes WHERE key = ? ORDER BY taken_at",
    key,
  );
  const last = takes.find((take) => (excess -= take.cost) <= 0);
  return (last?.taken_at ?? at) + windowMs - at;
}

/** What is reserved under a key, and what counts as used because nobody settled it until `at`. */
function readReservations(sql: Sql, key: string, at: number): { reserved: number; lapsed: number } {
  const sums = sql.one<{ reserved: number; lapsed: number }>(
    `SELECT coalesce(sum(amount) FILTER (WHERE expires_at > ?1), 0) AS reserved,
            coalesce(sum(amount) FILTER (WHERE expires_at <= ?1), 0) AS lapsed
     FROM reservations WHERE key = ?2 AND settled = 0`,
    at,
    key,
  );
  return sums ?? { reserved: 0, lapsed: 0 };
}
