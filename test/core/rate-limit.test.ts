import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createFairLines, fitsAMinute, tighterRates } from "../../src/core/rate-limit.ts";

const waiters = (line: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ line, name: `${line}${i}` }));

describe("fair lines", () => {
  it("let one of each line go at a time", () => {
    const lines = createFairLines<{ readonly line: string; readonly name: string }>();
    for (const each of [...waiters("a", 4), ...waiters("b", 2), ...waiters("c", 1)]) lines.add(each);
    const order = ["a0", "b0", "c0", "a1", "b1", "a2", "a3"];
    expect(lines.first(100).map(({ name }) => name)).toEqual(order);
    expect(lines.first(2).map(({ name }) => name)).toEqual(["a0", "b0"]);
  });

  it("say truly how many are ahead, whoever comes, goes and leaves", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("add", "go", "leave"), fc.nat(4), fc.nat(20)), { maxLength: 60 }),
        (steps) => {
          const lines = createFairLines<{ readonly line: string; readonly id: number }>();
          for (const [i, [step, line, which]] of steps.entries()) {
            const order = lines.first(1_000);
            if (step === "add") lines.add({ line: `l${line}`, id: i });
            else if (step === "go" && order[0]) lines.letGo(order[0]);
            else if (order.length > 0) {
              const leaving = order[which % order.length];
              if (leaving) lines.leave(leaving);
            }
            const after = lines.first(1_000);
            expect(after.map((each) => lines.ahead(each))).toEqual(after.map((_, place) => place));
            // Who stands first goes first, and the others keep their order.
            if (step === "go") expect(after).toEqual(order.slice(1));
          }
        },
      ),
    );
  });
});

describe("what goes in one step", () => {
  it.each<[tokens: number[], rates: object, fits: number]>([
    [[10, 10, 10], {}, 3],
    [[10, 10, 10], { requestsPerMinute: 2 }, 2],
    [[10, 10, 10], { tokensPerMinute: 25 }, 2],
    [[90, 10], { tokensPerMinute: 25 }, 1],
    [[10], { requestsPerMinute: 1, tokensPerMinute: 1 }, 1],
  ])("of %j with %j is %d", (tokens, rates, fits) => expect(fitsAMinute(tokens, rates)).toBe(fits));

  it("is bound by the lower of two rates", () => {
    expect(tighterRates({ requestsPerMinute: 5 }, { requestsPerMinute: 3, tokensPerMinute: 9 })).toEqual({
      requestsPerMinute: 3,
      tokensPerMinute: 9,
    });
  });
});
