import fc from "fast-check";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { describe, expect, it } from "vitest";

import * as is from "../../src/core/tokens/characters.ts";
import { cl100kPattern, createSplitter, o200kPattern } from "../../src/core/tokens/split.ts";
import type { SplitPattern } from "../../src/core/tokens/split.ts";
import { awkwardStrings, unicodeString } from "../support/awkward-strings.ts";

const encodings = [
  { name: "o200k_base", pattern: o200kPattern, expression: new RegExp(o200k.pat_str, "ug") },
  { name: "cl100k_base", pattern: cl100kPattern, expression: new RegExp(cl100k.pat_str, "ug") },
];

describe.each(encodings)("splitting for $name", ({ pattern, expression }) => {
  const expected = (text: string): string[] => text.match(expression) ?? [];

  it.each(awkwardStrings)("cuts %j where js-tiktoken's expression does", (text) => {
    expect(split(text, pattern, text.length)).toEqual(expected(text));
  });

  it("cuts any text where js-tiktoken's expression does, however few characters a step looks at", () => {
    fc.assert(
      fc.property(unicodeString, fc.integer({ min: 1, max: 5 }), (text, units) => {
        expect(split(text, pattern, units)).toEqual(expected(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it("looks at no more than it is told to before it answers", () => {
    const splitter = createSplitter("a".repeat(100), pattern);
    const answers = [splitter.begin(0, 40), splitter.advance(40), splitter.advance(40)];
    expect(answers).toEqual([-1, -1, 100]);
  });
});

describe("characters", () => {
  it("all have the class that the engine's own Unicode tables give them", () => {
    const sets: readonly (readonly [RegExp, number])[] = [
      [/[\r\n]/u, is.newline],
      [/\s/u, is.space],
      [/[\p{Lu}\p{Lt}]/u, is.upper],
      [/\p{Ll}/u, is.lower],
      [/[\p{Lm}\p{Lo}]/u, is.caseless],
      [/\p{M}/u, is.mark],
      [/\p{N}/u, is.number],
    ];
    const wrong: number[] = [];
    for (let point = 0; point < 0x11_00_00; point++) {
      const character = String.fromCodePoint(point);
      const expected = sets.find(([set]) => set.test(character))?.[1] ?? is.other;
      if (is.classOf(point) !== expected) wrong.push(point);
    }
    expect(wrong).toEqual([]);
  });
});

function split(text: string, pattern: SplitPattern, units: number): string[] {
  const splitter = createSplitter(text, pattern);
  const pieces: string[] = [];
  for (let start = 0; start < text.length;) {
    let end = splitter.begin(start, units);
    while (end < 0) end = splitter.advance(units);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
