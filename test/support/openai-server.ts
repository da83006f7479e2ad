import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { answerCosts } from "./openai-server/costs.ts";
import type { BilledDay } from "./openai-server/costs.ts";
import { readChatBody, textOf } from "./openai-server/chat-body.ts";
import type { ChatBody } from "./openai-server/chat-body.ts";
import { streamCompletion } from "./openai-server/chat-stream.ts";
import type { ChatAnswer, Pace } from "./openai-server/chat-stream.ts";
import { embed } from "./openai-server/embeddings.ts";
import type { Base64Support } from "./openai-server/embeddings.ts";
import { createFaultQueue, isConnectionFault, isRefusingFault, refusalOf } from "./openai-server/faults.ts";
import type { Fault, StreamFault } from "./openai-server/faults.ts";
import { breakConnection, listen, readJson, sendJson } from "./openai-server/http.ts";
import {
  countPrompt,
  describeTools,
  findModel,
  refuseOverflow,
  servedModels,
} from "./openai-server/models.ts";
import type { ServedModel } from "./openai-server/models.ts";
import { moderate } from "./openai-server/moderations.ts";
import type { BlockWords } from "./openai-server/moderations.ts";
import { createMinute } from "./openai-server/minute.ts";
import type { MinuteRates } from "./openai-server/minute.ts";
import { Refusal, badRequest, wrongKey } from "./openai-server/refusal.ts";

export type RequestKind = "chat" | "moderation" | "embedding";
export type { Fault } from "./openai-server/faults.ts";
export type { ChatBody } from "./openai-server/chat-body.ts";

export interface RecordedRequest<Body = unknown> {
  readonly kind: RequestKind | "other";
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Body;
  /** Milliseconds since the epoch, with a fraction. */
  readonly at: number;
  /** Resolves when the answer is complete, or with `aborted` when the connection closed before. */
  readonly closed: Promise<"complete" | "aborted">;
}

export type Reply =
  | string
  | ChatAnswer
  | ((body: ChatBody) => string | ChatAnswer | Promise<string | ChatAnswer>);

export interface OpenAiServerOptions {
  readonly apiKey?: string;
  /** Any free port when left out. */
  readonly port?: number;
  readonly models?: Readonly<Record<string, ServedModel>>;
  readonly reply?: Reply;
  readonly blockWords?: BlockWords;
  readonly pace?: Partial<Pace>;
  readonly moderationDelayMs?: number;
  /** How prompts are counted: js-tiktoken takes over a second to load. */
  readonly tokens?: "exact" | "cheap";
  readonly base64?: Base64Support;
  /** `illicit*` comes as null. */
  readonly nullCategories?: boolean;
  /** What a minute holds for chat, as said in the headers of each answer; more is refused. */
  readonly rates?: MinuteRates;
  /** A benchmark keeps nothing of the bodies. */
  readonly recordBodies?: boolean;
}

export interface OpenAiServer extends AsyncDisposable {
  /** With `/v1`. */
  readonly url: string;
  readonly apiKey: string;
  /** With which the bill is read. */
  readonly adminKey: string;
  /** What was billed. */
  bill(days: readonly BilledDay[]): void;
  readonly requests: readonly RecordedRequest[];
  readonly chatRequests: readonly RecordedRequest<ChatBody>[];
  readonly moderationRequests: readonly RecordedRequest<{ readonly input: string | readonly string[] }>[];
  readonly embeddingRequests: readonly RecordedRequest<{ readonly input: readonly string[] }>[];
  /** What the model says from now on; the default repeats the last message. */
  reply(reply: Reply): void;
  /** Words that set off a category from now on (word → category). */
  blockWords(words: BlockWords): void;
  pace(
    pace: Partial<Pace> & { readonly moderationDelayMs?: number; readonly embeddingDelayMs?: number },
  ): void;
  /** From now on moderation (embedding) answers with this body, whatever is asked. */
  answerModerationWith(body: object): void;
  answerEmbeddingWith(body: object): void;
  /** What a minute holds for chat from now on. */
  rates(rates: MinuteRates): void;
  /** Put over the counted usage, such as `{ prompt_tokens_details: { cached_tokens: 3 } }`. */
  usage(usage: object): void;
  /** The next `times` requests of the kind fail so, after those that were set before. */
  fail(kind: RequestKind, fault: Fault, times?: number): void;
  /** Until it is healed a share of the requests of the kind, from 0 to 1, fails in one of these ways. */
  failOften(kind: RequestKind, share: number, faults: readonly Fault[]): void;
  /** Forgets all faults. */
  heal(): void;
  /** Closes the port and every connection: connecting is refused. */
  goDown(): Promise<void>;
  /** Opens the same port again. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

const kinds: Readonly<Record<string, RequestKind>> = {
  "/v1/chat/completions": "chat",
  "/v1/moderations": "moderation",
  "/v1/embeddings": "embedding",
};

/** An OpenAI-shaped server on a local port that refuses what OpenAI refuses, and fails when it is told to. */
export async function startOpenAiServer(options: OpenAiServerOptions = {}): Promise<OpenAiServer> {
  const {
    apiKey = "sk-test-0123456789",
    models = servedModels,
    tokens = "cheap",
    recordBodies = true,
  } = options;
  const requests: RecordedRequest[] = [];
  const faults = createFaultQueue<RequestKind>();
  let reply: Reply = options.reply ?? ((body) => `You said: ${textOf(body.messages.at(-1)?.content)}`);
  let blockWords = options.blockWords ?? {};
  let pace: Pace = { headersDelayMs: 0, chunkDelayMs: 0, ...options.pace };
  let moderationDelayMs = options.moderationDelayMs ?? 0;
  let embeddingDelayMs = 0;
  let extraUsage: object = {};
  let bill: readonly BilledDay[] = [];
  const adminKey = `${apiKey}-admin`;
  let minute = options.rates && createMinute(options.rates);
  const fixed: Partial<Record<RequestKind, object>> = {};
  let served = 0;

  async function answerChat(
    value: unknown,
    response: ServerResponse,
    fault: StreamFault | undefined,
  ): Promise<void> {
    const model = findModel(models, modelOf(value));
    const body = readChatBody(value, model.reasons ?? false);
    const texts = body.messages.map((message) => textOf(message.content));
    const tools = describeTools(body.tools ?? []);
    const prompt = [...texts, ...tools.texts];
    const counted = await countPrompt(prompt, texts.length, model.contextTokens, tokens);
    const promptTokens = counted + tools.overhead;
    refuseOverflow(promptTokens, body.max_completion_tokens ?? 0, model.contextTokens);
    // Source: the provider's rate-limit guide: the greatest length of the answer counts in advance.
    const said = minute?.take(promptTokens + (body.max_completion_tokens ?? 0)) ?? {};
    for (const [name, value] of Object.entries(said)) response.setHeader(name, value);
    const spoken = typeof reply === "function" ? await reply(body) : reply;
    const answer = typeof spoken === "string" ? { text: spoken } : spoken;
    const usage = (text: string) => {
      const completionTokens = Math.ceil(Buffer.byteLength(text) / 4);
      return {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
        ...extraUsage,
      };
    };
    if (pace.headersDelayMs > 0) await sleep(pace.headersDelayMs);
    const id = `chatcmpl-${served}`;
    const created = Math.floor(Date.now() / 1000);
    const includeUsage = body.stream_options?.include_usage === true;
    if (!body.stream) throw badRequest("This server only streams.", "stream");
    await streamCompletion(
      response,
      { id, model: body.model, created, answer, usage, includeUsage },
      pace,
      fault,
    );
  }

  async function answer(
    kind: RequestKind,
    body: unknown,
    response: ServerResponse,
    key: string,
  ): Promise<void> {
    if (key !== apiKey) throw wrongKey(key);
    const fault = faults.next(kind);
    if (fault && isConnectionFault(fault)) return breakConnection(fault, response);
    if (fault && isRefusingFault(fault)) {
      throw refusalOf(fault, { key, model: modelOf(body), prompt: JSON.stringify(body) });
    }
    const fixedBody = fixed[kind];
    if (fixedBody) return sendJson(response, 200, fixedBody);
    switch (kind) {
      case "chat":
        return answerChat(body, response, fault);
      case "moderation": {
        findModel(models, modelOf(body));
        if (moderationDelayMs > 0) await sleep(moderationDelayMs);
        const { results } = moderate(body, blockWords, options.nullCategories ?? false);
        return sendJson(response, 200, { id: `modr-${served}`, model: modelOf(body), results });
      }
      case "embedding":
        if (embeddingDelayMs > 0) await sleep(embeddingDelayMs);
        return sendJson(
          response,
          200,
          embed(body, findModel(models, modelOf(body)), options.base64 ?? "yes"),
        );
      default:
        return kind satisfies never;
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    served++;
    const path = request.url ?? "";
    const kind = kinds[path];
    const at = performance.timeOrigin + performance.now();
    const closed = new Promise<"complete" | "aborted">((resolve) => {
      response.once("close", () => resolve(response.writableFinished ? "complete" : "aborted"));
    });
    response.setHeader("x-request-id", `req_${served}`);
    try {
      const body = await readJson(request);
      const { method = "", headers } = request;
      requests.push({
        kind: kind ?? "other",
        method,
        path,
        headers,
        body: recordBodies ? body : undefined,
        at,
        closed,
      });
      if (`${method} ${path}` === "GET /v1/models") {
        const data = Object.entries(models).map(([id, { shutdownDate }]) => ({
          id,
          shutdown_date: shutdownDate ?? null,
          object: "model",
          created: 0,
          owned_by: "openai",
        }));
        return sendJson(response, 200, { object: "list", data });
      }
      const key = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
      const { pathname, searchParams } = new URL(path, "http://127.0.0.1");
      if (`${method} ${pathname}` === "GET /v1/organization/costs")
        return sendJson(response, 200, answerCosts(searchParams, key, adminKey, bill));
      if (kind === undefined) throw new Refusal(404, { message: `Unknown request URL: ${method} ${path}` });
      await answer(kind, body, response, key);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, { message: String(error) });
      if (!response.headersSent) sendJson(response, refusal.status, refusal.body, refusal.headers);
      else response.destroy();
    }
  }

  const server = createServer((request, response) => void handle(request, response));
  // Idle connections of a client under load must not be closed under it.
  server.keepAliveTimeout = 60_000;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;

  const ofKind = (kind: RequestKind) => requests.filter((request) => request.kind === kind);
  const stopListening = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const close = () => (server.listening ? stopListening() : Promise.resolve());
  return {
    url: `http://127.0.0.1:${port}/v1`,
    apiKey,
    adminKey,
    bill: (days) => {
      bill = days;
    },
    requests,
    get chatRequests() {
      return ofKind("chat") as RecordedRequest<ChatBody>[];
    },
    get moderationRequests() {
      return ofKind("moderation") as RecordedRequest<{ input: string | string[] }>[];
    },
    get embeddingRequests() {
      return ofKind("embedding") as RecordedRequest<{ input: string[] }>[];
    },
    reply: (next) => {
      reply = next;
    },
    blockWords: (next) => {
      blockWords = next;
    },
    pace: ({ moderationDelayMs: delayMs, embeddingDelayMs: embedMs, ...next }) => {
      pace = { ...pace, ...next };
      moderationDelayMs = delayMs ?? moderationDelayMs;
      embeddingDelayMs = embedMs ?? embeddingDelayMs;
    },
    answerModerationWith: (body) => {
      fixed.moderation = body;
    },
    answerEmbeddingWith: (body) => {
      fixed.embedding = body;
    },
    rates: (next) => {
      minute = createMinute(next);
    },
    usage: (next) => {
      extraUsage = next;
    },
    fail: (kind, fault, times = 1) => faults.add(kind, fault, times),
    failOften: faults.addOften,
    heal: () => faults.clear(),
    goDown: stopListening,
    comeBack: () => listen(server, port),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function modelOf(body: unknown): string {
  const model = typeof body === "object" && body !== null && "model" in body ? body.model : undefined;
  return typeof model === "string" ? model : "omni-moderation-latest";
}
