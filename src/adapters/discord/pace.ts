import { setTimeout as sleep } from "node:timers/promises";

import { createTurns } from "../../core/turns.ts";
import type { Turns } from "../../core/turns.ts";

/** Milliseconds on a clock that nobody sets. */
type Clock = () => number;

export interface Pace {
  /**
   * Waits until a request may go out, and answers what is to be called when it was answered; one that is exempt waits for
   * its bucket alone. Rejects when the signal aborts.
   */
  turn(bucket: string, signal: AbortSignal, isExempt?: boolean): Promise<() => void>;
  /** Whether a request could go out now without going before one that waits. */
  isFree(bucket: string): boolean;
  /** Whether a request that can as well be left out fits in beside what others still need. */
  hasRoom(bucket: string): boolean;
  /** Keeps room in a bucket for what a reply must still send; to be said again while it grows. */
  reserve(bucket: string, reply: object): void;
  release(bucket: string, reply: object): void;
  /** What Discord said of a bucket in an answer. */
  learn(bucket: string, headers: { get(name: string): string | null }): void;
  /** Discord asked to wait, with all requests or with those of one bucket. */
  hold(bucket: string | undefined, ms: number): void;
  /** Counts an answer that Discord calls invalid (401, 403, 429). */
  countInvalid(): void;
  /** Milliseconds for which nothing more is sent, because too much was invalid; 0 as a rule. */
  blockedForMs(): number;
}

interface Bucket {
  limit: number;
  /** As of the last answer, less what was sent since. */
  remaining: number;
  resetsAt: number;
  readonly turns: Turns;
  /** Replies that are being written → when that was last said. */
  readonly reserved: Map<object, number>;
}

const secondMs = 1_000;
/** Of a second's requests, what is left to intermediate edits and signs of typing. */
const shareForExtras = 0.6;
/** A reply that hasn't been heard of for so long needs no room any more. */
const reservationMs = 30_000;
/** 10,000 invalid requests in ten minutes are answered with a ban (developers/topics/rate-limits); this stays far below. */
const maxInvalid = 2_000;
const invalidWindowMs = 10 * 60_000;
const maxBuckets = 2_000;

/**
 * What Discord's rates allow: `requestsPerSecond` over all, and per bucket what the answers' headers say. Requests that
 * matter wait for their turn; what can be left out only goes where there is room besides (`hasRoom`).
 */
export function createPace(options: { readonly requestsPerSecond: number; readonly clock: Clock }): Pace {
  const { requestsPerSecond, clock } = options;
  const buckets = new Map<string, Bucket>();
  let second = { startedAt: -Infinity, used: 0 };
  const all = createTurns(clock);
  let invalid = { startedAt: -Infinity, count: 0 };

  function bucketOf(key: string): Bucket {
    const known = buckets.get(key);
    if (known) return known;
    const turns = createTurns(clock);
    const bucket = { limit: Infinity, remaining: Infinity, resetsAt: 0, turns, reserved: new Map() };
    if (buckets.size >= maxBuckets) forgetOld();
    buckets.set(key, bucket);
    return bucket;
  }

  function forgetOld(): void {
    for (const [key, bucket] of buckets) {
      const isOver = bucket.resetsAt <= clock() && bucket.turns.isIdle();
      if (isOver && reservations(bucket) === 0) buckets.delete(key);
    }
  }

  function reservations({ reserved }: Bucket): number {
    for (const [reply, at] of reserved) if (clock() - at > reservationMs) reserved.delete(reply);
    return reserved.size;
  }

  function usedThisSecond(): number {
    if (clock() - second.startedAt >= secondMs) second = { startedAt: clock(), used: 0 };
    return second.used;
  }

  const isFree = ({ turns }: Bucket) => turns.isFree() && all.isFree();

  /** A turn of the bucket and one of all, in this order, so that nobody keeps all from theirs while waiting for a bucket. */
  async function takeBoth({ turns }: Bucket, signal: AbortSignal): Promise<() => void> {
    const end = await turns.take(signal);
    try {
      const endOfAll = await all.take(signal);
      return () => {
        endOfAll();
        end();
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Milliseconds; what was asked for while a turn was waited for counts too. */
  function waitMs(bucket: Bucket, isExempt: boolean): number {
    const { turns } = bucket;
    if (turns.heldMs() > 0) return turns.heldMs();
    if (isExempt) return 0;
    return usedThisSecond() < requestsPerSecond ? 0 : second.startedAt + secondMs - clock();
  }

  return {
    async turn(key, signal, isExempt = false) {
      const bucket = bucketOf(key);
      for (;;) {
        const end = await (isExempt ? bucket.turns.take(signal) : takeBoth(bucket, signal));
        const ms = waitMs(bucket, isExempt);
        if (ms <= 0) {
          if (!isExempt) second.used++;
          bucket.remaining--;
          return end;
        }
        end();
        await sleep(Math.ceil(ms), undefined, { signal });
      }
    },
    isFree: (key) => isFree(bucketOf(key)),

    hasRoom(key) {
      const bucket = bucketOf(key);
      if (!isFree(bucket)) return false;
      if (usedThisSecond() >= requestsPerSecond * shareForExtras) return false;
      if (bucket.resetsAt <= clock()) return true;
      const kept = Math.min(Math.max(1, reservations(bucket)), bucket.limit - 1);
      return bucket.remaining > kept;
    },

    reserve(key, reply) {
      bucketOf(key).reserved.set(reply, clock());
    },
    release(key, reply) {
      buckets.get(key)?.reserved.delete(reply);
    },

    learn(key, headers) {
      const [limit, remaining, resetAfterSec] = [
        headers.get("x-ratelimit-limit"),
        headers.get("x-ratelimit-remaining"),
        headers.get("x-ratelimit-reset-after"),
      ];
      if (limit === null || remaining === null || resetAfterSec === null) return;
      const bucket = bucketOf(key);
      bucket.limit = Number(limit);
      bucket.remaining = Number(remaining);
      bucket.resetsAt = clock() + Number(resetAfterSec) * 1_000;
    },

    hold(key, ms) {
      (key === undefined ? all : bucketOf(key).turns).hold(ms);
    },

    countInvalid() {
      if (clock() - invalid.startedAt > invalidWindowMs) invalid = { startedAt: clock(), count: 0 };
      invalid.count++;
    },
    blockedForMs() {
      const endsIn = invalid.startedAt + invalidWindowMs - clock();
      return invalid.count >= maxInvalid ? Math.max(0, endsIn) : 0;
    },
  };
}
