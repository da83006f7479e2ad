import type { Lane } from "../../../../core/storage.ts";
import type { Sql } from "../sql.ts";

export interface QueueKey {
  readonly lane: Lane;
  readonly key: string;
}

export interface QueueKeys {
  /** Notes a new entry. Answers when the key is claimable; nothing while it is claimed. */
  add(key: QueueKey, runAt: number): number | undefined;
  /** Ends the key's claim and finds when its next entries are due; nothing when there are none. */
  refresh(key: QueueKey): number | undefined;
  /** Ends the claims whose lease lapsed; their entries are due at once. */
  release(monotonicMs: number): void;
  /** Keys in the order in which they came to wait, so that each gets its turn. */
  claimable(lane: Lane, at: number, limit: number): QueueKey[];
  /** Entries beyond this one wait until those that were given back are done. */
  lastSeq(key: QueueKey): number;
  nextInSequence(): number;
}

/** One row a key that has entries: when it can be claimed, whose turn it is, who holds it. */
export function createQueueKeys(sql: Sql): QueueKeys {
  const nextInSequence = (): number => {
    const next = sql.one<{ value: number }>(
      `INSERT INTO sequences (name, value) VALUES ('queue', 1) ON CONFLICT DO UPDATE SET value = value + 1
       RETURNING value`,
    ) as { value: number };
    return next.value;
  };

  const findHeld = ({ lane, key }: QueueKey): number | undefined =>
    sql.one<{ seq: number }>(
      "SELECT seq FROM queue_entries WHERE lane = ? AND key = ? AND held = 1 ORDER BY seq LIMIT 1",
      lane,
      key,
    )?.seq;

  const lastSeq = (key: QueueKey): number => findHeld(key) ?? Number.MAX_SAFE_INTEGER;

  const refresh = (key: QueueKey): number | undefined => {
    const held = findHeld(key);
    const readyAt = findReadyAt(sql, key, held ?? Number.MAX_SAFE_INTEGER);
    if (readyAt === undefined) {
      sql.run("DELETE FROM queue_keys WHERE lane = ? AND key = ?", key.lane, key.key);
      return undefined;
    }
    sql.run(
      `UPDATE queue_keys SET claim = NULL, lease_until = NULL, turn = ?, ready_at = ?, held = ?
       WHERE lane = ? AND key = ?`,
      nextInSequence(),
      readyAt,
      held === undefined ? 0 : 1,
      key.lane,
      key.key,
    );
    return readyAt;
  };

  return {
    nextInSequence,
    lastSeq,
    refresh,

    add({ lane, key }, runAt) {
      const row = sql.one<{ ready_at: number; claim: number | null }>(
        `INSERT INTO queue_keys (lane, key, turn, ready_at) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET ready_at = CASE WHEN held THEN ready_at ELSE min(ready_at, excluded.ready_at) END
         RETURNING ready_at, claim`,
        lane,
        key,
        nextInSequence(),
        runAt,
      );
      return row?.claim === null ? row.ready_at : undefined;
    },

    release(monotonicMs) {
      const lapsed = sql.all<QueueKey & { claim: number }>(
        "SELECT lane, key, claim FROM queue_keys WHERE claim IS NOT NULL AND lease_until <= ?",
        monotonicMs,
      );
      for (const key of lapsed) {
        sql.run("UPDATE queue_entries SET claim = NULL WHERE claim = ?", key.claim);
        refresh(key);
      }
    },

    claimable: (lane, at, limit) =>
      sql.all<QueueKey>(
        "SELECT lane, key FROM queue_keys WHERE lane = ? AND claim IS NULL AND ready_at <= ? ORDER BY turn LIMIT ?",
        lane,
        at,
        limit,
      ),
  };
}

/** When the first of the entries up to `last` is due. What is due always is looked for first: it is the usual case. */
function findReadyAt(sql: Sql, { lane, key }: QueueKey, last: number): number | undefined {
  const within = "FROM queue_entries WHERE lane = ? AND key = ? AND set_aside IS NULL AND seq <= ?";
  if (sql.one(`SELECT 1 ${within} AND run_at = 0 LIMIT 1`, lane, key, last)) return 0;
  const first = sql.one<{ run_at: number | null }>(`SELECT min(run_at) AS run_at ${within}`, lane, key, last);
  return first?.run_at ?? undefined;
}
