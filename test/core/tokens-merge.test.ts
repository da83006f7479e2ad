import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import { describe, expect, it } from "vitest";

import { createEncoding } from "../../src/core/tokens/encoding.ts";
import { createMerge } from "../../src/core/tokens/merge.ts";
import type { Merge } from "../../src/core/tokens/merge.ts";
import { o200kPattern } from "../../src/core/tokens/split.ts";
import { buildVocabulary, noRank } from "../../src/core/tokens/vocabulary.ts";
import type { Vocabulary } from "../../src/core/tokens/vocabulary.ts";

const allBytes = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte));

describe("merging", () => {
  it("joins what js-tiktoken joins, whatever is a token and in whatever order tokens rank", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 2, maxLength: 6 });
    const words = fc.uniqueArray(word, { maxLength: 40, size: "max" });
    const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 120, size: "max" });
    fc.assert(
      fc.property(words, text, (tokens, piece) => {
        const ranks = rankTable([...allBytes, ...tokens.map((token) => Buffer.from(token))]);
        const tiktoken = new Tiktoken({ pat_str: o200k.pat_str, special_tokens: {}, bpe_ranks: ranks });
        const encoding = createEncoding(finish(buildVocabulary({ bpe_ranks: ranks })), o200kPattern);
        expect(finish(encoding.count(piece))).toBe(tiktoken.encode(piece, [], []).length);
      }),
      { numRuns: 400 },
    );
  });

  it("joins a piece of many steps as it joins its parts, where nothing can be joined across their borders", () => {
    const vocabulary = finish(buildVocabulary(o200k));
    const part = fc.string({
      unit: fc.constantFrom(..."etaoin "),
      minLength: 1,
      maxLength: 400,
      size: "max",
    });
    const parts = fc.sample(part, { numRuns: 2_000, seed: 7 }).map((text) => Buffer.from(text));
    const border = Buffer.of(0xff);
    const bytes = Buffer.concat(parts.flatMap((each) => [each, border]));
    const merge = createMerge(vocabulary, bytes);
    const steps = [...merge.begin(bytes.length)];
    while (merge.join(999)) steps.push(undefined);
    expect(bytes.length).toBeGreaterThan(300_000);
    expect(steps.length).toBeGreaterThan(200);
    expect(endsOf(merge)).toEqual(
      parts.reduce<number[]>((ends, each) => endsAfter(ends, each, vocabulary), []),
    );
  });
});

describe("reading ranks", () => {
  it("finds every token and nothing else", () => {
    const vocabulary = finish(buildVocabulary(o200k));
    const tokens = o200k.bpe_ranks.split(" ").slice(2);
    tokens.forEach((token, rank) => {
      const bytes = Buffer.from(token, "base64");
      if (vocabulary.rankOf(bytes, 0, bytes.length) !== rank) throw new Error(`${token} isn't ${rank}`);
    });
    expect(tokens).toHaveLength(199_998);
    expect(vocabulary.maxTokenBytes).toBe(128);
    expect(rankOf(vocabulary, "no such token")).toBe(noRank);
  });

  it("goes on with the rank that a line begins with", () => {
    const vocabulary = finish(buildVocabulary({ bpe_ranks: `${rankTable(allBytes)}\n! 256 YWI= YWJj` }));
    expect(["a", "ab", "abc", "abcd"].map((token) => rankOf(vocabulary, token))).toEqual([
      97,
      256,
      257,
      noRank,
    ]);
  });

  it("refuses a token that is too long for its tables", () => {
    const tokens = [...allBytes, Buffer.alloc(256, "a")];
    expect(() => finish(buildVocabulary({ bpe_ranks: rankTable(tokens) }))).toThrow(RangeError);
  });
});

function rankTable(tokens: readonly Buffer[]): string {
  return `! 0 ${tokens.map((token) => token.toString("base64")).join(" ")}`;
}

function rankOf(vocabulary: Vocabulary, token: string): number {
  return vocabulary.rankOf(Buffer.from(token), 0, token.length);
}

function endsOf(merge: Merge): number[] {
  const ends: number[] = [];
  for (let part = 0; part < merge.parts(); part++) ends.push(merge.endOfPart(ends.at(-1) ?? 0));
  return ends;
}

/** The ends of the parts so far, of the next part merged by itself, and of the border behind it. */
function endsAfter(ends: number[], part: Uint8Array, vocabulary: Vocabulary): number[] {
  const start = ends.at(-1) ?? 0;
  const merge = createMerge(vocabulary, part);
  finish(merge.begin(part.length));
  merge.join(part.length);
  for (const end of endsOf(merge)) ends.push(start + end);
  ends.push(start + part.length + 1);
  return ends;
}

function finish<T>(work: Generator<undefined, T, void>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
