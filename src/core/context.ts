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
 * Fits the newest turns into a budget of prompt tokens, without a gap: the first that no longer fits ends it. The newest
 * turn always stays, cut where it must be. A tool's call and its results stay together, or go together.
 */
export function fitContext(
  newestFirst: readonly Turn[],
  budgetTokens: number,
  overhead: MessageOverhead,
): FittedContext {
  const kept: Turn[] = [];
  let left = budgetTokens;
  const units = unitsOf(newestFirst);
  for (const unit of units) {
    const cost = unit.reduce((sum, turn) => sum + turn.tokens + overhead(turn), 0);
    if (cost > left) {
      const [newest] = unit;
      if (kept.length > 0 || newest === undefined) break;
      const roomForNewest = left - (cost - newest.tokens);
      if (roomForNewest < 0 && unit.length > 1) return { turns: [], trimmed: true };
      const cutNewestTo = Math.max(0, roomForNewest);
      return { turns: unit.toReversed(), cutNewestTo, trimmed: units.length > 1 };
    }
    left -= cost;
    kept.push(...unit);
  }
  return { turns: kept.toReversed(), trimmed: kept.length < units.flat().length };
}

/**
 * What can only stay or go as a whole, newest first. A result without its call, or a call without all of its results, is no
 * part of a prompt: the service refuses it.
 */
function unitsOf(newestFirst: readonly Turn[]): readonly (readonly Turn[])[] {
  const units: (readonly Turn[])[] = [];
  let results: Turn[] = [];
  for (const turn of newestFirst) {
    if (turn.role === "tool") {
      results.push(turn);
      continue;
    }
    const calls = new Set(turn.toolCalls?.map(({ id }) => id));
    const answered = results.filter(({ toolCallId }) => toolCallId !== undefined && calls.delete(toolCallId));
    results = [];
    if (calls.size === 0) units.push([...answered, turn]);
  }
  return units;
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
