import { buttonFor } from "../core/action.ts";
import type { FittedContext } from "../core/context.ts";
import type { AppError } from "../core/errors.ts";
import { personKey } from "../core/ids.ts";
import { countDrift } from "../core/tokens.ts";
import { bookCalls } from "./book-calls.ts";
import { createMakeRequest } from "./make-request.ts";
import { createOpenGate } from "./reply-gate.ts";
import { createReplyWriter } from "./reply-writer.ts";
import type { StreamedAnswer } from "./stream-answer.ts";
import { createStreamWithTools } from "./stream-with-tools.ts";
import { callContext } from "./story.ts";
import type { SearchThreads } from "./threads/search-threads.ts";
import type { ChatMessageDeps, Heard, Story } from "./story.ts";

export type WriteAnswerDeps = ChatMessageDeps & { readonly searchThreads: SearchThreads };

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
  deps: WriteAnswerDeps,
): (story: Story, heard: Heard, signal: AbortSignal) => Promise<WrittenAnswer> {
  const { models } = deps;
  const { words, log, metrics, now } = deps.ambient;
  const makeRequest = createMakeRequest({ tokens: models.tokens, words });
  const openGate = createOpenGate({ moderate: models.moderate, replies: deps.settings.replies, log });
  const streamWithTools = createStreamWithTools(deps);
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
      buttons: abilities.buttons ? [buttonFor({ name: "stop" }, words)] : [],
      onSuperseded: (error) => superseded.abort(error),
      signal: streamSignal,
      log,
    });
    const askedAt = Math.max(...story.claim.entries.map((entry) => entry.enqueuedAt));
    const sinceAsked = () => Math.max(0, now() - askedAt) / 1000;
    const { platform, workspace } = story.last.place;
    const person = personKey(platform, workspace, story.last.author.id);
    const context = callContext(story, heard.persona.name);
    let begun = false;
    const write = (text: string): void => {
      if (!begun) metrics.firstTokenAfter(story.platform.name, sinceAsked());
      begun = true;
      writer.write(text);
    };
    writing++;
    try {
      for (let tries = 0; ; tries++) {
        const budgetTokens = heard.budgetTokens / 2 ** tries;
        const { request, fitted, promptTokens } = await makeRequest(heard, person, budgetTokens);
        const { place, author, conversation } = story.last;
        const answer = await streamWithTools({
          request,
          promptTokens,
          searching: { place, asker: author.id, conversation, context },
          openGate: () => openGate({ place, id: story.cause, onText: write, signal: streamSignal }),
          onTool: () => writer.write(words.threads.searching),
          onWaiting: (ahead) => writer.write(words.modelBusy(ahead)),
          signal: streamSignal,
        });
        metrics.lastTokenAfter(story.platform.name, sinceAsked());
        const tooLong = answer.error?.code === "context_overflow" && answer.text === "";
        const isLast = !tooLong || tries === maxOverflowRetries;
        if (superseded.signal.aborted || !isLast) {
          // oxlint-disable-next-line no-await-in-loop -- it is booked before the next one is made.
          await bookCalls([answer.call, ...answer.judging], context, deps);
        }
        if (superseded.signal.aborted) throw superseded.signal.reason as AppError;
        noticeDrift(answer, promptTokens);
        if (isLast) return { ...answer, fitted };
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
