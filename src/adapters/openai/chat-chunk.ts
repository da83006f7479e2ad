import { z } from "zod";

import type { FinishReason, TokenUsage, ToolCall } from "../../core/ports.ts";

const count = z.int().min(0).nullish();

const usageSchema = z.object({
  prompt_tokens: z.int().min(0),
  completion_tokens: z.int().min(0),
  prompt_tokens_details: z.object({ cached_tokens: count, cache_write_tokens: count }).nullish(),
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish(),
});

const toolCallDelta = z.object({
  index: z.int().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const choice = z.object({
  delta: z
    .object({
      content: z.string().nullish(),
      refusal: z.string().nullish(),
      tool_calls: z.array(toolCallDelta).nullish(),
    })
    .nullish(),
  finish_reason: z.string().nullish(),
});

/** What is used of a chunk of a streamed chat completion. `choices` is empty in the one that brings the usage. */
export const chatChunk = z.object({
  id: z.string().nullish(),
  model: z.string().nullish(),
  choices: z.array(choice),
  usage: usageSchema.nullish(),
});

export function tokenUsage(usage: z.infer<typeof usageSchema>): TokenUsage {
  return {
    input: usage.prompt_tokens,
    cachedInput: usage.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWrite: usage.prompt_tokens_details?.cache_write_tokens ?? 0,
    output: usage.completion_tokens,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: "stop",
  length: "length",
  tool_calls: "toolCalls",
  function_call: "toolCalls",
  content_filter: "filtered",
};

/** A reason of another service's own says at least that it is finished. A forced tool call ends with `stop`. */
export function finishReason(said: string, hasToolCalls: boolean): FinishReason {
  const reason = finishReasons[said] ?? "stop";
  return reason === "stop" && hasToolCalls ? "toolCalls" : reason;
}

/** Puts tool calls together from their pieces. */
export function createToolCallAssembler() {
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  return {
    add(deltas: readonly z.infer<typeof toolCallDelta>[]): void {
      for (const [position, delta] of deltas.entries()) {
        const index = delta.index ?? position;
        const call = calls.get(index) ?? { id: "", name: "", arguments: "" };
        calls.set(index, call);
        if (delta.id) call.id = delta.id;
        if (delta.function?.name) call.name = delta.function.name;
        call.arguments += delta.function?.arguments ?? "";
      }
    },
    calls: (): readonly ToolCall[] => [...calls].toSorted(([a], [b]) => a - b).map(([, call]) => call),
  };
}
