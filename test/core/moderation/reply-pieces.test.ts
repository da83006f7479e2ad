import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { beginningOfPiece, endOfPiece, maxPieceChars } from "../../../src/core/moderation/reply-pieces.ts";

describe("a piece of a reply", () => {
  it.each<[what: string, text: string, isDue: boolean, piece: string]>([
    [
      "ends behind a sentence",
      "This sentence is long enough to be one. And th",
      false,
      "This sentence is long enough to be one. ",
    ],
    ["waits for what follows a full stop", "This sentence is long enough to end at 3.", false, ""],
    ["waits for more than a short sentence", "Yes. No. May", false, ""],
    ["ends behind a short one when it is due", "Yes. No. May", true, "Yes. No. "],
    ["ends behind a word when it is due", "one two thr", true, "one two "],
    ["ends within a word when that is very long", "x".repeat(700), true, "x".repeat(700)],
    [
      "ends behind a line of code",
      `${"let total = 1;".repeat(4)}\nlet b`,
      false,
      `${"let total = 1;".repeat(4)}\n`,
    ],
    [
      "ends behind a sentence in quotes",
      `He said that “it is done and over with now.” Then`,
      false,
      `He said that “it is done and over with now.” `,
    ],
    [
      "ends behind a Chinese sentence",
      `${"汉".repeat(50)}。${"字".repeat(5)}`,
      false,
      `${"汉".repeat(50)}。`,
    ],
    ["ends between words where no sentence does", `${"word ".repeat(130)}wo`, false, "word ".repeat(130)],
  ])("%s", (_what, text, isDue, piece) => {
    expect(text.slice(0, endOfPiece(text, 0, isDue))).toBe(piece);
  });

  it("never ends within a character, is never too long, and follows the one before", () => {
    const text = fc.string({ unit: "binary", maxLength: 400 }).map((each) => each.repeat(20));
    fc.assert(
      fc.property(text, fc.boolean(), (whole, isDue) => {
        const wellFormed = whole.toWellFormed();
        let from = 0;
        for (;;) {
          const end = endOfPiece(wellFormed, from, isDue);
          if (end === from) break;
          expect(end).toBeGreaterThan(from);
          expect(end - from).toBeLessThanOrEqual(maxPieceChars);
          expect(wellFormed.slice(beginningOfPiece(wellFormed, from), end).isWellFormed()).toBe(true);
          from = end;
        }
        expect(wellFormed.length - from).toBeLessThan(isDue ? 601 : 1_200);
      }),
      { numRuns: 200 },
    );
  });
});
