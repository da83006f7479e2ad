import { toAppError } from "../core/errors.ts";
import type { EmbeddingModel, EmbeddingOptions } from "../core/ports.ts";
import type { Moderated } from "../core/moderation.ts";
import type { Storage } from "../core/storage.ts";
import type { ModelLimits } from "./model-limits.ts";
import type { PaidRequest } from "./paid-chat.ts";
import type { RunningCalls } from "./running-calls.ts";
import type { SpendGuard } from "./spend-guard.ts";

/** Embeds texts within what may be spent. It alone asks the model for embeddings; what the call came to is the caller's to enter. */
export interface PaidEmbedding {
  /** @throws AppError `budget_exhausted`, `price_unknown`, `calls_stopped`, and what the model throws */
  embed(
    call: Omit<PaidRequest, "kind">,
    texts: readonly Moderated<string>[],
    options: EmbeddingOptions,
    signal: AbortSignal,
  ): ReturnType<EmbeddingModel["embed"]>;
}

export function createPaidEmbedding(deps: {
  readonly embedding: EmbeddingModel;
  readonly guard: SpendGuard;
  readonly running: RunningCalls;
  readonly limits: ModelLimits;
  readonly counters: Pick<Storage["counters"], "settle">;
}): PaidEmbedding {
  const { embedding, guard, running, limits, counters } = deps;
  return {
    async embed({ callId, context, promptTokens }, texts, options, signal) {
      const { model } = options;
      using run = running.begin(context);
      const call = { callId, kind: "embedding" as const, context, promptTokens, maxOutputTokens: 0, model };
      // Vectors of two models can't be compared, so there is no other to fall back on.
      const { isBudgeted } = await guard.reserve(call, { fallback: false });
      const either = AbortSignal.any([signal, run.stopped]);
      const line = [context.platform, context.workspace, context.channel].join("/");
      try {
        for await (const _ahead of limits.wait({ model, line, tokens: promptTokens }, either)) continue;
        const { vectors, call: made } = await embedding.embed(texts, options, either);
        return { vectors, call: { ...made, callId, ...(isBudgeted && { isBudgeted }) } };
      } catch (thrown) {
        // A request that fails costs nothing.
        await counters.settle(callId, 0);
        const error = toAppError(run.stopped.aborted ? run.stopped.reason : thrown);
        if (error.code === "model_rate_limited") limits.refused(model, error.retryAfterMs);
        throw error;
      }
    },
  };
}
