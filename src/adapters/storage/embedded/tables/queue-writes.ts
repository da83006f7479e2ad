import { AppError } from "../../../../core/errors.ts";
import type { Claim, ClaimedEntry, ClaimToken } from "../../../../core/storage.ts";
import { toJson, toJsonArray, valueToJson } from "../json.ts";
import type { Json } from "../json.ts";
import type { HandlersOf, Write } from "../protocol.ts";
import type { Sql } from "../sql.ts";
import { createQueueKeys } from "./queue-keys.ts";
import type { QueueKey } from "./queue-keys.ts";

interface EntryRow {
  seq: number;
  id: string;
  /** JSON text. */
  payload: string;
  attempt: number;
  enqueued_at: number;
  bound: number | null;
  /** JSON text. */
  state: string | null;
}

const entryColumns = "seq, id, payload, attempt, enqueued_at, bound, state";

/**
 * The queue's writes. `onClaimable` is called when something became claimable at once; `monotonicMs` measures leases, so
 * that no change of the clock ends or prolongs one.
 */
export function createQueueWrites(
  sql: Sql,
  monotonicMs: () => number,
  onClaimable: () => void,
): HandlersOf<"queue", Write> {
  const keys = createQueueKeys(sql);

  const announce = (readyAt: number | undefined, at: number): void => {
    if (readyAt !== undefined && readyAt <= at) onClaimable();
  };

  const findClaimed = (token: ClaimToken): QueueKey & { claim: number } => {
    const claim = Number(token);
    const found = sql.one<QueueKey>("SELECT lane, key FROM queue_keys WHERE claim = ?", claim);
    if (!found) throw new AppError("superseded", "the claim was ended or taken over by another");
    return { ...found, claim };
  };

  /** The entries that come together when a key is claimed now, in order. */
  const chooseEntries = (key: QueueKey, at: number, maxEntries: number): EntryRow[] => {
    const due = sql.all<EntryRow>(
      `SELECT ${entryColumns} FROM queue_entries
       WHERE lane = ? AND key = ? AND set_aside IS NULL AND run_at <= ? AND seq <= ? ORDER BY seq LIMIT ?`,
      key.lane,
      key.key,
      at,
      keys.lastSeq(key),
      maxEntries,
    );
    const head = due[0];
    if (!head) return [];
    if (head.bound !== null) {
      return sql.all<EntryRow>(
        `SELECT ${entryColumns} FROM queue_entries WHERE bound = ? ORDER BY seq`,
        head.bound,
      );
    }
    if (head.attempt > 0) return [head];
    const other = due.findIndex((entry) => entry.attempt > 0 || entry.bound !== null);
    return other < 0 ? due : due.slice(0, other);
  };

  const claimKey = (
    key: QueueKey,
    at: number,
    maxEntries: number,
    leaseMs: number,
  ): Json<Claim> | undefined => {
    const entries = chooseEntries(key, at, maxEntries);
    if (entries.length === 0) return undefined;
    const claim = keys.nextInSequence();
    for (const { seq } of entries) {
      sql.run(
        "UPDATE queue_entries SET claim = ?, attempt = attempt + 1, held = 0, run_at = 0 WHERE seq = ?",
        claim,
        seq,
      );
    }
    sql.run(
      "UPDATE queue_keys SET claim = ?, lease_until = ? WHERE lane = ? AND key = ?",
      claim,
      monotonicMs() + leaseMs,
      key.lane,
      key.key,
    );
    return claimToJson(claim, key.key, entries);
  };

  return {
    "queue.enqueue"({ key, ids, payload, lane = "main", runAt = 0, people = [] }, at) {
      const unseen = [...new Set(ids)].filter((id) => !sql.one("SELECT 1 FROM queue_ids WHERE id = ?", id));
      const isNew = unseen.length === new Set(ids).size;
      let seq: number | null = null;
      if (isNew) {
        const added = sql.one<{ seq: number }>(
          `INSERT INTO queue_entries (lane, key, id, enqueued_at, run_at, payload) VALUES (?, ?, ?, ?, ?, ?)
           RETURNING seq`,
          lane,
          key,
          ids[0],
          at,
          runAt,
          valueToJson(payload),
        ) as { seq: number };
        seq = added.seq;
        for (const person of new Set(people)) {
          sql.run("INSERT INTO queue_people (seq, person) VALUES (?, ?)", seq, person);
        }
        announce(keys.add({ lane, key }, runAt), at);
      }
      for (const id of unseen)
        sql.run("INSERT INTO queue_ids (id, seq, seen_at) VALUES (?, ?, ?)", id, seq, at);
      return toJson(isNew);
    },

    "queue.claim"({ lane, leaseMs, limit, maxEntries }, at) {
      keys.release(monotonicMs());
      const claims = keys
        .claimable(lane, at, limit)
        .map((key) => claimKey(key, at, maxEntries, leaseMs))
        .filter((claim) => claim !== undefined);
      return toJsonArray(claims);
    },

    "queue.extend"({ token, leaseMs }) {
      const until = monotonicMs() + leaseMs;
      return toJson(
        sql.run("UPDATE queue_keys SET lease_until = ? WHERE claim = ?", until, Number(token)) === 1,
      );
    },

    "queue.checkpoint"({ token, state }) {
      const { claim } = findClaimed(token);
      sql.run(
        `UPDATE queue_entries SET bound = (SELECT min(seq) FROM queue_entries WHERE claim = ?1),
           state = CASE WHEN seq = (SELECT min(seq) FROM queue_entries WHERE claim = ?1) THEN ?2 END
         WHERE claim = ?1`,
        claim,
        valueToJson(state),
      );
      return toJson(null);
    },

    "queue.finish"({ token, setAside }, at) {
      const claimed = findClaimed(token);
      if (setAside === undefined) {
        sql.run("DELETE FROM queue_entries WHERE claim = ?", claimed.claim);
      } else {
        sql.run(
          "UPDATE queue_entries SET set_aside = ?, claim = NULL WHERE claim = ?",
          setAside,
          claimed.claim,
        );
      }
      announce(keys.refresh(claimed), at);
      return toJson(null);
    },

    "queue.retry"({ token, at: runAt }, at) {
      const claimed = findClaimed(token);
      sql.run(
        "UPDATE queue_entries SET claim = NULL, held = 1, run_at = ? WHERE claim = ?",
        runAt,
        claimed.claim,
      );
      announce(keys.refresh(claimed), at);
      return toJson(null);
    },
  };
}

/** Every claim is void when the process starts: there is no other that could hold one. */
export function voidClaims(sql: Sql): void {
  createQueueKeys(sql).release(Number.MAX_VALUE);
}

function claimToJson(claim: number, key: string, entries: readonly EntryRow[]): Json<Claim> {
  const items = entries.map((entry) => {
    const { id, payload, attempt, enqueued_at } = entry;
    const head = `"id":${toJson(id)},"attempt":${attempt + 1},"enqueuedAt":${enqueued_at}`;
    return `{${head},"payload":${payload}}` as Json<ClaimedEntry>;
  });
  const state = entries[0]?.state;
  const tail = state === null || state === undefined ? "" : `,"state":${state}`;
  return `{"token":"${claim}","key":${toJson(key)},"entries":${toJsonArray(items)}${tail}}` as Json<Claim>;
}

/** Milliseconds until something may become claimable by itself: what is due later, or a lease that lapses. */
export function msUntilClaimable(sql: Sql, at: number, monotonicMs: number): number | undefined {
  const next = sql.one<{ due_ms: number | null; lapse_ms: number | null }>(
    `SELECT (SELECT min(ready_at) FROM queue_keys WHERE claim IS NULL AND ready_at > ?1) - ?1 AS due_ms,
            (SELECT min(lease_until) FROM queue_keys WHERE claim IS NOT NULL) - ?2 AS lapse_ms`,
    at,
    monotonicMs,
  );
  const waits = [next?.due_ms, next?.lapse_ms].filter((ms) => typeof ms === "number");
  return waits.length === 0 ? undefined : Math.max(0, Math.min(...waits));
}
