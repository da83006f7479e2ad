import { fitContext } from "../core/context.ts";
import type { FittedContext } from "../core/context.ts";
import { promptText } from "../core/conversation.ts";
import type { AppError } from "../core/errors.ts";
import { personKey } from "../core/ids.ts";
import { shortenModerated } from "../core/moderation.ts";
import type { ChatRequest } from "../core/ports.ts";
import { turnMessages } from "../core/prompt.ts";
import { countDrift, tokensPerMessage } from "../core/tokens.ts";
import { createReplyWriter } from "./reply-writer.ts";
import { streamAnswer } from "./stream-answer.ts";
import type { StreamedAnswer } from "./stream-answer.ts";
import type { ChatMessageDeps, Heard, Story } from "./story.ts";

export interface WrittenAnswer extends StreamedAnswer {
  readonly fitted: FittedContext;
}

/** Each reply that is being written adds this to the least time between two edits, up to the greatest. */
const editIntervalPerReplyMs = 1;
const maxEditIntervalMs = 1_000;
const maxOverflowRetries = 3;
const driftWorthLogging = 0.02;
/** A model whose tokens are counted otherwise drifts at every turn; that is said once an hour. */
const driftLoggedEveryMs = 3_600_000;

/**
 * Asks the model and shows its answer while it comes. A prompt that is longer than the model reads after all is tried
 * again with half the turns, as long as no text came. @throws AppError `superseded`
 */
export function createWriteAnswer(
  deps: ChatMessageDeps,
): (story: Story, heard: Heard, signal: AbortSignal) => Promise<WrittenAnswer> {
  const { models } = deps;
  const { words, log, metrics, now } = deps.ambient;
  const driftLoggedAt = new Map<string, number>();
  let writing = 0;

  return async (story, heard, signal) => {
    const { limits, abilities } = story.platform;
    const superseded = new AbortController();
    const streamSignal = AbortSignal.any([signal, superseded.signal]);
    const writer = createReplyWriter({
      reply: story.reply,
      maxMessageChars: limits.maxMessageChars,
      intervalMs: () =>
        Math.max(limits.editIntervalMs, Math.min(writing * editIntervalPerReplyMs, maxEditIntervalMs)),
      buttons: abilities.buttons ? [{ action: "stop", label: words.stop }] : [],
      onSuperseded: (error) => superseded.abort(error),
      signal: streamSignal,
      log,
    });
    const askedAt = Math.max(...story.claim.entries.map((entry) => entry.enqueuedAt));
    const sinceAsked = () => Math.max(0, now() - askedAt) / 1000;
    let begun = false;
    const write = (text: string): void => {
      if (!begun) metrics.firstTokenAfter(story.platform.name, sinceAsked());
      begun = true;
      writer.write(text);
    };
    writing++;
    try {
      for (let tries = 0; ; tries++) {
        const { request, fitted, promptTokens } = await makeRequest(
          story,
          heard,
          heard.budgetTokens / 2 ** tries,
        );
        const answer = await streamAnswer(request, write, {
          ...deps.ambient,
          model: models.chat,
          tokens: models.tokens,
          promptTokens,
          signal: streamSignal,
        });
        metrics.lastTokenAfter(story.platform.name, sinceAsked());
        if (superseded.signal.aborted) throw superseded.signal.reason as AppError;
        noticeDrift(answer, promptTokens);
        const tooLong = answer.error?.code === "context_overflow" && answer.text === "";
        if (!tooLong || tries === maxOverflowRetries) return { ...answer, fitted };
        log.warn(
          { model: request.model, promptTokens },
          "the model reads less than was believed; trying with less",
        );
      }
    } finally {
      writing--;
      await writer.end();
    }
  };

  async function makeRequest(
    story: Story,
    heard: Heard,
    budgetTokens: number,
  ): Promise<{
    readonly request: ChatRequest;
    readonly fitted: FittedContext;
    readonly promptTokens: number;
  }> {
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
    const { platform, workspace } = story.last.place;
    const request: ChatRequest = {
      model: persona.model,
      messages: [...heard.pinned, ...turnMessages(fitted.turns, shorten)],
      parameters: persona.parameters,
      person: personKey(platform, workspace, story.last.author.id),
    };
    const turnTokens = cut
      ? cut.tokens + tokensPerMessage
      : fitted.turns.reduce((sum, turn) => sum + turn.tokens + tokensPerMessage, 0);
    return { request, fitted, promptTokens: heard.pinnedTokens + turnTokens };
  }

  /** How much of a text may stay, so that it fits with the mark that says it was cut. */
  async function cutTo(
    text: string,
    model: string,
    maxTokens: number,
  ): Promise<{ readonly chars: number; readonly tokens: number }> {
    const markTokens = await models.tokens.count(words.cutMark, model);
    const kept = await models.tokens.truncate(text, model, Math.max(0, maxTokens - markTokens));
    return { chars: kept.text.length, tokens: kept.tokens + markTokens };
  }

  function noticeDrift(answer: StreamedAnswer, promptTokens: number): void {
    if (answer.call.estimated) return;
    const drift = countDrift(promptTokens, answer.call.tokens.input);
    const { model } = answer.call;
    const loggedAt = driftLoggedAt.get(model) ?? -Infinity;
    if (Math.abs(drift) <= driftWorthLogging || now() - loggedAt < driftLoggedEveryMs) return;
    driftLoggedAt.set(model, now());
    log.warn(
      { model, counted: promptTokens, reported: answer.call.tokens.input, drift },
      "token count drifts",
    );
  }
}
