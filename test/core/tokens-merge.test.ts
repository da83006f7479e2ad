import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import { describe, expect, it } from "vitest";

import { createEncoding } from "../../src/core/tokens/encoding.ts";
import { createMergeFew, fewBytes } from "../../src/core/tokens/merge-few.ts";
import { createMerge } from "../../src/core/tokens/merge.ts";
import type { Merged } from "../../src/core/tokens/merge.ts";
import { o200kPattern } from "../../src/core/tokens/split.ts";
import { buildVocabulary, noRank } from "../../src/core/tokens/vocabulary.ts";
import type { Vocabulary } from "../../src/core/tokens/vocabulary.ts";

const allBytes = Array.from({ length: 256 }, (_, byte) => Buffer.of(byte));

/** Vocabularies of bytes and of some words made of three letters, in any order, and a text of these letters. */
const letters = fc.constantFrom("a", "b", "c");
const vocabularyAndText = fc.tuple(
  fc
    .uniqueArray(fc.string({ unit: letters, minLength: 2, maxLength: 6 }), { maxLength: 40, size: "max" })
    .map((words) => rankTable([...allBytes, ...words.map((word) => Buffer.from(word))])),
  fc.string({ unit: letters, maxLength: 120, size: "max" }),
);

describe("merging", () => {
  it("joins what js-tiktoken joins, whatever is a token and in whatever order tokens rank", () => {
    fc.assert(
      fc.property(vocabularyAndText, ([ranks, text]) => {
        const tiktoken = new Tiktoken({ pat_str: o200k.pat_str, special_tokens: {}, bpe_ranks: ranks });
        const encoding = createEncoding(finish(buildVocabulary({ bpe_ranks: ranks })), o200kPattern);
        expect(finish(encoding.count(text))).toBe(tiktoken.encode(text, [], []).length);
      }),
      { numRuns: 400 },
    );
  });

  it("never leaves more tokens in a beginning than it may have, whatever is a token", () => {
    fc.assert(
      fc.property(vocabularyAndText, fc.nat(60), ([ranks, text], maxTokens) => {
        const encoding = createEncoding(finish(buildVocabulary({ bpe_ranks: ranks })), o200kPattern);
        const { end, tokens } = finish(encoding.longestPrefix(text, maxTokens));
        expect(tokens).toBe(finish(encoding.count(text.slice(0, end))));
        expect(tokens).toBeLessThanOrEqual(maxTokens);
      }),
      { numRuns: 1_000 },
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
    const merge = createMerge(vocabulary, bytes.length);
    const steps = [...merge.begin(bytes, 0, bytes.length)];
    while (merge.join(999)) steps.push(undefined);
    expect(bytes.length).toBeGreaterThan(300_000);
    expect(steps.length).toBeGreaterThan(200);
    const ends = parts.reduce<number[]>((before, each) => endsAfter(before, each, vocabulary), []);
    expect(merge.parts()).toBe(ends.length);
    for (let count = 1; count <= ends.length; count += 997)
      expect(merge.endOfParts(count)).toBe(ends[count - 1]);
  });

  it("joins a few bytes as it joins many, wherever they stand", () => {
    const vocabulary = finish(buildVocabulary(o200k));
    const mergeFew = createMergeFew(vocabulary);
    const merge = createMerge(vocabulary, fewBytes);
    const text = fc.string({
      unit: fc.constantFrom(..."etaoin 的一是不ですе̄"),
      minLength: 20,
      maxLength: 40,
      size: "max",
    });
    fc.assert(
      fc.property(text, fc.nat(20), fc.integer({ min: 1, max: fewBytes }), (whole, start, length) => {
        const bytes = Buffer.from(whole);
        const end = Math.min(bytes.length, start + length);
        if (start >= end) return;
        const few = mergeFew(bytes, start, end);
        finish(merge.begin(bytes, start, end));
        merge.join(length);
        expect(endsOf(few)).toEqual(endsOf(merge));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("borders", () => {
  it("lie within no token", () => {
    const { borders } = finish(buildVocabulary(o200k));
    const divided = o200k.bpe_ranks
      .split(" ")
      .slice(2)
      .filter((token) => {
        const bytes = Buffer.from(token, "base64");
        return borders.next(bytes, 1, bytes.length, bytes.length) < bytes.length;
      });
    expect(divided).toEqual([]);
  });

  it("divide a long word into short ones", () => {
    const { borders } = finish(buildVocabulary(o200k));
    const ideographs = fc.sample(fc.integer({ min: 0x4e_00, max: 0x9f_a5 }), { numRuns: 1_000, seed: 1 });
    const bytes = Buffer.from(String.fromCodePoint(...ideographs));
    let parts = 0;
    for (let at = 0; at < bytes.length; at = borders.next(bytes, at + 1, bytes.length, bytes.length)) parts++;
    expect(parts).toBeGreaterThan(500);
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

function endsOf(merged: Merged): number[] {
  return Array.from({ length: merged.parts() }, (_, part) => merged.endOfParts(part + 1));
}

/** The ends of the tokens so far, of those of the next part merged by itself, and of the border behind it. */
function endsAfter(ends: number[], part: Uint8Array, vocabulary: Vocabulary): number[] {
  const start = ends.at(-1) ?? 0;
  const merge = createMerge(vocabulary, part.length);
  finish(merge.begin(part, 0, part.length));
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
