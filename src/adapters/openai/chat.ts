import { APIError } from "openai";
import type { OpenAI } from "openai";

import type { ChatModel } from "../../core/ports.ts";
import type { SaidRates } from "../../core/rate-limit.ts";
import { chatBody } from "./chat-request.ts";
import { modelError, translateError } from "./errors.ts";
import { readSaidRates } from "./said-rates.ts";
import { createReplyReader } from "./reply-reader.ts";
import type { ReplyReader } from "./reply-reader.ts";
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
export function createChatModel(
  client: OpenAI,
  options: ChatModelOptions,
  { onRates = () => undefined }: { readonly onRates?: (model: string, said: SaidRates) => void } = {},
): ChatModel {
  return {
    // One generator, because every `yield*` between costs CPU for each chunk.
    async *stream(request, signal) {
      const { model } = request;
      const call = watchCall(signal, model);
      let facts: { readonly model: string; readonly requestId?: string } = { model };
      let reader: ReplyReader | undefined;
      try {
        call.signal.throwIfAborted();
        call.wait("model_timeout", options.firstByteTimeoutMs);
        const completion = client.chat.completions.create(chatBody(request), { signal: call.signal });
        const { data: chunks, response, request_id: requestId } = await completion.withResponse();
        onRates(model, readSaidRates(response.headers));
        facts = { model, ...(requestId && { requestId }) };
        reader = createReplyReader(facts);
        let isEmpty = true;
        for await (const chunk of chunks) {
          isEmpty = false;
          if (reader.phase() !== "thinking") call.rest();
          for (const part of reader.read(chunk)) yield part;
          waitForMore(call, reader, options.idleTimeoutMs);
        }
        if (isEmpty && !isEventStream(response) && !call.reason()) throw modelError("model_malformed", facts);
      } catch (thrown) {
        const headers = thrown instanceof APIError ? (thrown.headers as Headers | undefined) : undefined;
        if (headers) onRates(model, readSaidRates(headers));
        // A failure after the end of the answer takes nothing from it but the usage.
        if (reader?.phase() !== "finished") {
          throw call.reason() ?? translateError(thrown, { ...facts, begun: reader !== undefined });
        }
      } finally {
        call.close();
      }
      const ended = call.reason();
      if (ended && (reader.phase() !== "finished" || ended.code === "aborted")) throw ended;
      yield* reader.end();
    },
  };
}

function waitForMore(call: WatchedCall, reader: ReplyReader, idleTimeoutMs: number): void {
  const phase = reader.phase();
  if (phase === "finished") call.wait("model_stalled", usageWaitMs);
  if (phase === "speaking") call.wait("model_stalled", idleTimeoutMs);
}

/** A proxy's page comes with status 200 too, and has no events in it. */
function isEventStream(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").includes("text/event-stream");
}
