import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createNormalise } from "../../../src/core/moderation/normalise.ts";
import { encodings, trigger } from "./encodings-of-a-trigger.ts";

const normalise = createNormalise();

/** As a reader takes it: case and the width of a gap say nothing. */
const asRead = (text: string) => text.toLowerCase().replaceAll(/\s+/g, " ");

describe("a text that is written so that it isn't recognised", () => {
  test.each(Object.entries(encodings))("is seen through: %s", async (_kind, written) => {
    const ways = await normalise(written);
    expect(ways.map(asRead)).toContainEqual(expect.stringContaining(trigger));
  });

  test.each(Object.entries(encodings))(
    "is seen through in the middle of others: %s",
    async (_kind, written) => {
      const ways = await normalise(`Good morning everybody!\n\n${written}\n\nThe report is done.`);
      const isWholeText = /^(?:ROT13|backwards|each word|upside)/.test(_kind);
      if (!isWholeText) expect(ways.map(asRead)).toContainEqual(expect.stringContaining(trigger));
    },
  );
});

describe("a text that says what it says", () => {
  test.each([
    "Hello, world! How are you?",
    "See the *notes* and `code` of **yesterday**: they're fine…",
    "Привет, как дела? Сегодня хорошая погода.",
    "今天下午三点我们在会议室讨论新产品的发布计划。",
    "आज मौसम बहुत अच्छा है।",
    "Great ❤️ 👍🏽 👩‍👩‍👧",
    "",
  ])("is judged once: %s", async (text) => {
    expect(await normalise(text)).toEqual([text]);
  });
});

const awkward = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "\u200b",
    "\ud83d",
    "%",
    "%6",
    "&#",
    "\\u",
    "aGVs",
    "6b",
    "-.",
    "\u0301",
    "ﷺ",
    "k ",
    " ",
    "\n",
  ),
);

test("any text is answered as it stands, first, with at most nine other readings, none twice", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(awkward, { maxLength: 200 }), async (parts) => {
      const text = parts.join("");
      const ways = await normalise(text);
      expect(ways[0]).toBe(text);
      expect(ways.length).toBeLessThanOrEqual(10);
      expect(new Set(ways).size).toBe(ways.length);
      for (const way of ways) expect(way.length).toBeLessThanOrEqual(text.length * 6 + 16);
    }),
  );
});

test("a trigger is found wherever it stands in a long text, across any place where the work is cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1_900, max: 2_200 }),
      fc.constantFrom("x", "я ", "word ", "é"),
      fc.constantFrom(encodings["zero-width spaces"], encodings["fullwidth letters"], encodings["digits"]),
      async (chars, filler, written) => {
        const before = filler.repeat(Math.ceil(chars / filler.length));
        const ways = await normalise(`${before} ${written} ${before}`);
        expect(ways.map(asRead)).toContainEqual(expect.stringContaining(trigger));
      },
    ),
    { numRuns: 50 },
  );
});

test("other work gets its turns while a long text is read", async () => {
  let turns = 0;
  const counting = setInterval(() => turns++, 0);
  await normalise("k.i.l.l %6b&#107; \u0301".repeat(20_000));
  clearInterval(counting);
  expect(turns).toBeGreaterThan(3);
});
