import type { Keyv } from "keyv";

import { toAppError } from "../core/errors.ts";
import type { Place } from "../core/event.ts";
import type { ModelCall } from "../core/ledger.ts";
import { hashText, judge, worstOf } from "../core/moderation.ts";
import type { Verdict } from "../core/moderation.ts";
import type { InputText } from "../core/moderation/input.ts";
import type { Normalise } from "../core/moderation/normalise.ts";
import type { ModerationPolicy } from "../core/moderation/policy.ts";
import type { FindWords } from "../core/moderation/word-list.ts";
import type { CategoryScores, Logger, Metrics, ModerationModel } from "../core/ports.ts";
import type { NoteVerdicts } from "./note-verdicts.ts";

export interface Judgement {
  /** One a text, in order. */
  readonly verdicts: readonly Verdict[];
  /** The call that was made; none where every score was known. */
  readonly call?: ModelCall;
}

/** @throws AppError `moderation_unavailable`: nothing may be sent on then. */
export type Moderate = (
  inputs: readonly InputText[],
  place: Place,
  signal: AbortSignal,
) => Promise<Judgement>;

/** The policy of a place as it is now. @throws AppError `storage_*` */
export type PolicyFor = (place: Place) => Promise<ModerationPolicy>;

const remembered = 500;
const writeBehindMs = 1_000;

/**
 * Judges texts in one call of the service, each in every way in which it can be read, less those whose scores are known
 * by their hash, and by the policy of the place. What is flagged or blocked is noted before it is answered.
 */
export function createModerate(deps: {
  readonly model: Pick<ModerationModel, "classify">;
  readonly normalise: Normalise;
  readonly findWords: FindWords;
  /** Names the moderation model and the list of words: scores of others don't count. */
  readonly scoredBy: string;
  readonly policyFor: PolicyFor;
  readonly note: NoteVerdicts;
  readonly cache: Keyv;
  readonly cacheTtlMs: number;
  readonly metrics: Pick<Metrics, "judged">;
  readonly log: Logger;
}): Moderate {
  const { model, normalise, findWords, scoredBy, policyFor, note, cache, cacheTtlMs, metrics, log } = deps;
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

  async function classify(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly scores: readonly (CategoryScores | undefined)[]; readonly call?: ModelCall }> {
    const ways = await Promise.all(texts.map(normalise));
    const { results, call } = await model.classify(ways.flat(), signal);
    let at = 0;
    const scores = ways.map((each) => {
      const own = results.slice(at, at + each.length);
      at += each.length;
      return own.length > 0 && own.length === each.length
        ? { ...worstOf(own), ...findWords(each) }
        : undefined;
    });
    return { scores, ...(call && { call }) };
  }

  return async (inputs, place, signal) => {
    const keys = inputs.map(({ text }) => `verdict:all-ways:${scoredBy}:${hashText(text)}`);
    const [policy] = await Promise.all([policyFor(place), lookUp(keys)]);
    const known = new Map(keys.flatMap((key) => withValue(key, recent.get(key))));
    const unknown = new Map<string, string>();
    for (const [i, key] of keys.entries()) if (!known.has(key)) unknown.set(key, inputs[i]?.text ?? "");

    let call: ModelCall | undefined;
    if (unknown.size > 0) {
      const answer = await classify([...unknown.values()], signal);
      call = answer.call;
      const fresh = new Map([...unknown.keys()].flatMap((key, i) => withValue(key, answer.scores[i])));
      for (const [key, scores] of fresh) {
        known.set(key, scores);
        remember(key, scores);
      }
      store(fresh);
    }
    const verdicts = inputs.map(({ text, isJoined }, i) => {
      const verdict = judge(text, known.get(keys[i] ?? "") ?? unjudged, policy);
      const isKnown = isJoined === true && verdict.decision === "flag";
      return isKnown ? { ...verdict, decision: "allow" as const } : verdict;
    });
    for (const [i, { kind, isJoined }] of inputs.entries())
      if (!isJoined) metrics.judged(kind, verdicts[i]?.decision ?? "block", !unknown.has(keys[i] ?? ""));
    await note(place, inputs, verdicts);
    return call ? { verdicts, call } : { verdicts };
  };
}

/** A text for which the service sent no result is blocked: fail closed. */
const unjudged: CategoryScores = { unjudged: { flagged: true, score: 1 } };

function withValue<V>(key: string, value: V | undefined): [string, V][] {
  return value === undefined ? [] : [[key, value]];
}
