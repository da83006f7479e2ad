import { setTimeout as sleep } from "node:timers/promises";
import type { ServerResponse } from "node:http";

import type { StreamFault } from "./faults.ts";

/** What the model says. */
export interface ChatAnswer {
  readonly text?: string | AsyncIterable<string>;
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly finishReason?: string;
}

export interface Pace {
  /** Before the headers. */
  readonly headersDelayMs: number;
  /** Before each chunk with text. */
  readonly chunkDelayMs: number;
  /** Chunks that a text is sent in; by words when left out. */
  readonly chunks?: number;
  /** All chunks with text go out in one write, as a proxy that buffers passes them on. */
  readonly joined?: boolean;
}

export interface Completion {
  readonly id: string;
  readonly model: string;
  readonly created: number;
  readonly answer: ChatAnswer;
  readonly usage: (text: string) => object;
  readonly includeUsage: boolean;
}

/** Writes a completion as server-sent events, with the fault that is asked for. Stops when the client is gone. */
export async function streamCompletion(
  response: ServerResponse,
  completion: Completion,
  pace: Pace,
  fault: StreamFault | undefined,
): Promise<void> {
  const { id, model, created, answer, includeUsage } = completion;
  const head = `data: {"id":${JSON.stringify(id)},"object":"chat.completion.chunk","created":${created},"model":${JSON.stringify(model)},"service_tier":"default","system_fingerprint":"fp_local"`;
  const tail = includeUsage ? `,"usage":null}\n\n` : `}\n\n`;
  const frame = (delta: string, finish: string | null = null) =>
    `${head},"choices":[{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${JSON.stringify(finish)}}]${tail}`;
  const write = (delta: string, finish: string | null = null) => response.write(frame(delta, finish));

  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  const breakAfter = fault && "afterChunks" in fault ? fault.afterChunks : Infinity;
  write('{"role":"assistant","content":"","refusal":null}');
  let text = "";
  let sent = 0;
  let joined = "";
  if (sent < breakAfter) {
    for await (const chunk of chunksOf(answer.text ?? "", pace.chunks)) {
      if (pace.chunkDelayMs > 0) await sleep(pace.chunkDelayMs);
      if (response.closed) return;
      const delta = `{"content":${JSON.stringify(chunk)}}`;
      if (pace.joined) joined += frame(delta);
      else write(delta);
      text += chunk;
      sent++;
      if (sent >= breakAfter) break;
    }
  }
  if (joined) response.write(joined);
  if (fault && !goesOn(fault)) return breakOff(response, fault);

  for (const [index, call] of (answer.toolCalls ?? []).entries()) writeToolCall(write, index, call);
  const natural = answer.toolCalls?.length ? "tool_calls" : "stop";
  write("{}", fault?.kind === "filtered" ? "content_filter" : (answer.finishReason ?? natural));
  if (fault?.kind === "stallBeforeUsage") return;
  if (fault?.kind === "cutBeforeUsage") return destroyAfterWrites(response);
  if (includeUsage && fault?.kind !== "noUsage") {
    response.write(`${head},"choices":[],"usage":${JSON.stringify(completion.usage(text))}}\n\n`);
  }
  response.end("data: [DONE]\n\n");
}

const lateFaults: readonly StreamFault["kind"][] = [
  "noUsage",
  "cutBeforeUsage",
  "stallBeforeUsage",
  "filtered",
];

function goesOn(fault: StreamFault): boolean {
  return lateFaults.includes(fault.kind);
}

function breakOff(response: ServerResponse, fault: StreamFault): void {
  switch (fault.kind) {
    case "stall":
      return;
    case "cut":
      destroyAfterWrites(response);
      return;
    case "malformedFrame":
      response.end('data: {"id":"chatcmpl-1","choices":[{"delta":{"con\n\ndata: [DONE]\n\n');
      return;
    case "wrongShape":
      response.end('data: {"id":7,"choices":"none"}\n\ndata: [DONE]\n\n');
      return;
    case "errorEvent":
      response.end(
        'data: {"error":{"message":"The server had an error","type":"server_error","code":null,"param":null}}\n\n',
      );
      return;
    case "endWithoutFinish":
      response.end(fault.done ? "data: [DONE]\n\n" : undefined);
      return;
    case "noUsage":
    case "cutBeforeUsage":
    case "stallBeforeUsage":
    case "filtered":
      return;
    default:
      fault satisfies never;
  }
}

/** Breaks the connection once what was written is on the wire. */
function destroyAfterWrites(response: ServerResponse): void {
  response.write(": cut\n\n", () => response.destroy());
}

function writeToolCall(
  write: (delta: string) => void,
  index: number,
  call: { readonly id: string; readonly name: string; readonly arguments: string },
): void {
  const opening = { index, id: call.id, type: "function", function: { name: call.name, arguments: "" } };
  write(JSON.stringify({ tool_calls: [opening] }));
  const middle = Math.ceil(call.arguments.length / 2);
  for (const piece of [call.arguments.slice(0, middle), call.arguments.slice(middle)]) {
    write(JSON.stringify({ tool_calls: [{ index, function: { arguments: piece } }] }));
  }
}

function chunksOf(
  text: string | AsyncIterable<string>,
  count: number | undefined,
): Iterable<string> | AsyncIterable<string> {
  if (typeof text !== "string") return text;
  if (count === undefined) return text.match(/\s*\S+|\s+$/g) ?? [];
  const size = Math.max(1, Math.ceil(text.length / count));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    text.slice(i * size, (i + 1) * size),
  );
}
