import { calcPrice } from "@pydantic/genai-prices";
import type { ModelPrice } from "@pydantic/genai-prices";

import { createBoundedMap } from "../../core/bounded-map.ts";
import type { Rates, RatesOf } from "../../core/pricing.ts";

const halfHourMs = 1_800_000;
/** Finding a model among all takes 80 µs. */
const remembered = { maxSize: 5_000, ttlMs: 86_400_000 };

/**
 * The public list prices of models, as of the moment of a call. The list comes with the package and is never fetched.
 * A service that isn't known by its address is taken to sell at OpenAI's prices.
 */
export function createListPrices({ baseUrl }: { readonly baseUrl?: string }): RatesOf {
  const known = createBoundedMap<{ readonly price: ModelPrice | undefined }>({
    ...remembered,
    now: () => performance.now(),
  });

  return (model, at, inputTokens) => {
    // Some services are cheaper at certain hours.
    const key = `${Math.floor(at / halfHourMs)} ${model}`;
    const found = known.get(key) ?? { price: findPrice(model, at, baseUrl) };
    known.set(key, found);
    return found.price && ratesFrom(found.price, inputTokens);
  };
}

function findPrice(model: string, at: number, baseUrl: string | undefined): ModelPrice | undefined {
  const timestamp = new Date(at);
  const byAddress =
    baseUrl === undefined ? null : calcPrice({}, model, { providerApiUrl: baseUrl, timestamp });
  return (byAddress ?? calcPrice({}, model, { providerId: "openai", timestamp }))?.model_price;
}

function ratesFrom(price: ModelPrice, inputTokens: number): Rates | undefined {
  const rate = (name: string) => tierOf(price[name], inputTokens);
  const input = rate("input_mtok");
  if (input === undefined) return undefined;
  const [cachedInput, cacheWrite, output] = [
    rate("cache_read_mtok"),
    rate("cache_write_mtok"),
    rate("output_mtok"),
  ];
  return {
    input,
    ...(cachedInput !== undefined && { cachedInput }),
    ...(cacheWrite !== undefined && { cacheWrite }),
    ...(output !== undefined && { output }),
  };
}

/** The whole prompt has the price of the last tier that it reaches beyond (github.com/pydantic/genai-prices, units). */
function tierOf(price: ModelPrice[string], inputTokens: number): number | undefined {
  if (price === undefined || typeof price === "number") return price;
  return price.tiers.reduce((reached, tier) => (inputTokens > tier.start ? tier.price : reached), price.base);
}
