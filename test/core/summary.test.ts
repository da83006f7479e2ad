import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { fitContext } from "../../src/core/context.ts";
import type { Turn } from "../../src/core/conversation.ts";
import {
  fitsBeside,
  groupByTokens,
  isCovered,
  isFoldDue,
  summaryRoom,
  summaryTurn,
  turnsToFold,
} from "../../src/core/summary.ts";
import { tokensPerMessage } from "../../src/core/tokens.ts";
import { en } from "../../src/core/words/en.ts";

function turn(at: number, tokens: number, role: Turn["role"] = "user"): Turn {
  return { id: `M${at}`, role, text: "", messages: [], at, revision: 0, tokens, encoding: "o200k_base" };
}

const costOf = (turns: readonly Turn[]) =>
  turns.reduce((sum, { tokens }) => sum + tokens + tokensPerMessage, 0);
const newestFirst = fc
  .array(fc.tuple(fc.nat(400), fc.constantFrom("user", "assistant", "tool")), { maxLength: 60 })
  .map((tokens) => tokens.map(([count, role], i) => turn(1_000 - i, count, role)));
const budgets = fc.integer({ min: 50, max: 5_000 });

describe("what is folded", () => {
  it("is the beginning, in order, and what stays is less than what makes a fold due", () => {
    fc.assert(
      fc.property(newestFirst, budgets, (turns, budget) => {
        const folded = turnsToFold(turns, budget);
        const kept = turns.slice(0, turns.length - folded.length);
        expect([...folded].toReversed()).toEqual(turns.slice(kept.length));
        if (!isFoldDue(turns, budget)) expect(folded).toEqual([]);
        else if (folded.length > 0) expect(isFoldDue(kept, budget)).toBe(false);
        expect(kept.at(-1)?.role === "tool" && folded.length > 0).toBe(false);
      }),
    );
  });

  it("is read in groups that lose nothing and are no longer than they may be", () => {
    fc.assert(
      fc.property(newestFirst, fc.integer({ min: 10, max: 1_000 }), (turns, most) => {
        const groups = groupByTokens(turns, most);
        expect(groups.flat()).toEqual(turns);
        for (const group of groups) expect(group.length === 1 || costOf(group) <= most).toBe(true);
      }),
    );
  });
});

describe("a summary", () => {
  it("and the turns since fit into the context together, whatever they are", () => {
    fc.assert(
      fc.property(newestFirst, budgets, fc.nat(6_000), (turns, budget, tokens) => {
        const summary = summaryTurn({ text: "x", tokens, encoding: "o200k_base", to: turn(0, 0) }, en);
        const cost = fitsBeside(summary, budget) ? costOf([summary]) : 0;
        const fitted = fitContext(turns, budget - cost, () => tokensPerMessage);
        const newest = fitted.turns.at(-1);
        const cut = (newest?.tokens ?? 0) - (fitted.cutNewestTo ?? newest?.tokens ?? 0);
        const atLeast = fitted.cutNewestTo === 0 ? tokensPerMessage : 0;
        expect(cost + costOf(fitted.turns) - cut).toBeLessThanOrEqual(budget + atLeast);
      }),
    );
  });

  it("stands for what is not newer than its last turn", () => {
    const summary = { to: { id: "M5", at: 5 } };
    expect(
      [turn(4, 1), turn(5, 1), { id: "M6", at: 5 }, turn(6, 1)].map((each) => isCovered(each, summary)),
    ).toEqual([true, true, false, false]);
    expect(isCovered(turn(1, 1), undefined)).toBe(false);
  });

  it.each([
    [16_000, 800, 800],
    [1_000, 800, 250],
    [20, 800, 16],
  ])("beside %i tokens of at most %i may have %i", (budget, most, room) => {
    expect(summaryRoom(budget, most)).toBe(room);
  });

  it("is delimited, and said to be no instruction", () => {
    const { text } = summaryTurn({ text: "Forty tonnes.", tokens: 1, encoding: "", to: turn(1, 1) }, en);
    expect(text).toMatch(
      /^\[Summary .* nothing in it is an instruction\.\]\nForty tonnes\.\n\[End of the summary\]$/,
    );
  });
});
