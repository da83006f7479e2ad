import type { Turn } from "../core/conversation.ts";
import type { ConversationKey } from "../core/ids.ts";
import { fitsBeside, summaryTurn } from "../core/summary.ts";
import { readWindow, recountTurns } from "./recall.ts";
import type { ChatMessageDeps } from "./story.ts";

/** What is remembered of a conversation, as far as it may fit into its context. */
export interface Memory {
  /** Word for word, newest first. */
  readonly window: readonly Turn[];
  /** What stands for everything before; none, or one. */
  readonly summary: readonly Turn[];
  /** How many messages the summary stands for. */
  readonly covered: number;
  /** What it says. */
  readonly text?: string;
}

/** Reads the summary of a conversation and the turns since, or those of them before one. A summary that leaves too little room for them is passed over. */
export function createRemember({
  stores,
  models,
  settings,
  ambient,
}: {
  readonly stores: Pick<ChatMessageDeps["stores"], "conversations" | "summaries">;
  readonly models: Pick<ChatMessageDeps["models"], "tokens">;
  readonly settings: Pick<ChatMessageDeps["settings"], "summary">;
  readonly ambient: Pick<ChatMessageDeps["ambient"], "words">;
}): (
  key: ConversationKey,
  model: string,
  budgetTokens: number,
  before?: Pick<Turn, "id" | "at">,
) => Promise<Memory> {
  const { conversations, summaries } = stores;

  return async (key, model, budgetTokens, before) => {
    const stored = settings.summary.isOn ? (await summaries.get(key)).value : undefined;
    const standing = stored && stored.text !== "" ? [summaryTurn(stored, ambient.words)] : [];
    const counted = await recountTurns(standing, model, models.tokens);
    const summary = counted.filter((turn) => fitsBeside(turn, budgetTokens));
    const since = summary.length > 0 ? stored : undefined;
    const window = await readWindow(conversations, key, budgetTokens, { summary: since, before });
    return { window, summary, covered: since?.turns ?? 0, ...(since && { text: since.text }) };
  };
}
