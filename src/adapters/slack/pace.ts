import { createTurns } from "../../core/turns.ts";
import type { Turns } from "../../core/turns.ts";

/** What a method may be asked for in a minute, in a whole workspace. */
interface Rate {
  readonly limit: number;
  /** What growing replies may use of it; the rest is kept for last words. */
  readonly growing: number;
  /** Each reply that is being written needs one of these to end. */
  readonly endsReplies?: boolean;
}

/** chat.update is tier 3 (docs.slack.dev/apis/web-api/rate-limits); those of streams are as observed by others. */
const rates: Readonly<Record<string, Rate>> = {
  "chat.update": { limit: 50, growing: 30, endsReplies: true },
  "chat.startStream": { limit: 20, growing: 16 },
  "chat.appendStream": { limit: 100, growing: 90 },
};
const windowMs = 60_000;
const maxBuckets = 2_000;
/** A reply that wasn't heard of for so long ends no more. */
const writtenMs = 10 * 60_000;

/** Keeps count of calls, so that growing replies leave room for final ones, and of how long Slack asked to wait. */
export interface Pace {
  /** Whether a call that can be left out may be made now. */
  hasRoom(method: string): boolean;
  /** A reply is being written, and will need room for its last words; to be said again while it grows. */
  begin(reply: object): void;
  end(reply: object): void;
  note(method: string): void;
  /** Of calls to this method (in this channel). */
  turns(bucket: string): Turns;
}

export function createPace(clock: () => number): Pace {
  const calls = new Map<string, number[]>();
  const turns = new Map<string, Turns>();
  const written = new Map<object, number>();

  function recent(method: string): number[] {
    const since = clock() - windowMs;
    const kept = (calls.get(method) ?? []).filter((at) => at > since);
    calls.set(method, kept);
    return kept;
  }

  function waiting(): number {
    for (const [reply, at] of written) if (clock() - at > writtenMs) written.delete(reply);
    return written.size;
  }

  function turnsOf(bucket: string): Turns {
    const known = turns.get(bucket);
    if (known) return known;
    if (turns.size >= maxBuckets) for (const [key, each] of turns) if (each.isIdle()) turns.delete(key);
    const begun = createTurns(clock);
    turns.set(bucket, begun);
    return begun;
  }

  return {
    hasRoom(method) {
      const rate = rates[method];
      if (rate === undefined) return true;
      if (!turnsOf(method).isFree()) return false;
      const made = recent(method).length;
      return made < rate.growing && (!rate.endsReplies || made + waiting() < rate.limit);
    },
    begin(reply) {
      written.set(reply, clock());
    },
    end(reply) {
      written.delete(reply);
    },
    note(method) {
      if (rates[method]) recent(method).push(clock());
    },
    turns: turnsOf,
  };
}
