import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { contextSize, fitContext, hasRoom } from "../../src/core/context.ts";
import type { Turn } from "../../src/core/conversation.ts";

const overhead = () => 3;

function turn(id: string, tokens: number): Turn {
  return { id, role: "user", text: "", messages: [], at: 0, revision: 0, tokens, encoding: "o200k_base" };
}

const ids = (turns: readonly Turn[]) => turns.map(({ id }) => id);

describe("fitContext", () => {
  it.each([
    ["everything fits", [10, 10, 10], 39, ["2", "1", "0"], false],
    ["the oldest falls out by one token", [10, 10, 10], 38, ["1", "0"], true],
    ["a turn that doesn't fit ends it, also where an older one would fit", [10, 100, 1], 60, ["0"], true],
    ["nothing said yet", [], 10, [], false],
  ])("%s", (_claim, tokens, budget, kept, trimmed) => {
    const newestFirst = tokens.map((count, i) => turn(String(i), count));
    const fitted = fitContext(newestFirst, budget, overhead);
    expect(ids(fitted.turns)).toEqual(kept);
    expect(fitted.trimmed).toBe(trimmed);
    expect(fitted.cutNewestTo).toBeUndefined();
  });

  it("cuts the newest turn where it alone is too long", () => {
    const fitted = fitContext([turn("new", 1_000), turn("old", 1)], 100, overhead);
    expect(ids(fitted.turns)).toEqual(["new"]);
    expect(fitted).toMatchObject({ cutNewestTo: 97, trimmed: true });
  });

  it("never exceeds its budget, and always keeps the newest turn", () => {
    const counts = fc.array(fc.nat(500), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 3, max: 2_000 }), (tokens, budget) => {
        const newestFirst = tokens.map((count, i) => turn(String(i), count));
        const { turns, cutNewestTo } = fitContext(newestFirst, budget, overhead);
        const used = turns.reduce((sum, kept) => sum + (cutNewestTo ?? kept.tokens) + 3, 0);
        expect(used).toBeLessThanOrEqual(budget);
        expect(turns.at(-1)?.id).toBe("0");
        expect(ids(turns)).toEqual(ids(newestFirst.slice(0, turns.length)).toReversed());
      }),
    );
  });
});

describe("a call of a tool", () => {
  const step = fc.oneof(
    fc.record({ role: fc.constant("user" as const), tokens: fc.nat(50) }),
    fc.record({
      role: fc.constant("assistant" as const),
      tokens: fc.nat(50),
      calls: fc.nat(3),
      answered: fc.nat(3),
    }),
    fc.record({ role: fc.constant("tool" as const), tokens: fc.nat(50) }),
  );

  /** Conversations as they may be stored: some calls lack results, and some results their call. */
  const talk = fc.array(step, { maxLength: 20 }).map((steps) =>
    steps.flatMap((each, i): Turn[] => {
      const said = { ...turn(String(i), each.tokens), role: each.role };
      if (each.role === "tool") return [{ ...said, toolCallId: `lost-${i}` }];
      if (each.role === "user" || each.calls === 0) return [said];
      const toolCalls = Array.from({ length: each.calls }, (_, n) => ({
        id: `${i}-${n}`,
        name: "f",
        arguments: "{}",
      }));
      const results = toolCalls.slice(0, each.answered).map(({ id }) => ({
        ...turn(`${id}-result`, each.tokens),
        role: "tool" as const,
        toolCallId: id,
      }));
      return [{ ...said, toolCalls }, ...results];
    }),
  );

  it("and its results are never split, whatever fits", () => {
    fc.assert(
      fc.property(talk, fc.integer({ min: 3, max: 500 }), (oldestFirst, budget) => {
        const { turns, cutNewestTo } = fitContext(oldestFirst.toReversed(), budget, overhead);
        const newest = turns.length - 1;
        const costs = turns.map(({ tokens }, i) => (i === newest ? (cutNewestTo ?? tokens) : tokens) + 3);
        expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeLessThanOrEqual(budget);
        let open = new Set<string>();
        for (const { role, toolCalls, toolCallId } of turns) {
          if (role === "tool") expect(open.delete(toolCallId ?? "")).toBe(true);
          else {
            expect(open.size).toBe(0);
            open = new Set(toolCalls?.map(({ id }) => id));
          }
        }
        expect(open.size).toBe(0);
      }),
    );
  });
});

describe("hasRoom", () => {
  it.each([
    [[10, 10], 27, true],
    [[10, 10], 26, false],
    [[], 1, true],
  ])("of %j in %i is %s", (tokens, budget, expected) => {
    expect(
      hasRoom(
        tokens.map((count, i) => turn(String(i), count)),
        budget,
        overhead,
      ),
    ).toBe(expected);
  });
});

describe("contextSize", () => {
  it.each([
    ["gpt-6-luna", {}, 400_000],
    ["gpt-4", {}, 8_192],
    ["gpt-4o-mini-2024-07-18", {}, 128_000],
    ["ft:gpt-4.1-mini:team::id", {}, 1_047_576],
    ["somebody-elses-model", {}, 32_768],
    ["somebody-elses-model", { "somebody-elses-model": 4_096 }, 4_096],
    ["ft:gpt-4o:team::id", { "gpt-4o": 1_000 }, 1_000],
  ])("%s with %j reads %i tokens", (model, overrides, tokens) => {
    expect(contextSize(model, overrides)).toBe(tokens);
  });
});
