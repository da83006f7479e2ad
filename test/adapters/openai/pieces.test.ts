import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { splitIntoPieces } from "../../../src/adapters/openai/pieces.ts";

const size = { maxChars: 40, overlapChars: 10 };
const unit = fc.oneof(
  fc.constantFrom(" ", "\n", "a", "é", "哈", "🚀"),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
);
const anyText = fc.string({ unit, maxLength: 400, size: "max" });

describe("pieces of a long text", () => {
  test("a short text is one piece", () => {
    expect(splitIntoPieces("x".repeat(40), size)).toEqual(["x".repeat(40)]);
  });

  test("no piece is too long, and none cuts a character in two", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const piece of splitIntoPieces(text, size)) {
          expect(piece.length).toBeLessThanOrEqual(size.maxChars);
          expect(piece.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  test("every stretch as short as half the overlap stands whole in a piece", () => {
    fc.assert(
      fc.property(anyText, fc.nat(400), (text, at) => {
        const stretch = text.slice(at, at + size.overlapChars / 2 - 1);
        expect(splitIntoPieces(text, size).some((piece) => piece.includes(stretch))).toBe(true);
      }),
    );
  });

  test("cuts fall at whitespace where there is some", () => {
    const pieces = splitIntoPieces("lorem ipsum dolor ".repeat(20), size);
    expect(pieces.slice(0, -1).every((piece) => piece.endsWith(" "))).toBe(true);
    expect(pieces.every((piece) => /^(?:lorem|ipsum|dolor)/.test(piece))).toBe(true);
  });
});
