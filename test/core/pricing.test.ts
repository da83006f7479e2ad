import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { createPriceOf, priceTokens } from "../../src/core/pricing.ts";
import type { Rates } from "../../src/core/pricing.ts";
import { withOverrides } from "../../src/core/price-overrides.ts";

const tokens = { input: 1_000, cachedInput: 400, cacheWrite: 100, output: 200, reasoning: 50 };
const nothing = { input: 0, cachedInput: 0, cacheWrite: 0, output: 0, reasoning: 0 };

const anyRate = fc.integer({ min: 0, max: 600_000_000 }).map((micro) => micro / 1_000_000);
const anyRates: fc.Arbitrary<Rates> = fc.record({
  input: anyRate,
  cachedInput: anyRate,
  cacheWrite: anyRate,
  output: anyRate,
});
const count = fc.integer({ min: 0, max: 10_000_000 });
const anyTokens = fc.record({
  input: count,
  cachedInput: count,
  cacheWrite: count,
  output: count,
  reasoning: count,
});

describe("the price of a call", () => {
  it("is the sum of its classes, cached tokens being a part of what was read", () => {
    // 500 × 0.1 + 400 × 0.01 + 100 × 0.125 + 200 × 0.5 = 50 + 4 + 12.5 + 100
    const price = priceTokens(tokens, { input: 0.1, cachedInput: 0.01, cacheWrite: 0.125, output: 0.5 });
    expect(price).toEqual({
      microUsd: 167,
      savedMicroUsd: 36,
      byClass: { input: 63, cached: 4, output: 100 },
    });
  });

  it.each([
    [1, 0.5, 1],
    [1, 0.499999, 0],
    [3, 0.5, 2],
    [1_000_000, 0.02, 20_000],
  ])("of %d tokens at %d USD a million is %d micro-USD: halves go up, once", (input, rate, microUsd) => {
    expect(priceTokens({ ...nothing, input }, { input: rate }).microUsd).toBe(microUsd);
  });

  it("is whole, adds up, and is within one micro-USD of the exact one for any use at any rates", () => {
    fc.assert(
      fc.property(anyTokens, anyRates, (used, rates) => {
        const { microUsd, byClass } = priceTokens(used, rates);
        expect(byClass.input + byClass.cached + byClass.output).toBe(microUsd);
        for (const each of Object.values(byClass)) expect(Number.isSafeInteger(each) && each >= 0).toBe(true);
        const pico = (n: number, rate = 0) => BigInt(n) * BigInt(Math.round(rate * 1e6));
        const cached = Math.min(used.cachedInput, used.input);
        const written = Math.min(used.cacheWrite, used.input - cached);
        const exact =
          pico(used.input - cached - written, rates.input) +
          pico(cached, rates.cachedInput) +
          pico(written, rates.cacheWrite) +
          pico(used.output, rates.output);
        expect(BigInt(microUsd)).toBe((2n * exact + 1_000_000n) / 2_000_000n);
      }),
    );
  });

  it("isn't known where nobody knows the rates, and free where none are needed", () => {
    const priceOf = createPriceOf(() => undefined);
    const use = { model: "nobody-knows", kind: "chat", tokens, at: 0 } as const;
    expect(priceOf(use)).toBeUndefined();
    expect(priceOf({ ...use, kind: "moderation" })?.microUsd).toBe(0);
    expect(priceOf({ ...use, tokens: nothing })?.microUsd).toBe(0);
  });
});

describe("a price of one's own", () => {
  const day = (text: string) => Date.parse(text);
  const ratesOf = withOverrides(
    [
      { model: "ft:*", rates: { input: 1 } },
      { model: "ft:gpt-4o*:acme:*", rates: { input: 2 } },
      { model: "ft:gpt-4o-mini:acme::x", rates: { input: 3 }, from: day("2026-06-01") },
      { model: "ft:gpt-4o-mini:acme::x", rates: { input: 4 }, from: day("2026-07-01") },
    ],
    (model) => (model === "gpt-6-luna" ? { input: 9 } : undefined),
  );

  it.each([
    ["gpt-6-luna", "2026-08-01", 9],
    ["ft:gpt-6:other::y", "2026-08-01", 1],
    ["ft:gpt-4o-2024:acme::y", "2026-08-01", 2],
    ["ft:gpt-4o-mini:acme::x", "2026-08-01", 4],
    ["ft:gpt-4o-mini:acme::x", "2026-06-30", 3],
    ["ft:gpt-4o-mini:acme::x", "2026-05-31", 2],
    ["gpt-ft:", "2026-08-01", undefined],
  ])("for %s on %s is %s", (model, at, input) => {
    expect(ratesOf(model, day(at), 100)?.input).toBe(input);
  });

  it("is found at once, whatever a service calls its model", () => {
    const many = withOverrides([{ model: "a*a*a*a*a*a*a*b", rates: { input: 1 } }], () => undefined);
    expect(many("a".repeat(100_000), 0, 0)).toBeUndefined();
  });
});
