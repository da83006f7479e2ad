import fc from "fast-check";
import { Tiktoken } from "js-tiktoken/lite";
import cl100k from "js-tiktoken/ranks/cl100k_base";
import o200k from "js-tiktoken/ranks/o200k_base";
import { describe, expect, it } from "vitest";

import { countDrift, createTokenCounter } from "../../src/core/tokens.ts";
import { awkwardStrings, unicodeString } from "../support/awkward-strings.ts";

const tokens = await createTokenCounter();

const encodings = [
  { model: "gpt-4o", tiktoken: new Tiktoken(o200k) },
  { model: "gpt-4", tiktoken: new Tiktoken(cl100k) },
];

describe.each(encodings)("counting tokens for $model", ({ model, tiktoken }) => {
  const expected = (text: string): number => tiktoken.encode(text, [], []).length;

  it.each(awkwardStrings)("counts %j as js-tiktoken does", async (text) => {
    expect(await tokens.count(text, model)).toBe(expected(text));
  });

  it("counts any text as js-tiktoken does", async () => {
    await fc.assert(
      fc.asyncProperty(unicodeString, async (text) => {
        expect(await tokens.count(text, model)).toBe(expected(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("counts a word that is too long for one step as js-tiktoken does", async () => {
    const letters = fc.sample(fc.constantFrom(..."etaoinshrdlu"), { numRuns: 1_100, seed: 3 }).join("");
    const ideographs = fc
      .sample(fc.constantFrom(..."的一是不了人我在有他"), { numRuns: 1_030, seed: 3 })
      .join("");
    for (const text of [letters, `a ${ideographs}!`])
      expect(await tokens.count(text, model)).toBe(expected(text));
  });

  it("counts the text of a special token as plain text", async () => {
    expect(await tokens.count("<|endoftext|>", model)).toBeGreaterThan(1);
  });
});

describe("counting tokens", () => {
  it("counts a million characters that never pause", async () => {
    const counts = [
      await tokens.count("a".repeat(1_000_000), "gpt-4o"),
      await tokens.count(" ".repeat(1_000_000), "gpt-4o"),
    ];
    // "aaaaaaaa" is a token, and so are 128 spaces.
    expect(counts).toEqual([125_000, 7_813]);
  });

  it("of a short text takes no turn of the event loop, of a long one many", async () => {
    await nextTurn();
    const turns = countTurns();
    await tokens.count("How do I reset my password?", "gpt-4o");
    expect(turns()).toBe(0);
    await tokens.count("哈".repeat(300_000), "gpt-4o");
    expect(turns()).toBeGreaterThan(3);
  });

  it("of many short texts leaves others their turns", async () => {
    const turns = countTurns();
    const text = awkwardStrings.join(" ");
    for (let i = 0; i < 1_000; i++) await tokens.count(text, "gpt-4o");
    expect(turns()).toBeGreaterThan(3);
  });

  it("of two long texts at once mixes nothing up", async () => {
    const texts = ["哈".repeat(40_000), "ab".repeat(30_000), "the cat ".repeat(20_000)];
    const alone: number[] = [];
    for (const text of texts) alone.push(await tokens.count(text, "gpt-4o"));
    expect(await Promise.all(texts.map((text) => tokens.count(text, "gpt-4o")))).toEqual(alone);
  });
});

describe("a model's encoding", () => {
  it.each([
    ["gpt-4o", "o200k_base"],
    ["gpt-4o-mini-2024-07-18", "o200k_base"],
    ["chatgpt-4o-latest", "o200k_base"],
    ["gpt-4.1-mini", "o200k_base"],
    ["gpt-4.5-preview", "o200k_base"],
    ["gpt-5.1", "o200k_base"],
    ["gpt-6-luna", "o200k_base"],
    ["o3", "o200k_base"],
    ["ft:gpt-4o-mini-2024-07-18:acme::Ab12", "o200k_base"],
    ["ft:gpt-4.1-2025-04-14:acme:gpt-4:Ab12:ckpt-step-80", "o200k_base"],
    ["ft:", "o200k_base"],
    ["", "o200k_base"],
    ["llama-3-70b", "o200k_base"],
    ["openai/gpt-4o", "o200k_base"],
    ["gpt-4", "cl100k_base"],
    ["gpt-4-0613", "cl100k_base"],
    ["gpt-4-turbo", "cl100k_base"],
    ["gpt-3.5-turbo-0125", "cl100k_base"],
    ["gpt-35-turbo", "cl100k_base"],
    ["openai/gpt-3.5-turbo", "cl100k_base"],
    ["ft:gpt-3.5-turbo-0125:acme::Ab12", "cl100k_base"],
    ["ft:gpt-4-0613:acme::Ab12", "cl100k_base"],
    ["ft:davinci-002:acme::Ab12", "cl100k_base"],
    ["text-embedding-3-small", "cl100k_base"],
    ["text-embedding-3-large", "cl100k_base"],
    ["text-embedding-ada-002", "cl100k_base"],
  ])("of %j is %s", (model, encoding) => {
    expect(tokens.encodingOf(model)).toBe(encoding);
  });
});

describe("the drift of a count", () => {
  it.each([
    { counted: 102, reported: 100, drift: 0.02 },
    { counted: 95, reported: 100, drift: -0.05 },
    { counted: 100, reported: 100, drift: 0 },
    { counted: 100, reported: 0, drift: 0 },
  ])("is $drift for $counted counted and $reported reported", ({ counted, reported, drift }) => {
    expect(countDrift(counted, reported)).toBeCloseTo(drift, 10);
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** Turns of the event loop so far. */
function countTurns(): () => number {
  let turns = 0;
  const turn = (): void => {
    turns++;
    setImmediate(turn).unref();
  };
  setImmediate(turn).unref();
  return () => turns;
}
