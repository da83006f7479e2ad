import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";

import { createListPrices } from "../../../src/adapters/pricing/list-prices.ts";
import { createPriceOf } from "../../../src/core/pricing.ts";

const at = Date.parse("2026-11-23T12:00:00Z");
const tokens = { input: 12_345, cachedInput: 2_000, cacheWrite: 0, output: 678, reasoning: 100 };

describe("the list of prices", () => {
  const ratesOf = createListPrices({});

  it.each([
    ["gpt-6-luna", "2026-11-23", 1_000, 0.1],
    // Long prompts have a price of their own.
    ["gpt-6-luna", "2026-11-23", 272_001, 0.2],
    // A price holds from a day on.
    ["o3", "2025-06-09", 1_000, 10],
    ["o3", "2025-06-10", 1_000, 2],
    ["text-embedding-3-small", "2026-11-23", 1_000, 0.02],
    ["ft:gpt-4o-mini-2024-07-18:acme::x", "2026-11-23", 1_000, 0.3],
    ["gpt-6.1-luna", "2026-11-23", 1_000, undefined],
    ["my-own-model", "2026-11-23", 1_000, undefined],
    ["", "2026-11-23", 1_000, undefined],
  ])("says for %s on %s and %d tokens: %s", (model, day, input, rate) => {
    expect(ratesOf(model, Date.parse(day), input)?.input).toBe(rate);
  });

  it("comes to what its own calculation comes to, for every model of text", () => {
    const priceOf = createPriceOf(ratesOf);
    const usage = { input_tokens: 12_345, cache_read_tokens: 2_000, output_tokens: 678 };
    const models = findProvider({ providerId: "openai" })?.models ?? [];
    const compared = models.flatMap(({ id }) => {
      const price = priceOf({ model: id, kind: "chat", tokens, at });
      const theirs = calcPrice(usage, id, { providerId: "openai", timestamp: new Date(at) });
      return price && theirs?.model_price["cache_read_mtok"] !== undefined
        ? [[id, price.microUsd, theirs.total_price * 1e6] as const]
        : [];
    });
    expect(compared.length).toBeGreaterThan(20);
    for (const [id, ours, theirs] of compared) expect(Math.abs(ours - theirs), id).toBeLessThanOrEqual(0.51);
  });

  it("has a service's own prices where its address is known, and OpenAI's where it isn't", () => {
    const at127 = createListPrices({ baseUrl: "http://127.0.0.1:1234/v1" });
    expect(at127("gpt-6-luna", at, 10)?.input).toBe(0.1);
    const router = createListPrices({ baseUrl: "https://openrouter.ai/api/v1" });
    expect(router("openai/gpt-4o-mini", at, 10)?.input).toBe(0.15);
  });
});
