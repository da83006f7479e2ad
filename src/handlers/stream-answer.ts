import { AppError, toAppError } from "../core/errors.ts";
import { noTokens } from "../core/ledger.ts";
import type { ModelCall } from "../core/ledger.ts";
import type { Verdict } from "../core/moderation.ts";
import type {
  ChatModel,
  ChatRequest,
  FinishReason,
  NewId,
  Now,
  TokenCounter,
  TokenUsage,
} from "../core/ports.ts";
import type { ReplyGate } from "./reply-gate.ts";

/** What a stream came to. With an error the text is what came until then, as far as it may be shown. */
export interface StreamedAnswer {
  readonly text: string;
  readonly finish?: FinishReason;
  readonly error?: AppError;
  readonly call: ModelCall;
  /** What moderation said about the whole text, where replies are held for it. */
  readonly verdict?: Verdict;
  /** Calls of moderation. */
  readonly judging: readonly ModelCall[];
}

/**
 * Reads one streamed reply to its end, through a gate that shows the text as it grows. Never throws: whatever came, and what it cost,
 * is the caller's to keep. Where the service sent no usage, the tokens are counted here and marked estimated.
 */
export async function streamAnswer(
  request: ChatRequest,
  gate: ReplyGate,
  deps: {
    readonly model: ChatModel;
    readonly tokens: TokenCounter;
    readonly promptTokens: number;
    readonly now: Now;
    readonly newId: NewId;
    readonly signal: AbortSignal;
  },
): Promise<StreamedAnswer> {
  const { model, tokens, promptTokens, now, newId, signal } = deps;
  const startedAt = now();
  let text = "";
  let started: { readonly responseId: string; readonly model: string } | undefined;
  let usage: TokenUsage | undefined;
  let finish: FinishReason | undefined;
  let error: AppError | undefined;
  try {
    for await (const part of model.stream(request, AbortSignal.any([signal, gate.closed]))) {
      switch (part.kind) {
        case "start":
          started = part;
          break;
        case "text":
          text += part.text;
          gate.write(text);
          break;
        case "usage":
          usage = part.tokens;
          break;
        case "finish":
          finish = part.reason;
          break;
        case "toolCall":
          break;
        default:
          part satisfies never;
      }
    }
  } catch (thrown) {
    error = signal.aborted ? new AppError("aborted", "aborted", { cause: thrown }) : toAppError(thrown);
  }
  const passed = await gate.end(text);
  if (!signal.aborted) error = passed.error ?? error;
  const counted =
    usage ??
    (started
      ? { ...noTokens, input: promptTokens, output: await tokens.count(text, request.model) }
      : noTokens);
  const call: ModelCall = {
    callId: newId(),
    ...(started && { responseId: started.responseId }),
    model: started?.model ?? request.model,
    kind: "chat",
    tokens: counted,
    estimated: usage === undefined,
    startedAt,
    durationMs: now() - startedAt,
    finishReason: error?.code ?? finish ?? "none",
  };
  const { text: shown, verdict, calls: judging } = passed;
  return {
    text: shown,
    call,
    judging,
    ...(verdict && { verdict }),
    ...(finish && { finish }),
    ...(error && { error }),
  };
}
