import { toAppError } from "../core/errors.ts";
import type { CallContext, CallKind } from "../core/ledger.ts";
import type { ChatModel, ChatPart, ChatRequest } from "../core/ports.ts";
import { fitParameters, withTools } from "../core/model-parameters.ts";
import type { ModelLimits } from "./model-limits.ts";
import type { RunningCalls } from "./running-calls.ts";
import type { SpendGuard } from "./spend-guard.ts";

/** A call that is to be paid for, and by whom. */
export interface PaidRequest {
  /** The id of its reservation, and of its entry in the ledger, which settles it. */
  readonly callId: string;
  readonly kind: CallKind;
  readonly context: CallContext;
  readonly promptTokens: number;
}

/**
 * Streams replies within what may be spent. It alone asks the model for replies: whoever writes one has this in place of a
 * ChatModel, and enters what came of the call in the ledger.
 */
export interface PaidChat {
  /** @throws AppError `budget_exhausted`, `price_unknown`, `calls_stopped`, and what the model throws */
  stream(call: PaidRequest, request: ChatRequest, signal: AbortSignal): AsyncIterable<PaidPart>;
}

export type PaidPart =
  | ChatPart
  /** Comes first, where a budget has the call in it. */
  | { readonly kind: "budgeted" }
  /** A budget is used up, and this model answers in place of the one that was asked for. */
  | { readonly kind: "replaced"; readonly model: string }
  /** The model is busy: so many calls are made before this one. */
  | { readonly kind: "waiting"; readonly ahead: number }
  /** From here on the service is paid for what it does. */
  | { readonly kind: "asked" };

/** The request as another model takes it. */
function fitModel(model: string, { tools, ...request }: ChatRequest): ChatRequest {
  const parameters = fitParameters(model, request.parameters);
  const forTools = tools && withTools(model, parameters);
  return forTools ? { ...request, model, tools, parameters: forTools } : { ...request, model, parameters };
}

export function createPaidChat(deps: {
  readonly chat: ChatModel;
  readonly guard: SpendGuard;
  readonly running: RunningCalls;
  readonly limits: ModelLimits;
}): PaidChat {
  const { chat, guard, running, limits } = deps;
  return {
    async *stream({ callId, kind, context, promptTokens }, request, signal) {
      const maxOutputTokens = request.parameters.maxTokens;
      const call = { callId, kind, context, promptTokens, maxOutputTokens, model: request.model };
      using run = running.begin(context);
      const { model, isBudgeted } = await guard.reserve(call);
      if (isBudgeted) yield { kind: "budgeted" };
      if (model !== request.model) yield { kind: "replaced", model };
      const asked = model === request.model ? request : fitModel(model, request);
      const either = AbortSignal.any([signal, run.stopped]);
      const { platform, workspace, channel } = context;
      const line = [platform, workspace, channel].join("/");
      try {
        for await (const ahead of limits.wait(
          { model, line, tokens: promptTokens + maxOutputTokens },
          either,
        ))
          yield { kind: "waiting", ahead };
        yield { kind: "asked" };
        yield* chat.stream(asked, either);
      } catch (thrown) {
        const error = toAppError(run.stopped.aborted ? run.stopped.reason : thrown);
        if (error.code === "model_rate_limited") limits.refused(model, error.retryAfterMs);
        throw error;
      }
    },
  };
}
