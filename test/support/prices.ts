import type { Price, PriceOf } from "../../src/core/pricing.ts";

/** A price of which only the sum matters. */
export function priced(microUsd: number): Price {
  return { microUsd, savedMicroUsd: 0, byClass: { input: microUsd, cached: 0, output: 0 } };
}

/** Every call is a cent a thousand tokens, and what is called cheap a tenth of it. */
export const centAThousand: PriceOf = ({ model, tokens: { input, output } }) =>
  priced((input + output) * (model.includes("mini") ? 1 : 10));
