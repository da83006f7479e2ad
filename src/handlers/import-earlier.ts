import { labelPeople } from "../core/conversation.ts";
import type { Conversation, Turn, Unread } from "../core/conversation.ts";
import { chooseEarlier, earlierPeople, earlierTurns, mayHaveEarlier } from "../core/earlier.ts";
import { toAppError } from "../core/errors.ts";
import type { AppError } from "../core/errors.ts";
import type { MessageId } from "../core/ids.ts";
import type { HistoryMessage } from "../core/platform.ts";
import { tokensPerMessage } from "../core/tokens.ts";
import { countTurn } from "./recall.ts";
import type { ChatMessageDeps, Story } from "./story.ts";

export interface ImportLimits {
  /** 0: nothing is taken in. */
  readonly maxTokens: number;
  readonly maxAgeMs: number;
}

/** What was said before Parley was called, as turns that nobody has judged yet, newest first. */
export interface Earlier {
  /** With a label for everybody who spoke before. */
  readonly conversation: Conversation;
  readonly turns: readonly Turn[];
}

/** Read at the most; the limit of tokens holds besides. */
const maxMessages = 200;
/** Whoever asked waits for it. */
const timeoutMs = 15_000;

/** Reads what was said where Parley is called for the first time. That it can't be read is noted, and no failure. */
export function createImportEarlier(
  deps: Pick<ChatMessageDeps, "models" | "settings" | "ambient">,
): (
  story: Pick<Story, "platform" | "questions" | "last" | "posted">,
  begun: { readonly conversation: Conversation; readonly isKnown: boolean; readonly model: string },
  signal: AbortSignal,
) => Promise<Earlier> {
  const { models, settings, ambient } = deps;
  const { log, now, words } = ambient;
  const { maxTokens, maxAgeMs } = settings.earlier;

  return async ({ platform, questions, last, posted }, { conversation, isKnown, model }, signal) => {
    const { unread, ...readable } = conversation;
    const isDue = !isKnown || unread === "unreachable";
    const isOff = maxTokens === 0 || maxAgeMs === 0;
    if (!isDue || isOff || last.channelKind === "direct" || !questions.some(mayHaveEarlier))
      return { conversation, turns: [] };
    const patience = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let history: readonly HistoryMessage[];
    try {
      history = await platform.history(last.place, maxMessages, patience);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const failed = toAppError(thrown);
      log.warn({ conversation: conversation.key, code: failed.code }, "what was said before can't be read");
      return { conversation: { ...readable, unread: kindOf(failed) }, turns: [] };
    }
    const known = new Set<MessageId>([...questions.map(({ message }) => message), ...posted]);
    const since = now() - maxAgeMs;
    const chosen = chooseEarlier(history, { before: last.sentAt, since, known });
    const labelled = labelPeople(readable, earlierPeople(chosen));
    const turns = await newestThatFit(earlierTurns(chosen, labelled, words), model);
    return { conversation: labelled, turns };
  };

  async function newestThatFit(
    newestFirst: readonly Omit<Turn, "tokens" | "encoding">[],
    model: string,
  ): Promise<readonly Turn[]> {
    const fitting: Turn[] = [];
    let left = maxTokens;
    for (const turn of newestFirst) {
      // oxlint-disable-next-line no-await-in-loop -- what no longer fits isn't counted.
      const counted = await countTurn(turn, model, models.tokens);
      left -= counted.tokens + tokensPerMessage;
      if (left < 0) break;
      fitting.push(counted);
    }
    return fitting;
  }
}

function kindOf({ code }: AppError): Unread {
  return code === "platform_refused" ? "refused" : "unreachable";
}
