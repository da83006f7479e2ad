import type { Turn } from "./conversation.ts";

/** The turns that fit, oldest first. */
export interface FittedContext {
  readonly turns: readonly Turn[];
  /** The newest turn alone is longer than the budget: how many of its tokens may stay. */
  readonly cutNewestTo?: number;
  /** Older turns were left out. */
  readonly trimmed: boolean;
}

/** Tokens that a chat message costs beside its content. */
export type MessageOverhead = (turn: Turn) => number;

/**
 * Fits the newest turns into a budget of prompt tokens, without a gap: the first turn that no longer fits ends it.
 * The newest turn always stays, cut where it must be.
 */
export function fitContext(
  newestFirst: readonly Turn[],
  budgetTokens: number,
  overhead: MessageOverhead,
): FittedContext {
  const kept: Turn[] = [];
  let left = budgetTokens;
  for (const turn of newestFirst) {
    const cost = turn.tokens + overhead(turn);
    if (cost > left) {
      if (kept.length > 0) break;
      const cutNewestTo = Math.max(0, left - overhead(turn));
      return { turns: [turn], cutNewestTo, trimmed: newestFirst.length > 1 };
    }
    left -= cost;
    kept.push(turn);
  }
  return { turns: kept.toReversed(), trimmed: kept.length < newestFirst.length };
}

/** Whether older turns could still fit, so that another page is worth reading. */
export function hasRoom(
  newestFirst: readonly Turn[],
  budgetTokens: number,
  overhead: MessageOverhead,
): boolean {
  return newestFirst.reduce((sum, turn) => sum + turn.tokens + overhead(turn), 0) < budgetTokens;
}

/** What a model reads at the most, in tokens of prompt and reply together. */
export function contextSize(model: string, overrides: Readonly<Record<string, number>>): number {
  const name = baseModel(model);
  const known = overrides[model] ?? overrides[name];
  if (known !== undefined) return known;
  return contextSizes.find(([prefix]) => name.startsWith(prefix))?.[1] ?? unknownContextSize;
}

/** `ft:gpt-4o-mini-2024-07-18:team::id` is as large as what it was trained from. */
function baseModel(model: string): string {
  return model.startsWith("ft:") ? (model.split(":")[1] ?? model) : model;
}

/** Longer names first. Source: the provider's model pages; a size that is too small only trims sooner. */
const contextSizes: readonly (readonly [prefix: string, tokens: number])[] = [
  ["gpt-3.5-turbo", 16_385],
  ["gpt-4.1", 1_047_576],
  ["gpt-4o", 128_000],
  ["gpt-4-turbo", 128_000],
  ["gpt-4", 8_192],
  ["gpt-5", 400_000],
  ["gpt-6", 400_000],
  ["o1", 200_000],
  ["o3", 200_000],
  ["o4", 200_000],
];

const unknownContextSize = 32_768;
