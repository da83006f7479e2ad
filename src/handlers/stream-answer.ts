import { AppError, toAppError } from "../core/errors.ts";
import { noTokens } from "../core/ledger.ts";
import type { CallContext, ModelCall } from "../core/ledger.ts";
import type { Verdict } from "../core/moderation.ts";
import type {
  ChatRequest,
  FinishReason,
  NewId,
  Now,
  TokenCounter,
  TokenUsage,
  ToolCall,
} from "../core/ports.ts";
import type { PaidChat } from "./paid-chat.ts";
import type { ReplyGate } from "./reply-gate.ts";

/** What a stream came to. With an error the text is what came until then, as far as it may be shown. */
export interface StreamedAnswer {
  readonly text: string;
  readonly finish?: FinishReason;
  /** What the model wants to know before it goes on. */
  readonly toolCalls: readonly ToolCall[];
  readonly error?: AppError;
  readonly call: ModelCall;
  /** What moderation said about the whole text, where replies are held for it. */
  readonly verdict?: Verdict;
  /** Calls of moderation. */
  readonly judging: readonly ModelCall[];
  /** The model that answered, where it is another than was asked for because a budget is used up. */
  readonly replacedBy?: string;
}

/** Why a call ends from here that the service has taken. */
const cutByUs: ReadonlySet<string> = new Set(["aborted", "model_timeout", "model_stalled"]);

/**
 * Reads one streamed reply to its end, through a gate that shows the text as it grows. Never throws: whatever came, and what it cost,
 * is the caller's to keep. Where the service sent no usage, the tokens are counted here and marked estimated.
 */
export async function streamAnswer(
  request: ChatRequest,
  gate: ReplyGate,
  deps: {
    readonly model: PaidChat;
    readonly tokens: TokenCounter;
    readonly promptTokens: number;
    /** For whom it is, and what for. */
    readonly context: CallContext;
    readonly kind: "chat" | "summary";
    /** Called where the model is busy, with how many calls are made before this one. */
    readonly onWaiting?: (ahead: number) => void;
    readonly now: Now;
    readonly newId: NewId;
    readonly signal: AbortSignal;
  },
): Promise<StreamedAnswer> {
  const { model, tokens, promptTokens, context, kind, onWaiting, now, newId, signal } = deps;
  const startedAt = now();
  const callId = newId();
  let text = "";
  let started: { readonly responseId: string; readonly model: string } | undefined;
  let usage: TokenUsage | undefined;
  let finish: FinishReason | undefined;
  let error: AppError | undefined;
  let isAsked = false;
  let isBudgeted = false;
  let replacedBy: string | undefined;
  const toolCalls: ToolCall[] = [];
  try {
    const call = { callId, kind, context, promptTokens };
    for await (const part of model.stream(call, request, AbortSignal.any([signal, gate.closed]))) {
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
        case "budgeted":
          isBudgeted = true;
          break;
        case "replaced":
          replacedBy = part.model;
          break;
        case "waiting":
          onWaiting?.(part.ahead);
          break;
        case "asked":
          isAsked = true;
          break;
        case "toolCall":
          toolCalls.push(part.call);
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
  // The service reads on, and asks to be paid, where we hang up before it says anything.
  const isPaid = started !== undefined || (isAsked && cutByUs.has(error?.code ?? ""));
  const counted =
    usage ??
    (isPaid
      ? { ...noTokens, input: promptTokens, output: await tokens.count(text, request.model) }
      : noTokens);
  const call: ModelCall = {
    callId,
    ...(started && { responseId: started.responseId }),
    model: started?.model ?? replacedBy ?? request.model,
    kind,
    tokens: counted,
    estimated: usage === undefined,
    startedAt,
    durationMs: now() - startedAt,
    finishReason: error?.code ?? finish ?? "none",
    ...(isBudgeted && { isBudgeted }),
  };
  const { text: shown, verdict, calls: judging } = passed;
  return {
    text: shown,
    toolCalls,
    call,
    judging,
    ...(replacedBy !== undefined && { replacedBy }),
    ...(verdict && { verdict }),
    ...(finish && { finish }),
    ...(error && { error }),
  };
}
