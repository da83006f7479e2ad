import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { countTools } from "../../../core/tokens.ts";
import { answerChat } from "./chat.ts";
import { embedText } from "./embed.ts";
import { Refusal, isAuthorized, read, readJson, sendJson } from "./http.ts";
import { moderateText } from "./moderate.ts";
import { chatRequest, embeddingRequest, moderationRequest } from "./requests.ts";
import type { ChatRequest } from "./requests.ts";
import { citeFound, searchFor } from "./search.ts";
import { completionBody, estimateTokens, piecesOf, streamCompletion } from "./stream.ts";
import { callsOf, readTranscript, textOf } from "./transcript.ts";

export interface OfflineModelOptions {
  /** How fast it speaks; `Infinity` for no pause at all. 45 when left out. */
  readonly tokensPerSecond?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Tokens of a text, for the usage; estimated when left out. */
  readonly countTokens?: (text: string, model: string) => Promise<number>;
}

export interface OfflineModel {
  /** With `/v1`. */
  readonly url: string;
  /** Made for this run, so that no other program on the machine uses it. */
  readonly apiKey: string;
  close(): Promise<void>;
}

type Answer = (body: unknown, response: ServerResponse) => Promise<void>;

const models = ["gpt-6-luna", "text-embedding-3-small", "omni-moderation-latest"];

/** Starts the stand-in for a model service: OpenAI's HTTP interface on a free port of this machine alone. */
export async function startOfflineModel(options: OfflineModelOptions = {}): Promise<OfflineModel> {
  const { tokensPerSecond = 45, now = Date.now } = options;
  const countTokens = options.countTokens ?? ((text: string) => Promise.resolve(Math.ceil(text.length / 4)));
  const apiKey = `sk-offline-${randomBytes(24).toString("base64url")}`;
  let served = 0;

  async function answerChatRequest(body: unknown, response: ServerResponse): Promise<void> {
    const request = read(chatRequest, body);
    const { model } = request;
    const call = searchFor(request);
    const said = citeFound(request) ?? answerChat(readTranscript(request.messages), now());
    const limited = call
      ? { text: "", finishReason: "tool_calls" as const, toolCalls: [call] }
      : limitText(said, request);
    const usage = await usageOf(request, limited.text, countTokens);
    const completion = {
      id: `chatcmpl-offline-${++served}`,
      model,
      created: Math.floor(now() / 1000),
      usage,
      ...limited,
    };
    if (!request.stream) return sendJson(response, 200, completionBody(completion));
    const includeUsage = request.stream_options?.include_usage === true;
    return streamCompletion(response, completion, { tokensPerSecond, includeUsage });
  }

  async function answerEmbeddings(body: unknown, response: ServerResponse): Promise<void> {
    const { model, input, dimensions = 1_536, encoding_format: encoding } = read(embeddingRequest, body);
    const counts = await Promise.all(input.map((text) => countTokens(text, model)));
    const data = input.map((text, index) => {
      const vector = embedText(text, dimensions);
      const embedding = encoding === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector];
      return { object: "embedding", index, embedding };
    });
    const tokens = counts.reduce((sum, count) => sum + count, 0);
    sendJson(response, 200, {
      object: "list",
      model,
      data,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  }

  async function answerModerations(body: unknown, response: ServerResponse): Promise<void> {
    const { model = "omni-moderation-latest", input } = read(moderationRequest, body);
    sendJson(response, 200, { id: `modr-offline-${++served}`, model, results: input.map(moderateText) });
  }

  async function listModels(_: unknown, response: ServerResponse): Promise<void> {
    const created = Math.floor(now() / 1000);
    const data = models.map((id) => ({ id, object: "model", created, owned_by: "parley-offline" }));
    sendJson(response, 200, { object: "list", data });
  }

  const routes: Readonly<Record<string, Answer>> = {
    "POST /v1/chat/completions": answerChatRequest,
    "POST /v1/embeddings": answerEmbeddings,
    "POST /v1/moderations": answerModerations,
    "GET /v1/models": listModels,
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (!isAuthorized(request, apiKey))
        throw new Refusal(401, "invalid_api_key", "Incorrect API key provided.");
      const route = routes[`${request.method} ${request.url?.split("?")[0]}`];
      if (!route) throw new Refusal(404, "unknown_url", "The offline model doesn't have this.");
      await route(request.method === "POST" ? await readJson(request) : undefined, response);
    } catch (error) {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "server_error", "The offline model failed.");
      if (response.headersSent) response.destroy();
      else sendJson(response, refusal.status, refusal.body);
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    apiKey,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Cuts an answer at a stop sequence, and at the greatest length that was asked for. */
function limitText(answer: string, request: ChatRequest): { text: string; finishReason: "stop" | "length" } {
  const stops = [request.stop ?? []].flat().filter(Boolean);
  const cutAt = stops.reduce((least, stop) => {
    const at = answer.indexOf(stop);
    return at === -1 ? least : Math.min(least, at);
  }, answer.length);
  let left = request.max_completion_tokens ?? Infinity;
  let text = "";
  for (const piece of piecesOf(answer.slice(0, cutAt))) {
    left -= estimateTokens(piece);
    if (left < 0) return { text, finishReason: "length" };
    text += piece;
  }
  return { text, finishReason: "stop" };
}

/** Three tokens a message and three for the reply's beginning, as OpenAI counts. */
async function usageOf(
  request: ChatRequest,
  text: string,
  countTokens: (text: string, model: string) => Promise<number>,
) {
  const count = (of: string): Promise<number> => countTokens(of, request.model);
  const prompts = request.messages.map((message) => [textOf(message), ...callsOf(message)].join(""));
  const counts = await Promise.all(prompts.map(count));
  const tools = (request.tools ?? []).map((tool) => tool.function);
  const input = counts.reduce((sum, each) => sum + each + 3, 3 + (await countTools(tools, count)));
  const output = await count(text);
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
