import { fitContext } from "../core/context.ts";
import type { FittedContext } from "../core/context.ts";
import { promptText } from "../core/conversation.ts";
import type { PersonKey } from "../core/ids.ts";
import { shortenModerated } from "../core/moderation.ts";
import type { ChatRequest } from "../core/ports.ts";
import type { TokenCounter } from "../core/ports.ts";
import { turnMessages } from "../core/prompt.ts";
import { tokensPerMessage } from "../core/tokens.ts";
import type { Words } from "../core/words/en.ts";
import type { Heard } from "./story.ts";

export interface MadeRequest {
  readonly request: ChatRequest;
  readonly fitted: FittedContext;
  readonly promptTokens: number;
}

/** The request for what was heard, within a budget for its turns: the newest that fit, the last one cut where it alone is too long. */
export function createMakeRequest({
  tokens,
  words,
}: {
  readonly tokens: TokenCounter;
  readonly words: Words;
}): (heard: Omit<Heard, "conversation">, person: PersonKey, budgetTokens: number) => Promise<MadeRequest> {
  return async (heard, person, budgetTokens) => {
    const { persona } = heard;
    const turns = [...heard.questions.toReversed(), ...heard.window];
    const fitted = fitContext(turns, budgetTokens, () => tokensPerMessage);
    const newest = fitted.turns.at(-1);
    const cut =
      newest && fitted.cutNewestTo !== undefined
        ? await cutTo(promptText(newest), persona.model, fitted.cutNewestTo)
        : undefined;
    const shorten =
      cut &&
      ((content: Parameters<typeof shortenModerated>[0]) => shortenModerated(content, cut.chars, words));
    const request: ChatRequest = {
      model: persona.model,
      messages: [...heard.pinned, ...turnMessages(fitted.turns, shorten, heard.pictures)],
      parameters: persona.parameters,
      person,
    };
    const turnTokens = cut
      ? cut.tokens + tokensPerMessage
      : fitted.turns.reduce((sum, turn) => sum + turn.tokens + tokensPerMessage, 0);
    return { request, fitted, promptTokens: heard.pinnedTokens + turnTokens };
  };

  /** How much of a text may stay, so that it fits with the mark that says it was cut. */
  async function cutTo(
    text: string,
    model: string,
    maxTokens: number,
  ): Promise<{ readonly chars: number; readonly tokens: number }> {
    const markTokens = await tokens.count(words.cutMark, model);
    const kept = await tokens.truncate(text, model, Math.max(0, maxTokens - markTokens));
    return { chars: kept.text.length, tokens: kept.tokens + markTokens };
  }
}
