import type { ChatPart, TokenUsage } from "../../core/ports.ts";
import { chatChunk, createToolCallAssembler, finishReason, tokenUsage } from "./chat-chunk.ts";
import { modelError } from "./errors.ts";

/** Makes parts of the chunks of one streamed reply. */
export interface ReplyReader {
  /** @throws AppError `model_malformed` */
  read(chunk: unknown): readonly ChatPart[];
  /** `thinking` until the first word or tool call; `finished` when the answer is whole, its usage perhaps to come. */
  phase(): "thinking" | "speaking" | "finished";
  /** The last parts: tool calls, usage, finish. @throws AppError `model_cut` where the answer has no end */
  end(): readonly ChatPart[];
}

/** `facts` are those of its errors; the request's id stands in for a response's own where a service sends none. */
export function createReplyReader(facts: {
  readonly model: string;
  readonly requestId?: string;
}): ReplyReader {
  const toolCalls = createToolCallAssembler();
  let hasStarted = false;
  let hasSpoken = false;
  let usage: TokenUsage | undefined;
  let finish: string | undefined;

  return {
    read(raw) {
      const { success, data: chunk } = chatChunk.safeParse(raw);
      if (!success) throw modelError("model_malformed", facts);
      if (chunk.usage) usage = tokenUsage(chunk.usage);
      const choice = chunk.choices[0];
      // The chunk with the usage has none, nor has Azure's first.
      if (!choice) return [];
      const parts: ChatPart[] = [];
      if (!hasStarted) {
        hasStarted = true;
        const responseId = chunk.id || facts.requestId || "";
        parts.push({ kind: "start", responseId, model: chunk.model || facts.model });
      }
      const text = choice.delta?.content || choice.delta?.refusal;
      const pieces = choice.delta?.tool_calls;
      if (pieces) toolCalls.add(pieces);
      if (text) parts.push({ kind: "text", text });
      if (text || pieces) hasSpoken = true;
      finish ??= choice.finish_reason ?? undefined;
      return parts;
    },
    phase() {
      if (finish !== undefined) return "finished";
      return hasSpoken ? "speaking" : "thinking";
    },
    end() {
      if (finish === undefined) throw modelError("model_cut", facts);
      const calls = toolCalls.calls();
      return [
        ...calls.map((call): ChatPart => ({ kind: "toolCall", call })),
        ...(usage ? [{ kind: "usage" as const, tokens: usage }] : []),
        { kind: "finish", reason: finishReason(finish, calls.length > 0) },
      ];
    },
  };
}
