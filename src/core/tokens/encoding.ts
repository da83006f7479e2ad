import { createMerge } from "./merge.ts";
import type { Merge } from "./merge.ts";
import { createSplitter } from "./split.ts";
import type { SplitPattern } from "./split.ts";
import { unitsOfBytes, writeUtf8 } from "./utf8.ts";
import { noRank } from "./vocabulary.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** The beginning of a text. */
export interface Prefix {
  /** In code units, between two characters. */
  readonly end: number;
  readonly tokens: number;
}

/** Counts what js-tiktoken's `encode(text, [], [])` would answer. Its work yields after every millisecond or so. */
export interface Encoding {
  count(text: string): Generator<undefined, number, void>;
  /** A beginning with at most so many tokens: all of the text, or about as much as they hold. */
  longestPrefix(text: string, maxTokens: number): Generator<undefined, Prefix, void>;
}

/** Pieces up to here are merged in one step and share their memory: 3 kB, half a millisecond at the worst. */
const shortPieceUnits = 1_024;
const unitsPerStep = 2_048;
const unitsPerScan = 65_536;
const joinsPerStep = 1_024;

const utf8 = new TextEncoder();

export function createEncoding(vocabulary: Vocabulary, pattern: SplitPattern): Encoding {
  const { maxTokenBytes, rankOf } = vocabulary;
  const shortBytes = new Uint8Array(shortPieceUnits * 3);
  const shortMerge = createMerge(vocabulary, shortBytes);

  function isToken(length: number): boolean {
    return length <= maxTokenBytes && rankOf(shortBytes, 0, length) !== noRank;
  }

  /** What it answers is good until the next step. */
  function mergeShort(text: string, start: number, end: number): Merge | undefined {
    const length = writeUtf8(text, start, end, shortBytes);
    if (isToken(length)) return undefined;
    shortMerge.begin(length).next();
    shortMerge.join(length);
    return shortMerge;
  }

  function* mergeLong(text: string, start: number, end: number): Generator<undefined, Merge, void> {
    yield;
    const bytes = utf8.encode(text.slice(start, end));
    yield;
    const merge = createMerge(vocabulary, bytes);
    yield* merge.begin(bytes.length);
    while (merge.join(joinsPerStep)) yield;
    return merge;
  }

  /** As many whole pieces as have at most so many tokens, and as much as fits of the next one taken by itself. */
  function* takeTokens(text: string, maxTokens: number): Generator<undefined, Prefix, void> {
    const splitter = createSplitter(text, pattern);
    let tokens = 0;
    let start = 0;
    let untilYield = unitsPerStep;
    while (start < text.length && tokens < maxTokens) {
      const left = maxTokens - tokens;
      let end = splitter.begin(start, unitsPerScan);
      while (end < 0) {
        yield;
        end = splitter.advance(unitsPerScan);
      }
      const mergeEnd = Math.min(end, start + left * maxTokenBytes);
      const isShort = mergeEnd - start <= shortPieceUnits;
      const merge = isShort ? mergeShort(text, start, mergeEnd) : yield* mergeLong(text, start, mergeEnd);
      const parts = merge?.parts() ?? 1;
      if (parts > left || mergeEnd < end) {
        const taken = Math.min(parts, left);
        const units = merge ? unitsOfBytes(text, start, endOfParts(merge, taken)) : mergeEnd - start;
        return { end: start + units, tokens: tokens + taken };
      }
      tokens += parts;
      untilYield -= end - start;
      start = end;
      if (untilYield <= 0) {
        yield;
        untilYield = unitsPerStep;
      }
    }
    return { end: start, tokens };
  }

  function* count(text: string): Generator<undefined, number, void> {
    return (yield* takeTokens(text, Infinity)).tokens;
  }

  function* longestPrefix(text: string, maxTokens: number): Generator<undefined, Prefix, void> {
    for (let wanted = maxTokens; wanted > 0;) {
      const taken = yield* takeTokens(text, wanted);
      if (taken.end === text.length) return taken;
      // A beginning that ends within a word may have more tokens than the word gave it.
      const tokens = yield* count(text.slice(0, taken.end));
      if (tokens <= maxTokens) return { end: taken.end, tokens };
      wanted -= tokens - maxTokens;
    }
    return { end: 0, tokens: 0 };
  }

  return { count, longestPrefix };
}

/** Bytes of the first parts. */
function endOfParts(merge: Merge, count: number): number {
  let end = 0;
  for (let part = 0; part < count; part++) end = merge.endOfPart(end);
  return end;
}
