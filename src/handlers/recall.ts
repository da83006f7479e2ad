import { contextSize, hasRoom } from "../core/context.ts";
import type { Turn } from "../core/conversation.ts";
import { promptText } from "../core/conversation.ts";
import { AppError } from "../core/errors.ts";
import type { ConversationKey } from "../core/ids.ts";
import type { ChatParameters, TokenCounter } from "../core/ports.ts";
import type { Conversations } from "../core/stores.ts";
import { tokensPerMessage, tokensToPrimeReply } from "../core/tokens.ts";

/** What stands in front of every prompt of a persona, as texts that nobody has judged yet. */
export interface PersonaTexts {
  readonly system: string;
  readonly examples: readonly { readonly question: string; readonly answer: string }[];
}

export interface ContextLimits {
  /** Of the conversation's own turns, however much more the model could read. */
  readonly maxTokens: number;
  /** Model → context size in tokens, over the built-in ones. */
  readonly contextTokens: Readonly<Record<string, number>>;
}

const pageTurns = 64;

/** Tokens that the turns may take: what the model reads, less its reply, the persona and the chat's own overhead. */
export async function turnBudget(
  persona: PersonaTexts & { readonly model: string; readonly parameters: ChatParameters },
  tokens: TokenCounter,
  limits: ContextLimits,
): Promise<{ readonly budgetTokens: number; readonly pinnedTokens: number }> {
  const { model, parameters } = persona;
  const pinned = [persona.system, ...persona.examples.flatMap(({ question, answer }) => [question, answer])];
  const counts = await Promise.all(pinned.map((text) => tokens.count(text, model)));
  const pinnedTokens = counts.reduce((sum, count) => sum + count + tokensPerMessage, tokensToPrimeReply);
  const readable = contextSize(model, limits.contextTokens) - parameters.maxTokens - pinnedTokens;
  const budgetTokens = Math.min(limits.maxTokens, readable);
  if (budgetTokens <= 0) {
    throw new AppError("context_overflow", "the persona and the reply leave no room for the conversation", {
      facts: { model, pinnedTokens, maxTokens: parameters.maxTokens },
    });
  }
  return { budgetTokens, pinnedTokens };
}

/** Reads the newest turns of a conversation until they fill the budget, newest first; one more tells that there were more. */
export async function readWindow(conversations: Conversations, key: ConversationKey, budgetTokens: number): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (;;) {
    const page = await conversations.newest(key, pageTurns, turns.at(-1));
    turns.push(...page);
    if (page.length < pageTurns || !hasRoom(turns, budgetTokens, () => tokensPerMessage)) return turns;
  }
}

/** The turn with its tokens counted for the model's encoding. */
export async function countTurn(turn: Omit<Turn, "tokens" | "encoding">, model: string, tokens: TokenCounter): Promise<Turn> {
  return { ...turn, tokens: await tokens.count(promptText(turn), model), encoding: tokens.encodingOf(model) };
}

/** Turns that were counted for another encoding are counted again. */
export async function recountTurns(turns: readonly Turn[], model: string, tokens: TokenCounter): Promise<readonly Turn[]> {
  const encoding = tokens.encodingOf(model);
  return Promise.all(turns.map((turn) => (turn.encoding === encoding ? turn : countTurn(turn, model, tokens))));
}
