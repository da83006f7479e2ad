import type { OpenAI } from "openai";

import type { ChatModel, ChatPart, TokenUsage } from "../../core/ports.ts";
import { chatChunk, createToolCallAssembler, finishReason, tokenUsage } from "./chat-chunk.ts";
import { chatBody } from "./chat-request.ts";
import { modelError, translateError } from "./errors.ts";
import type { CallFacts } from "./errors.ts";
import { watchCall } from "./watch-call.ts";
import type { WatchedCall } from "./watch-call.ts";

export interface ChatModelOptions {
  /** How long an answer may take to begin, all attempts together. */
  readonly firstByteTimeoutMs: number;
  /** How long a stream that has begun to speak may say nothing. */
  readonly idleTimeoutMs: number;
}

/** How long the usage may come after the answer is complete. */
const usageWaitMs = 2_000;

/**
 * Streamed chat completions of any service that speaks them. The first time-out counts until the first word, beyond the
 * first chunks: a reasoning model sends one at once and thinks then.
 */
export function createChatModel(client: OpenAI, options: ChatModelOptions): ChatModel {
  return {
    async *stream(request, signal) {
      const { model } = request;
      const call = watchCall(signal, model);
      let response: Response | undefined;
      const callFacts = (): CallFacts => ({
        model,
        begun: response !== undefined,
        requestId: response?.headers.get("x-request-id") ?? "",
      });
      try {
        call.signal.throwIfAborted();
        call.wait("model_timeout", options.firstByteTimeoutMs);
        const completion = client.chat.completions.create(chatBody(request), { signal: call.signal });
        const opened = await completion.withResponse();
        response = opened.response;
        yield* readParts(opened.data, response, call, options.idleTimeoutMs, model);
      } catch (thrown) {
        throw call.reason() ?? translateError(thrown, callFacts());
      } finally {
        call.close();
      }
    },
  };
}

async function* readParts(
  chunks: AsyncIterable<unknown>,
  response: Response,
  call: WatchedCall,
  idleTimeoutMs: number,
  model: string,
): AsyncGenerator<ChatPart> {
  const requestId = response.headers.get("x-request-id") ?? "";
  const facts = { model, ...(requestId && { requestId }) };
  const toolCalls = createToolCallAssembler();
  let count = 0;
  let hasStarted = false;
  let hasSpoken = false;
  let usage: TokenUsage | undefined;
  let finish: string | undefined;
  try {
    for await (const raw of chunks) {
      if (hasSpoken) call.rest();
      count++;
      const { success, data: chunk } = chatChunk.safeParse(raw);
      if (!success) throw modelError("model_malformed", facts);
      const choice = chunk.choices[0];
      if (chunk.usage) usage = tokenUsage(chunk.usage);
      // Azure's first chunk has neither a choice nor an id.
      if (choice && !hasStarted) {
        hasStarted = true;
        yield { kind: "start", responseId: chunk.id || requestId, model: chunk.model || model };
      }
      const text = choice?.delta?.content || choice?.delta?.refusal;
      const pieces = choice?.delta?.tool_calls;
      if (pieces) toolCalls.add(pieces);
      if (text || pieces) hasSpoken = true;
      if (text) yield { kind: "text", text };
      finish ??= choice?.finish_reason ?? undefined;
      if (finish !== undefined) call.wait("model_stalled", usageWaitMs);
      else if (hasSpoken) call.wait("model_stalled", idleTimeoutMs);
    }
  } catch (thrown) {
    // The answer is whole already; only the usage is missing.
    if (finish === undefined) throw thrown;
  }
  const ended = call.reason();
  if (ended && (finish === undefined || ended.code === "aborted")) throw ended;
  if (finish === undefined)
    throw modelError(wasStream(response, count) ? "model_cut" : "model_malformed", facts);

  for (const toolCall of toolCalls.calls()) yield { kind: "toolCall", call: toolCall };
  if (usage) yield { kind: "usage", tokens: usage };
  yield { kind: "finish", reason: finishReason(finish, toolCalls.calls().length > 0) };
}

/** A proxy's page comes with status 200 too, and has no events in it. */
function wasStream(response: Response, chunks: number): boolean {
  return chunks > 0 || (response.headers.get("content-type") ?? "").includes("text/event-stream");
}
