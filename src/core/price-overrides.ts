import type { Rates, RatesOf } from "./pricing.ts";

/** A price of the operator's own. */
export interface PriceOverride {
  /** A model's name; `*` stands for any run of characters. */
  readonly model: string;
  readonly rates: Rates;
  /** From when on it holds; always, when left out. Milliseconds since the epoch. */
  readonly from?: number;
}

/**
 * Puts own prices before those of a list. Of several for one model the nearest name wins (the model's own before the
 * pattern with the most letters), then the one that began last.
 */
export function withOverrides(overrides: readonly PriceOverride[], listed: RatesOf): RatesOf {
  const ordered = overrides.toSorted(
    (a, b) => nearness(b.model) - nearness(a.model) || (b.from ?? 0) - (a.from ?? 0),
  );
  return (model, at, inputTokens) => {
    const own = ordered.find((each) => (each.from ?? 0) <= at && isMeant(model, each.model));
    return own?.rates ?? listed(model, at, inputTokens);
  };
}

function nearness(pattern: string): number {
  return pattern.includes("*") ? pattern.replaceAll("*", "").length : Number.MAX_SAFE_INTEGER;
}

/** A name comes from a service, so it is compared in one pass, however it is made. */
function isMeant(model: string, pattern: string): boolean {
  const [begin = "", ...others] = pattern.split("*");
  const end = others.pop();
  if (end === undefined) return model === pattern;
  if (!model.startsWith(begin)) return false;
  let offset = begin.length;
  for (const part of others) {
    const at = model.indexOf(part, offset);
    if (at < 0) return false;
    offset = at + part.length;
  }
  return model.length - end.length >= offset && model.endsWith(end);
}
