import type { Config } from "../config.ts";
import { withOverrides } from "../core/price-overrides.ts";
import { createPriceOf } from "../core/pricing.ts";
import type { PriceOf } from "../core/pricing.ts";

/**
 * The prices of the config before those of the list. The offline model is counted at the prices of the model that it stands
 * in for, and whoever shows them says that nothing was paid.
 */
export async function loadPriceOf({
  prices,
  modelService,
}: Pick<Config, "prices" | "modelService">): Promise<PriceOf> {
  // The list is large: it is read while other parts start.
  const { createListPrices } = await import("../adapters/pricing/list-prices.ts");
  const baseUrl = modelService.kind === "openai" ? modelService.baseUrl : undefined;
  return createPriceOf(withOverrides(prices, createListPrices(baseUrl === undefined ? {} : { baseUrl })));
}
