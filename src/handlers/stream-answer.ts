import { AppError, toAppError } from "../core/errors.ts";
import { noTokens } from "../core/ledger.ts";
import type { ModelCall } from "../core/ledger.ts";
import type {
  ChatModel,
  ChatRequest,
  FinishReason,
  NewId,
  Now,
  TokenCounter,
  TokenUsage,
} from "../core/ports.ts";

/** What a stream came to. With an error the text is what came until then. */
export interface StreamedAnswer {
  readonly text: string;
  readonly finish?: FinishReason;
  readonly error?: AppError;
  readonly call: ModelCall;
}

/**
 * Reads one streamed reply to its end, showing the text as it grows. Never throws: whatever came, and what it cost,
 * is the caller's to keep. Where the service sent no usage, the tokens are counted here and marked estimated.
 */
export async function streamAnswer(
  request: ChatRequest,
  onText: (text: string) => void,
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
    for await (const part of model.stream(request, signal)) {
      switch (part.kind) {
        case "start":
          started = part;
          break;
        case "text":
          text += part.text;
          onText(text);
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
  return { text, call, ...(finish && { finish }), ...(error && { error }) };
}
