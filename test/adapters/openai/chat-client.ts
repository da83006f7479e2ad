import { createChatModel } from "../../../src/adapters/openai/chat.ts";
import { createOpenAiClient } from "../../../src/adapters/openai/client.ts";
import type { AppError } from "../../../src/core/errors.ts";
import type { PersonKey } from "../../../src/core/ids.ts";
import type { ChatModel, ChatPart, ChatRequest } from "../../../src/core/ports.ts";
import { moderated } from "../../support/moderated.ts";
import type { OpenAiServer } from "../../support/openai-server.ts";

export const person = "playground/local/U-ada" as PersonKey;

export interface ClientTimes {
  readonly maxRetries?: number;
  readonly timeoutMs?: number;
  readonly idleTimeoutMs?: number;
}

export function connect(server: Pick<OpenAiServer, "url" | "apiKey">, times: ClientTimes = {}) {
  const { maxRetries = 0, timeoutMs = 20_000 } = times;
  return createOpenAiClient({ apiKey: server.apiKey, baseUrl: server.url, timeoutMs, maxRetries });
}

export function connectChat(
  server: Pick<OpenAiServer, "url" | "apiKey">,
  times: ClientTimes = {},
): ChatModel {
  const { timeoutMs: firstByteTimeoutMs = 20_000, idleTimeoutMs = 20_000 } = times;
  return createChatModel(connect(server, times), { firstByteTimeoutMs, idleTimeoutMs });
}

export function chatRequest(text: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return {
    model: "gpt-4o-mini",
    messages: [{ role: "user", content: moderated(text) }],
    parameters: { maxTokens: 200 },
    person,
    ...more,
  };
}

export interface Collected {
  readonly parts: readonly ChatPart[];
  readonly text: string;
  readonly error: AppError | undefined;
}

/** Reads a stream to its end or its error. */
export async function collect(stream: AsyncIterable<ChatPart>): Promise<Collected> {
  const parts: ChatPart[] = [];
  let error: AppError | undefined;
  try {
    for await (const part of stream) parts.push(part);
  } catch (thrown) {
    error = thrown as AppError;
  }
  const text = parts.map((part) => (part.kind === "text" ? part.text : "")).join("");
  return { parts, text, error };
}

export const never = new AbortController().signal;
