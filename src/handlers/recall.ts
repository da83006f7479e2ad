import { contextSize, hasRoom } from "../core/context.ts";
import type { Turn } from "../core/conversation.ts";
import { promptText } from "../core/conversation.ts";
import { AppError } from "../core/errors.ts";
import type { ConversationKey } from "../core/ids.ts";
import { withTools } from "../core/model-parameters.ts";
import type { ChatParameters, TokenCounter, ToolDefinition } from "../core/ports.ts";
import type { Conversations } from "../core/stores.ts";
import { isCovered } from "../core/summary.ts";
import type { Summary } from "../core/summary.ts";
import { countTools, tokensPerMessage, tokensToPrimeReply } from "../core/tokens.ts";

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
  /** What models that take tools may call. */
  readonly tools: readonly ToolDefinition[];
}

const pageTurns = 64;

export interface TurnBudget {
  /** What the turns may take. */
  readonly budgetTokens: number;
  /** What stands before them in every prompt. */
  readonly pinnedTokens: number;
}

const rememberedPersonas = 100;

/**
 * Tokens for the turns: what the model reads, less its reply, the persona and the chat's own overhead.
 * @throws AppError `context_overflow` where nothing is left
 */
export function createTurnBudget(
  tokens: TokenCounter,
  limits: ContextLimits,
): (
  persona: PersonaTexts & { readonly model: string; readonly parameters: ChatParameters },
) => Promise<TurnBudget> {
  // A persona says the same all day, and its texts are longer than most messages.
  const counted = new Map<string, number>();

  async function countPinned(persona: PersonaTexts, model: string): Promise<number> {
    const texts = [persona.system, ...persona.examples.flatMap(({ question, answer }) => [question, answer])];
    const key = JSON.stringify([tokens.encodingOf(model), ...texts]);
    const known = counted.get(key);
    if (known !== undefined) return known;
    const counts = await Promise.all(texts.map((text) => tokens.count(text, model)));
    const sum = counts.reduce((total, count) => total + count + tokensPerMessage, tokensToPrimeReply);
    if (counted.size >= rememberedPersonas) counted.clear();
    counted.set(key, sum);
    return sum;
  }

  async function countOffered(tools: ContextLimits["tools"], model: string): Promise<number> {
    const key = JSON.stringify([tokens.encodingOf(model), "tools", ...tools.map(({ name }) => name)]);
    const known = counted.get(key) ?? (await countTools(tools, (text) => tokens.count(text, model)));
    counted.set(key, known);
    return known;
  }

  return async (persona) => {
    const { model, parameters } = persona;
    const tools = withTools(model, parameters) === undefined ? [] : limits.tools;
    const pinnedTokens = (await countPinned(persona, model)) + (await countOffered(tools, model));
    const readable = contextSize(model, limits.contextTokens) - parameters.maxTokens - pinnedTokens;
    const budgetTokens = Math.min(limits.maxTokens, readable);
    if (budgetTokens > 0) return { budgetTokens, pinnedTokens };
    throw new AppError("context_overflow", "the persona and the reply leave no room for the conversation", {
      facts: { model, pinnedTokens, maxTokens: parameters.maxTokens },
    });
  };
}

/** When the answer to questions of these times was given: right behind the last, before whatever was said while it was written. */
export function answerAt(sentAt: readonly number[]): number {
  return Math.max(...sentAt) + 0.001;
}

export interface WindowEnds {
  readonly summary?: Pick<Summary, "to"> | undefined;
  readonly before?: Pick<Turn, "id" | "at"> | undefined;
}

/**
 * Reads the newest turns of a conversation, or those before one, until they fill the budget, newest first; one more tells
 * that there were more. Those that a summary stands for are not read.
 */
export async function readWindow(
  conversations: Conversations,
  key: ConversationKey,
  budgetTokens: number,
  { summary, before }: WindowEnds = {},
): Promise<readonly Turn[]> {
  const turns: Turn[] = [];
  for (;;) {
    const page = await conversations.newest(key, pageTurns, turns.at(-1) ?? before);
    const fresh = page.filter((turn) => !isCovered(turn, summary));
    turns.push(...fresh);
    const isAll = fresh.length < pageTurns;
    if (isAll || !hasRoom(turns, budgetTokens, () => tokensPerMessage)) return turns;
  }
}

/** The turn with its tokens counted for the model's encoding. */
export async function countTurn(
  turn: Omit<Turn, "tokens" | "encoding">,
  model: string,
  tokens: TokenCounter,
): Promise<Turn> {
  return { ...turn, tokens: await tokens.count(promptText(turn), model), encoding: tokens.encodingOf(model) };
}

/** Turns that were counted for another encoding are counted again. */
export async function recountTurns(
  turns: readonly Turn[],
  model: string,
  tokens: TokenCounter,
): Promise<readonly Turn[]> {
  const encoding = tokens.encodingOf(model);
  if (turns.every((turn) => turn.encoding === encoding)) return turns;
  return Promise.all(
    turns.map(async (turn) => (turn.encoding === encoding ? turn : countTurn(turn, model, tokens))),
  );
}
