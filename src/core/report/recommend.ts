import type { PriceOf } from "../pricing.ts";
import type { SpentCell } from "../spending.ts";
import { totalOf } from "../spent.ts";
import type { SpentTotal } from "../spent.ts";

/** What whoever pays may want to do. */
export type Recommendation =
  | { readonly kind: "setPrices"; readonly models: readonly string[] }
  /** What `from` did would have cost so much less with `to`. */
  | {
      readonly kind: "cheaperModel";
      readonly from: string;
      readonly to: string;
      readonly savedMicroUsd: number;
    }
  /** Long prompts of which the service's cache knew little. */
  | { readonly kind: "useCache"; readonly cachedShare: number; readonly inputTokensEach: number }
  | { readonly kind: "setBudget" }
  | { readonly kind: "lookAtErrors"; readonly errorRate: number };

const worthwhileMicroUsd = 1_000_000;
const worthwhileShare = 0.2;
const longPromptTokens = 2_048;
const fewCached = 0.1;
const manyErrors = 0.05;

/** At most one of a kind, the most urgent first. */
export function recommend(known: {
  readonly cells: readonly SpentCell[];
  readonly total: SpentTotal;
  readonly priceOf: PriceOf;
  readonly hasBudget: boolean;
  readonly now: number;
}): readonly Recommendation[] {
  const { cells, total, hasBudget } = known;
  const unpriced = [...new Set(cells.filter((cell) => cell.unpriced > 0).map(({ model }) => model))];
  const chat = totalOf(cells.filter(({ kind }) => kind === "chat"));
  const errorRate = chat.calls > 0 ? chat.errors / chat.calls : 0;
  const inputTokensEach = chat.calls > 0 ? chat.tokens.input / chat.calls : 0;
  const cachedShare = chat.tokens.input > 0 ? chat.tokens.cachedInput / chat.tokens.input : 0;
  const isDear = total.microUsd >= worthwhileMicroUsd;
  return [
    unpriced.length > 0 && { kind: "setPrices" as const, models: unpriced },
    !hasBudget && isDear && { kind: "setBudget" as const },
    isDear && findCheaper(known),
    isDear &&
      inputTokensEach >= longPromptTokens &&
      cachedShare < fewCached && { kind: "useCache" as const, cachedShare, inputTokensEach },
    chat.calls >= 20 && errorRate > manyErrors && { kind: "lookAtErrors" as const, errorRate },
  ].filter((each) => each !== false && each !== undefined);
}

/** Among the models that answer here anyway: one that is known to do for these people. */
function findCheaper({
  cells,
  total,
  priceOf,
  now,
}: Parameters<typeof recommend>[0]): Recommendation | undefined {
  const groups = [
    ...Map.groupBy(
      cells.filter(({ kind }) => kind === "chat"),
      ({ model }) => model,
    ),
  ].map(([model, of]) => ({ model, ...totalOf(of) }));
  const [dearest] = groups.toSorted((a, b) => b.microUsd - a.microUsd);
  if (dearest === undefined) return undefined;
  const { model: from, microUsd, calls } = dearest;
  // A service may ask more for long prompts, so a usual one is priced.
  const tokens = usualTokens(dearest);
  const [best] = groups
    .flatMap(({ model: to }) => {
      const price = to === from ? undefined : priceOf({ model: to, kind: "chat", tokens, at: now });
      return price ? [{ to, savedMicroUsd: microUsd - price.microUsd * calls }] : [];
    })
    .toSorted((a, b) => b.savedMicroUsd - a.savedMicroUsd);
  const isWorthIt =
    best !== undefined &&
    best.savedMicroUsd >= worthwhileMicroUsd / 10 &&
    best.savedMicroUsd >= total.microUsd * worthwhileShare;
  return isWorthIt ? { kind: "cheaperModel", from, ...best } : undefined;
}

function usualTokens({ tokens, calls }: SpentTotal): SpentTotal["tokens"] {
  const each = (all: number) => Math.round(all / Math.max(calls, 1));
  return {
    input: each(tokens.input),
    cachedInput: each(tokens.cachedInput),
    cacheWrite: each(tokens.cacheWrite),
    output: each(tokens.output),
    reasoning: each(tokens.reasoning),
  };
}
