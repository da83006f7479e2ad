import type { Turn } from "./conversation.ts";
import type { PersonKey } from "./ids.ts";
import { tokensPerMessage } from "./tokens.ts";
import type { Words } from "./words/en.ts";

/** What stands for the beginning of a conversation: every turn between two of them, both included. */
export interface Summary {
  readonly text: string;
  readonly from: TurnPosition;
  readonly to: TurnPosition;
  /** How many messages it stands for. */
  readonly turns: number;
  /** Everybody of whom something may stand in it. */
  readonly people: readonly PersonKey[];
  /** Of the text as it enters a prompt, in the encoding named beside it. */
  readonly tokens: number;
  readonly encoding: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
}

export type TurnPosition = Pick<Turn, "id" | "at">;

/** The share of the context from which on its beginning is folded, so that it is done before anything falls out. */
const foldAbove = 0.75;
/** The share that stays word for word. The room between the two is what one fold is worth. */
const keepUpTo = 0.4;
/** A summary that takes more of the context than this is left out. */
const maxSummaryShare = 0.5;
/** A new one may take so much of the context at the most. */
const newSummaryShare = 0.25;
const minSummaryTokens = 16;

/** Whether a turn is one of those that the summary stands for, or older. */
export function isCovered(turn: TurnPosition, summary: Pick<Summary, "to"> | undefined): boolean {
  if (summary === undefined) return false;
  const { to } = summary;
  return turn.at < to.at || (turn.at === to.at && turn.id <= to.id);
}

/** The summary as it enters a prompt, not judged yet. */
export function summaryTurn(
  { text, tokens, encoding, to }: Pick<Summary, "text" | "tokens" | "encoding" | "to">,
  words: Words,
): Turn {
  const wrapped = words.summary.standing(text);
  return {
    id: "summary",
    role: "user",
    text: wrapped,
    messages: [],
    at: to.at,
    revision: 0,
    tokens,
    encoding,
  };
}

export function fitsBeside(summary: Turn, budgetTokens: number): boolean {
  return costOf(summary) <= budgetTokens * maxSummaryShare;
}

/** How long a new summary may be, where the conversation has so much room. */
export function summaryRoom(budgetTokens: number, maxTokens: number): number {
  return Math.max(minSummaryTokens, Math.min(maxTokens, Math.floor(budgetTokens * newSummaryShare)));
}

/** Whether so many turns are worth a fold; `turns` are those that no summary stands for. */
export function isFoldDue(turns: readonly Turn[], budgetTokens: number): boolean {
  return sumOf(turns) > budgetTokens * foldAbove;
}

/** The turns that a fold takes in, oldest first. What belongs to a tool's call goes with the call. */
export function turnsToFold(newestFirst: readonly Turn[], budgetTokens: number): readonly Turn[] {
  if (!isFoldDue(newestFirst, budgetTokens)) return [];
  let left = budgetTokens * keepUpTo;
  let kept = newestFirst.findIndex((turn) => (left -= costOf(turn)) < 0);
  while (kept > 0 && newestFirst[kept - 1]?.role === "tool") kept--;
  return kept < 0 ? [] : newestFirst.slice(kept).toReversed();
}

/** Turns in groups of at most so many tokens each, in order; one that is longer is a group of its own. */
export function groupByTokens(turns: readonly Turn[], maxTokens: number): readonly (readonly Turn[])[] {
  const groups: Turn[][] = [];
  let left = 0;
  for (const turn of turns) {
    const cost = costOf(turn);
    const last = groups.at(-1);
    if (last && cost <= left) last.push(turn);
    else {
      groups.push([turn]);
      left = maxTokens;
    }
    left -= cost;
  }
  return groups;
}

function sumOf(turns: readonly Turn[]): number {
  return turns.reduce((sum, turn) => sum + costOf(turn), 0);
}

function costOf({ tokens }: Turn): number {
  return tokens + tokensPerMessage;
}
