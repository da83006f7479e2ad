import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createTokenCounter } from "../../src/core/tokens.ts";
import { awkwardStrings, unicodeString } from "../support/awkward-strings.ts";

const tokens = await createTokenCounter();
const models = ["gpt-4o", "gpt-4"];

describe("cutting a text to so many tokens", () => {
  it("never gives more of them, and gives a beginning of the text with the count that it has", async () => {
    const text = fc.oneof(
      unicodeString,
      fc.constantFrom(...awkwardStrings),
      fc.array(unicodeString).map((all) => all.join("")),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(...models), fc.nat(40), async (whole, model, maxTokens) => {
        const cut = await tokens.truncate(whole, model, maxTokens);
        expect(whole.startsWith(cut.text)).toBe(true);
        expect(cut.tokens).toBe(await tokens.count(cut.text, model));
        expect(cut.tokens).toBeLessThanOrEqual(maxTokens);
        if ((await tokens.count(whole, model)) <= maxTokens) expect(cut.text).toBe(whole);
      }),
      { numRuns: 2_000 },
    );
  });

  it("cuts between characters", async () => {
    const pair = /[\ud800-\udbff]$/;
    for (const text of ["😀👍🏽👩‍👩‍👧🇩🇪".repeat(20), "𠀀𪛖𠮷".repeat(30), "𝔸𝕓𝒞".repeat(500)]) {
      for (let maxTokens = 0; maxTokens < 40; maxTokens++) {
        expect((await tokens.truncate(text, "gpt-4o", maxTokens)).text).not.toMatch(pair);
      }
    }
  });

  it.each([
    ["prose", "The quick brown fox jumps over the lazy dog, doesn't it? "],
    ["one letter", "a"],
    ["spaces", " "],
    ["line breaks", "\n"],
    ["ideographs without punctuation", "今天下午三点我们在会议室讨论"],
    ["emoji", "😀👍🏽👩‍👩‍👧"],
    ["symbols", "=-"],
    ["lone surrogates", "\ud83d"],
  ])("uses nearly all of them for %s", async (_, unit) => {
    const text = unit.repeat(Math.ceil(60_000 / unit.length));
    for (const maxTokens of [100, 357]) {
      const cut = await tokens.truncate(text, "gpt-4o", maxTokens);
      expect(cut.tokens).toBeLessThanOrEqual(maxTokens);
      expect(cut.tokens).toBeGreaterThanOrEqual(maxTokens - 3);
    }
  });

  it.each([
    { text: "ทร्ढุภैชय़", maxTokens: 2 },
    { text: "ܐ १ᨠჇय़ग᫖ ख़ैॻ", maxTokens: 8 },
    { text: "🚙ᮠჂᄗ🡓 ᝊ 🎌 Ӕ🚫❼🔆", maxTokens: 6 },
  ])(
    "takes back more where half a character leaves $text more tokens than whole ones",
    async ({ text, maxTokens }) => {
      const cut = await tokens.truncate(text, "gpt-4o", maxTokens);
      expect(cut.tokens).toBeLessThanOrEqual(maxTokens);
      expect(cut.text.length).toBeGreaterThan(0);
    },
  );

  it.each([0, -1, Number.NaN])("gives nothing for %d", async (maxTokens) => {
    expect(await tokens.truncate("text", "gpt-4o", maxTokens)).toEqual({ text: "", tokens: 0 });
  });

  it("gives a text that fits as it is", async () => {
    const text = "word ".repeat(1_000);
    expect(await tokens.truncate(text, "gpt-4o", Infinity)).toEqual({ text, tokens: 1_001 });
  });
});
