import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import type { SearchCall } from "./search.ts";

export interface Completion {
  readonly id: string;
  readonly model: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly text: string;
  readonly toolCalls?: readonly SearchCall[];
  readonly finishReason: "stop" | "length" | "tool_calls";
  readonly usage: object;
}

/** Answers a completion in one piece. */
export function completionBody(completion: Completion): object {
  const { id, model, created, text, toolCalls, finishReason, usage } = completion;
  const calls = toolCalls && { tool_calls: toolCalls.map(callOf) };
  const message = { role: "assistant", content: text, refusal: null, ...calls };
  return {
    id,
    object: "chat.completion",
    created,
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage,
  };
}

/** Writes a completion as server-sent events, word by word at a pace, until the client is gone. */
export async function streamCompletion(
  response: ServerResponse,
  completion: Completion,
  options: { readonly tokensPerSecond: number; readonly includeUsage: boolean },
): Promise<void> {
  const { id, model, created, text, finishReason, usage } = completion;
  const { tokensPerSecond, includeUsage } = options;
  const send = (choices: readonly object[], withUsage: object | null = null): void => {
    const chunk = {
      id,
      object: "chat.completion.chunk",
      created,
      model,
      choices,
      ...(includeUsage && { usage: withUsage }),
    };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const sendDelta = (delta: object, finish: string | null = null): void =>
    send([{ index: 0, delta, finish_reason: finish }]);

  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  sendDelta({ role: "assistant", content: "" });
  const startedAt = performance.now();
  let tokens = 0;
  for (const piece of piecesOf(text)) {
    tokens += estimateTokens(piece);
    const waitMs = startedAt + (tokens / tokensPerSecond) * 1000 - performance.now();
    // oxlint-disable-next-line no-await-in-loop -- the pace is the point.
    if (waitMs > 1) await sleep(waitMs);
    if (response.destroyed) return;
    sendDelta({ content: piece });
  }
  for (const [index, call] of (completion.toolCalls ?? []).entries())
    sendDelta({ tool_calls: [{ index, ...callOf(call) }] });
  sendDelta({}, finishReason);
  if (includeUsage) send([], usage);
  response.end("data: [DONE]\n\n");
}

function callOf({ id, name, arguments: written }: SearchCall): object {
  return { id, type: "function", function: { name, arguments: written } };
}

/** Words with the space before them. */
export function piecesOf(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

/** Of English: a word of four letters is a token, a longer one more. */
export function estimateTokens(text: string): number {
  return Math.max(1, Math.round(text.trim().length / 4.5));
}
