import { createMergeFew, fewBytes } from "./merge-few.ts";
import { createMerge } from "./merge.ts";
import type { Merged } from "./merge.ts";
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

/** The beginning of a piece. */
interface Taken {
  /** In bytes. */
  readonly end: number;
  readonly tokens: number;
}

/** Counts what js-tiktoken's `encode(text, [], [])` would answer. Its work yields after every millisecond or so. */
export interface Encoding {
  count(text: string): Generator<undefined, number, void>;
  /** A beginning with at most so many tokens: all of the text, or about as much as they hold. */
  longestPrefix(text: string, maxTokens: number): Generator<undefined, Prefix, void>;
}

/** Pieces up to here share their memory and are done in one step, half a millisecond at the worst. */
const shortPieceUnits = 1_024;
const shortPieceBytes = 3 * shortPieceUnits;

/** Looking for borders pays off above this. */
const wordBytes = 24;

const unitsPerStep = 2_048;
const unitsPerScan = 65_536;
const bytesPerStep = 8_192;
const joinsPerStep = 1_024;

const utf8 = new TextEncoder();

export function createEncoding(vocabulary: Vocabulary, pattern: SplitPattern): Encoding {
  const { maxTokenBytes, rankOf, borders } = vocabulary;
  const shortBytes = new Uint8Array(shortPieceBytes);
  const mergeFew = createMergeFew(vocabulary);
  const mergeShort = createMerge(vocabulary, shortPieceBytes);

  function isToken(bytes: Uint8Array, length: number): boolean {
    return length <= maxTokenBytes && rankOf(bytes, 0, length) !== noRank;
  }

  /** Up to `shortPieceBytes`. What it answers is good until it is called again. */
  function mergeNow(bytes: Uint8Array, start: number, end: number): Merged {
    if (end - start <= fewBytes) return mergeFew(bytes, start, end);
    mergeShort.begin(bytes, start, end).next();
    mergeShort.join(end - start);
    return mergeShort;
  }

  function* mergeInSteps(bytes: Uint8Array, start: number, end: number): Generator<undefined, Merged, void> {
    const merge = createMerge(vocabulary, end - start);
    yield* merge.begin(bytes, start, end);
    while (merge.join(joinsPerStep)) yield;
    return merge;
  }

  /** Merges what lies between borders, until there are so many tokens. A short piece is done in one step. */
  function* takeFromPiece(
    bytes: Uint8Array,
    length: number,
    maxTokens: number,
  ): Generator<undefined, Prefix, void> {
    let tokens = 0;
    let start = 0;
    let pausedAt = 0;
    while (start < length && tokens < maxTokens) {
      const left = maxTokens - tokens;
      const limit = Math.min(length, start + left * maxTokenBytes);
      let end = start + 1;
      for (let stop = end; end === stop && end < limit;) {
        if (end - pausedAt > bytesPerStep) {
          yield;
          pausedAt = end;
        }
        stop = Math.min(limit, end + bytesPerStep);
        end = borders.next(bytes, end, stop, length);
      }
      const isShort = end - start <= shortPieceBytes;
      const merged = isShort ? mergeNow(bytes, start, end) : yield* mergeInSteps(bytes, start, end);
      const taken = takeParts(merged, end, left);
      tokens += taken.tokens;
      start = taken.end;
    }
    return { end: start, tokens };
  }

  /** As many whole pieces as have at most so many tokens, and as much as fits of the next one taken by itself. */
  function* takeTokens(text: string, maxTokens: number): Generator<undefined, Prefix, void> {
    const splitter = createSplitter(text, pattern);
    let tokens = 0;
    let start = 0;
    let pausedAt = 0;
    while (start < text.length && tokens < maxTokens) {
      let end = splitter.begin(start, unitsPerScan);
      while (end < 0) {
        yield;
        end = splitter.advance(unitsPerScan);
      }
      if (end - pausedAt > unitsPerStep) {
        yield;
        pausedAt = end;
      }
      const isShort = end - start <= shortPieceUnits;
      const bytes = isShort ? shortBytes : utf8.encode(text.slice(start, end));
      const length = isShort ? writeUtf8(text, start, end, bytes) : bytes.length;
      if (isToken(bytes, length)) {
        tokens++;
      } else {
        const left = maxTokens - tokens;
        const isWord = length <= wordBytes;
        const taken = isWord
          ? takeParts(mergeFew(bytes, 0, length), length, left)
          : yield* takeFromPiece(bytes, length, left);
        tokens += taken.tokens;
        if (taken.end < length) return { end: start + unitsOfBytes(text, start, taken.end), tokens };
      }
      start = end;
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

/** All that was merged, or its first parts. */
function takeParts(merged: Merged, end: number, most: number): Taken {
  const parts = merged.parts();
  return parts <= most ? { end, tokens: parts } : { end: merged.endOfParts(most), tokens: most };
}
