import type { QueueStats } from "../../../../core/storage.ts";
import { toJson, toJsonPage } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Read } from "../protocol.ts";
import type { Sql } from "../sql.ts";

export function createQueueReads(sql: Sql): HandlersOf<"queue", Read> {
  return {
    "queue.seen"({ id }) {
      return toJson(sql.one("SELECT 1 FROM queue_ids WHERE id = ?", id) !== undefined);
    },

    "queue.byPerson"({ person, options: { after = "0", limit } }) {
      const rows = sql.all<{ seq: number; id: string; key: string; payload: string }>(
        `SELECT seq, id, key, payload FROM queue_people JOIN queue_entries USING (seq)
         WHERE person = ? AND seq > ? ORDER BY seq LIMIT ?`,
        person,
        Number(after),
        limit + 1,
      );
      type Item = { id: string; key: string; payload: unknown };
      const toItem = ({ id, key, payload }: (typeof rows)[number]): Json<Item> =>
        `{"id":${toJson(id)},"key":${toJson(key)},"payload":${payload}}` as Json<Item>;
      return toJsonPage(rows, limit, toItem, (row) => String(row.seq));
    },

    "queue.stats"(_operation, at) {
      // What was tried before waits since it came; what was planned for later only since it is due.
      const stats = sql.one<QueueStats>(
        `SELECT count(*) FILTER (WHERE claim IS NULL AND set_aside IS NULL) AS waiting,
                count(claim) AS claimed,
                count(set_aside) AS setAside,
                max(0, ?1 - coalesce(min(CASE WHEN attempt > 0 THEN enqueued_at ELSE max(enqueued_at, run_at) END)
                  FILTER (WHERE claim IS NULL AND set_aside IS NULL AND run_at <= ?1), ?1)) AS oldestAgeMs
         FROM queue_entries`,
        at,
      );
      return toJson(stats as QueueStats);
    },
  };
}
