import type { Keyv } from "keyv";

import { toAppError } from "../core/errors.ts";
import type { ModelCall } from "../core/ledger.ts";
import { hashText, judge, worstOf } from "../core/moderation.ts";
import type { ModerationPolicy, Verdict } from "../core/moderation.ts";
import type { Normalise } from "../core/moderation/normalise.ts";
import type { CategoryScores, Logger, ModerationModel } from "../core/ports.ts";

export interface Judgement {
  /** One a text, in order. */
  readonly verdicts: readonly Verdict[];
  /** The call that was made; none where every score was known. */
  readonly call?: ModelCall;
}

/** @throws AppError `moderation_unavailable`: nothing may be sent on then. */
export type Moderate = (texts: readonly string[], signal: AbortSignal) => Promise<Judgement>;

const remembered = 500;
const writeBehindMs = 1_000;

/**
 * Judges texts in one call of the service, each in every way in which it can be read, less those whose scores are known
 * by their hash.
 */
export function createModerate(deps: {
  readonly model: Pick<ModerationModel, "classify">;
  readonly normalise: Normalise;
  /** Names the moderation model: scores of another one don't count. */
  readonly modelName: string;
  readonly policy: ModerationPolicy;
  readonly cache: Keyv;
  readonly cacheTtlMs: number;
  readonly log: Logger;
}): Moderate {
  const { model, normalise, modelName, policy, cache, cacheTtlMs, log } = deps;
  const recent = new Map<string, CategoryScores>();
  const unwritten = new Map<string, CategoryScores>();
  let writing: NodeJS.Timeout | undefined;

  function remember(key: string, scores: CategoryScores): void {
    recent.delete(key);
    recent.set(key, scores);
    const oldest = recent.keys().next();
    if (recent.size > remembered && !oldest.done) recent.delete(oldest.value);
  }

  async function lookUp(keys: readonly string[]): Promise<void> {
    const missing = [...new Set(keys)].filter((key) => !recent.has(key));
    if (missing.length === 0) return;
    try {
      const found = await cache.getMany<CategoryScores>(missing);
      for (const [i, key] of missing.entries()) {
        const scores = found[i];
        if (scores !== undefined) remember(key, scores);
      }
    } catch (error) {
      log.warn({ code: toAppError(error).code }, "verdict cache unreadable; asking the service");
    }
  }

  /** Written behind, many at once: a lost verdict is asked for again, but a write of its own would hold up the turn's. */
  function store(fresh: ReadonlyMap<string, CategoryScores>): void {
    for (const [key, scores] of fresh) unwritten.set(key, scores);
    writing ??= setTimeout(() => {
      writing = undefined;
      const entries = [...unwritten].map(([key, value]) => ({ key, value, ttl: cacheTtlMs }));
      unwritten.clear();
      cache.setMany(entries).catch((error: unknown) => {
        log.warn({ code: toAppError(error).code }, "verdicts not cached");
      });
    }, writeBehindMs).unref();
  }

  return async (texts, signal) => {
    const keys = texts.map((text) => `verdict:all-ways:${modelName}:${hashText(text)}`);
    await lookUp(keys);
    const known = new Map(keys.flatMap((key) => withValue(key, recent.get(key))));
    const unknown = new Map<string, string>();
    for (const [i, key] of keys.entries()) if (!known.has(key)) unknown.set(key, texts[i] ?? "");

    let call: ModelCall | undefined;
    if (unknown.size > 0) {
      const ways = await Promise.all([...unknown.values()].map(normalise));
      const answer = await model.classify(ways.flat(), signal);
      call = answer.call;
      let at = 0;
      const fresh = new Map(
        [...unknown.keys()].flatMap((key, i) => {
          const end = at + (ways[i]?.length ?? 0);
          const results = answer.results.slice(at, end);
          const isWhole = at < end && answer.results.length >= end;
          at = end;
          return isWhole ? [[key, worstOf(results)] as const] : [];
        }),
      );
      for (const [key, scores] of fresh) {
        known.set(key, scores);
        remember(key, scores);
      }
      store(fresh);
    }
    const verdicts = texts.map((text, i) => judge(text, known.get(keys[i] ?? "") ?? unjudged, policy));
    return call ? { verdicts, call } : { verdicts };
  };
}

/** A text for which the service sent no result is blocked: fail closed. */
const unjudged: CategoryScores = { unjudged: { flagged: true, score: 1 } };

function withValue<V>(key: string, value: V | undefined): [string, V][] {
  return value === undefined ? [] : [[key, value]];
}
