import type { Turn } from "../core/conversation.ts";
import { promptText } from "../core/conversation.ts";
import type { Place } from "../core/event.ts";
import { AppError } from "../core/errors.ts";
import type { CallContext, ModelCall } from "../core/ledger.ts";
import { fitParameters, reasoningOf } from "../core/model-parameters.ts";
import { admit, joinModerated, shortenModerated } from "../core/moderation.ts";
import type { Moderated, Verdict } from "../core/moderation.ts";
import type { ChatMessage, ChatParameters } from "../core/ports.ts";
import type { Summary } from "../core/summary.ts";
import { inputOf } from "./judge-turns.ts";
import { passReply } from "./reply-gate.ts";
import type { ChatMessageDeps } from "./story.ts";
import { streamAnswer } from "./stream-answer.ts";

export interface SummaryRequest {
  readonly before: Summary | undefined;
  /** What follows it, oldest first. */
  readonly part: readonly Turn[];
  readonly model: string;
  /** Of the new summary. */
  readonly maxTokens: number;
  /** A longer message is read in part. */
  readonly maxTurnTokens: number;
  readonly place: Place;
  readonly context: CallContext;
}

/** What came of it, and every call that was paid for. */
export interface WrittenSummary {
  readonly text: string;
  readonly error?: AppError;
  readonly calls: readonly ModelCall[];
}

/** What a model that always reasons may think before it writes. */
const thinkingTokens = 1_000;

/** Asks the model for the summary that stands for an earlier one and what followed it. @throws AppError `moderation_unavailable` */
export function createWriteSummary(
  deps: Pick<ChatMessageDeps, "models" | "ambient">,
): (request: SummaryRequest, signal: AbortSignal) => Promise<WrittenSummary> {
  const { models } = deps;
  const { words } = deps.ambient;

  return async (request, signal) => {
    const { before, part, model, maxTokens, context } = request;
    const { messages, call } = await messagesFor(request, signal);
    const chat = { model, messages, parameters: parametersFor(model, maxTokens), person: context.person };
    const answer = await streamAnswer(
      chat,
      passReply(() => undefined),
      {
        ...deps.ambient,
        model: models.chat,
        tokens: models.tokens,
        promptTokens: part.reduce((sum, turn) => sum + turn.tokens, before?.tokens ?? 0),
        context,
        kind: "summary",
        signal,
      },
    );
    const text = answer.text.trim();
    const error = answer.error ?? (text === "" ? nothingWritten() : undefined);
    const calls = [...(call ? [call] : []), answer.call];
    return { text, calls, ...(error && { error }) };
  };

  /** The summary so far and the messages, each as it was judged. What was blocked is left out. */
  async function messagesFor(
    { before, part, model, maxTokens, maxTurnTokens, place }: SummaryRequest,
    signal: AbortSignal,
  ): Promise<{ readonly messages: readonly ChatMessage[]; readonly call?: ModelCall }> {
    const { instructions, soFar, nothingSoFar, messages: heading, end, own } = words.summary;
    const standing = before ? `${soFar}\n${before.text}` : nothingSoFar;
    const frame = [instructions(maxTokens), standing, heading, end, own];
    const fresh = part.filter(({ verdict }) => verdict === undefined);
    const inputs = [
      ...frame.map((text) => ({ text, kind: "summary" as const, id: before?.to.id ?? "" })),
      ...fresh.map((turn) => inputOf(turn, turn.role === "assistant" ? "reply" : "history")),
    ];
    const { verdicts, call } = await models.moderate(inputs, place, signal);
    const [system, old, begin, finish, ownLabel] = frame.map((text, i) => admitted(text, verdicts[i]));
    if (!system || !begin || !finish || !ownLabel)
      throw new AppError("persona_blocked", "moderation blocks what Parley itself says about summaries");
    const judged = new Map(fresh.map((turn, i) => [turn.id, verdicts[frame.length + i]]));
    const lines = await Promise.all(
      part.map(async (turn) => {
        const content = admitted(promptText(turn), turn.verdict ?? judged.get(turn.id));
        if (content === undefined) return [];
        const shown = turn.tokens <= maxTurnTokens ? content : await cut(content, turn);
        return [turn.role === "assistant" ? joinModerated([ownLabel, shown], "") : shown];
      }),
    );
    const content = joinModerated([...(old ? [old] : []), begin, ...lines.flat(), finish], "\n\n");
    const messages = [
      { role: "system", content: system },
      { role: "user", content },
    ] as const;
    return { messages, ...(call && { call }) };

    async function cut(text: Moderated<string>, turn: Turn): Promise<Moderated<string>> {
      const kept = await models.tokens.truncate(promptText(turn), model, maxTurnTokens);
      return shortenModerated(text, kept.text.length, words);
    }
  }
}

/** A model that may reason doesn't, and one that always does thinks little, over and above the summary. */
function parametersFor(model: string, maxTokens: number): ChatParameters {
  const reasons = reasoningOf(model);
  if (reasons === "mayReason") return fitParameters(model, { maxTokens, reasoningEffort: "none" });
  if (reasons === "alwaysReasons") return { maxTokens: maxTokens + thinkingTokens, reasoningEffort: "low" };
  return { maxTokens };
}

function admitted(text: string, verdict: Verdict | undefined): Moderated<string> | undefined {
  return verdict && admit(text, verdict);
}

function nothingWritten(): AppError {
  return new AppError("model_malformed", "the model wrote no summary");
}
