import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { AppError, ErrorCode } from "../../../src/core/errors.ts";
import type { ChatPart } from "../../../src/core/ports.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import type { Fault, OpenAiServer } from "../../support/openai-server.ts";
import { chatRequest, collect, connectChat, never } from "./chat-client.ts";

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer({ apiKey: "sk-canary-key-Zx81" });
  server.reply("One two three four five");
});
afterEach(() => server.close());

interface FaultCase {
  readonly fault: Fault;
  readonly code: ErrorCode;
  /** What of the answer came through before. */
  readonly text: string;
}

const faultCases: readonly FaultCase[] = [
  { fault: { kind: "unauthorized" }, code: "model_unauthorized", text: "" },
  { fault: { kind: "forbidden" }, code: "model_unauthorized", text: "" },
  { fault: { kind: "unknownModel" }, code: "model_unknown", text: "" },
  { fault: { kind: "rateLimited" }, code: "model_rate_limited", text: "" },
  { fault: { kind: "quotaExhausted" }, code: "model_quota_exhausted", text: "" },
  { fault: { kind: "serverError", status: 500 }, code: "model_unavailable", text: "" },
  { fault: { kind: "serverError", status: 503 }, code: "model_unavailable", text: "" },
  { fault: { kind: "contextLength" }, code: "context_overflow", text: "" },
  { fault: { kind: "contentRefused" }, code: "model_filtered", text: "" },
  { fault: { kind: "badRequest" }, code: "model_refused_request", text: "" },
  { fault: { kind: "reset" }, code: "model_unreachable", text: "" },
  { fault: { kind: "page" }, code: "model_malformed", text: "" },
  { fault: { kind: "cut", afterChunks: 2 }, code: "model_cut", text: "One two" },
  { fault: { kind: "endWithoutFinish", afterChunks: 2, done: false }, code: "model_cut", text: "One two" },
  { fault: { kind: "endWithoutFinish", afterChunks: 2, done: true }, code: "model_cut", text: "One two" },
  { fault: { kind: "endWithoutFinish", afterChunks: 0, done: true }, code: "model_cut", text: "" },
  { fault: { kind: "malformedFrame", afterChunks: 2 }, code: "model_malformed", text: "One two" },
  { fault: { kind: "wrongShape", afterChunks: 2 }, code: "model_malformed", text: "One two" },
  { fault: { kind: "errorEvent", afterChunks: 2 }, code: "model_unavailable", text: "One two" },
];

describe("each fault has its code, and what came before it stands", () => {
  test.each(faultCases)("$fault → $code", async ({ fault, code, text }) => {
    server.fail("chat", fault);
    const collected = await collect(connectChat(server).stream(chatRequest("hi"), never));
    expect(collected.error?.code).toBe(code);
    expect(collected.text).toBe(text);
  });

  test("after a fault the next request is answered", async () => {
    const model = connectChat(server);
    server.fail("chat", { kind: "cut", afterChunks: 1 });
    await collect(model.stream(chatRequest("hi"), never));
    expect(await collect(model.stream(chatRequest("hi"), never))).toMatchObject({
      text: "One two three four five",
      error: undefined,
    });
  });

  test("a closed port is model_unreachable, and says how", async () => {
    await server.goDown();
    const { error } = await collect(connectChat(server).stream(chatRequest("hi"), never));
    expect(error).toMatchObject({ code: "model_unreachable", facts: { network: "ECONNREFUSED" } });
  });

  test("a wrong key and an unknown model are known by the service's own answer", async () => {
    const wrongKey = connectChat({ url: server.url, apiKey: "sk-wrong" });
    expect((await collect(wrongKey.stream(chatRequest("hi"), never))).error).toMatchObject({
      code: "model_unauthorized",
      facts: { status: 401, vendorCode: "invalid_api_key", requestId: "req_1", model: "gpt-4o-mini" },
    });
    const { error } = await collect(
      connectChat(server).stream(chatRequest("hi", { model: "gpt-none" }), never),
    );
    expect(error).toMatchObject({ code: "model_unknown", facts: { status: 404, model: "gpt-none" } });
  });

  test("a prompt longer than the model is context_overflow", async () => {
    const long = "word ".repeat(9_000);
    const { error } = await collect(connectChat(server).stream(chatRequest(long, { model: "gpt-4" }), never));
    expect(error?.code).toBe("context_overflow");
  });
});

describe("a complete answer is no failure", () => {
  test.each<Fault>([{ kind: "noUsage" }, { kind: "cutBeforeUsage" }])(
    "without usage it finishes, the usage missing: %o",
    async (fault) => {
      server.fail("chat", fault);
      const { parts, error } = await collect(connectChat(server).stream(chatRequest("hi"), never));
      expect(error).toBeUndefined();
      expect(parts.some((part) => part.kind === "usage")).toBe(false);
      expect(parts.at(-1)).toEqual({ kind: "finish", reason: "stop" });
    },
  );

  test("the usage is not waited for as long as for a word", async () => {
    server.fail("chat", { kind: "stallBeforeUsage" });
    // With the idle time-out the test would outlast its own.
    const model = connectChat(server, { idleTimeoutMs: 3_600_000 });
    const { error, parts } = await collect(model.stream(chatRequest("hi"), never));
    expect(error).toBeUndefined();
    expect(parts.at(-1)).toEqual({ kind: "finish", reason: "stop" });
    expect(await server.chatRequests[0]?.closed).toBe("aborted");
  });

  test("a filtered answer keeps its text and says so", async () => {
    server.fail("chat", { kind: "filtered", afterChunks: 3 });
    const { text, parts } = await collect(connectChat(server).stream(chatRequest("hi"), never));
    expect(text).toBe("One two three");
    expect(parts.at(-1)).toEqual({ kind: "finish", reason: "filtered" });
  });
});

describe("waiting ends", () => {
  test("a service that never answers is model_timeout, asked once, and its connection is closed", async () => {
    server.fail("chat", { kind: "silence" }, 9);
    const model = connectChat(server, { timeoutMs: 150, maxRetries: 2 });
    const { error } = await collect(model.stream(chatRequest("hi"), never));
    expect(error).toMatchObject({ code: "model_timeout", facts: { waitedMs: 150 } });
    expect(server.chatRequests).toHaveLength(1);
    expect(await server.chatRequests[0]?.closed).toBe("aborted");
  });

  test("a stream that never comes to a word is model_timeout, however short the idle time-out", async () => {
    server.fail("chat", { kind: "stall", afterChunks: 0 });
    const model = connectChat(server, { timeoutMs: 150, idleTimeoutMs: 10 });
    const { error } = await collect(model.stream(chatRequest("hi"), never));
    expect(error).toMatchObject({ code: "model_timeout", facts: { waitedMs: 150 } });
  });

  test("a stream that falls silent is model_stalled, and its connection is closed", async () => {
    server.fail("chat", { kind: "stall", afterChunks: 2 });
    const model = connectChat(server, { idleTimeoutMs: 100 });
    const { error, text } = await collect(model.stream(chatRequest("hi"), never));
    expect(error?.code).toBe("model_stalled");
    expect(text).toBe("One two");
    expect(await server.chatRequests[0]?.closed).toBe("aborted");
  });

  test("a reader who takes longer than the idle time-out is not a stalled stream", async () => {
    const model = connectChat(server, { idleTimeoutMs: 60 });
    server.pace({ chunkDelayMs: 5 });
    let text = "";
    for await (const part of model.stream(chatRequest("hi"), never)) {
      if (part.kind !== "text") continue;
      text += part.text;
      if (text === "One two") await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(text).toBe("One two three four five");
  });
});

describe("retries", () => {
  const soon = { headers: { "retry-after-ms": "1" } };

  test.each<{ readonly fault: Fault; readonly requests: number }>([
    { fault: { kind: "rateLimited", ...soon }, requests: 3 },
    { fault: { kind: "serverError", ...soon }, requests: 3 },
    { fault: { kind: "serverError", status: 503, ...soon }, requests: 3 },
    { fault: { kind: "unauthorized" }, requests: 1 },
    { fault: { kind: "unknownModel" }, requests: 1 },
    { fault: { kind: "badRequest" }, requests: 1 },
    { fault: { kind: "contextLength" }, requests: 1 },
    { fault: { kind: "quotaExhausted" }, requests: 1 },
    // Once a stream has begun, a repeated call would say the same in other words.
    { fault: { kind: "cut", afterChunks: 1 }, requests: 1 },
    { fault: { kind: "errorEvent", afterChunks: 1 }, requests: 1 },
  ])("$fault makes $requests requests with two retries", async ({ fault, requests }) => {
    server.fail("chat", fault, 9);
    const { error } = await collect(connectChat(server, { maxRetries: 2 }).stream(chatRequest("hi"), never));
    expect(error).toBeDefined();
    expect(server.chatRequests).toHaveLength(requests);
  });

  test("what fails once is answered by the retry, and the person sees nothing of it", async () => {
    server.fail("chat", { kind: "reset" });
    server.fail("chat", { kind: "serverError", ...soon });
    const { text, error } = await collect(
      connectChat(server, { maxRetries: 2 }).stream(chatRequest("hi"), never),
    );
    expect(error).toBeUndefined();
    expect(text).toBe("One two three four five");
    expect(server.chatRequests).toHaveLength(3);
  });

  test.each([
    ["seconds", { "retry-after": "120" }],
    ["milliseconds", { "retry-after-ms": "120000" }],
    ["a date", { date: "Sun, 22 Nov 2026 10:00:00 GMT", "retry-after": "Sun, 22 Nov 2026 10:02:00 GMT" }],
  ])("a long wait, said in %s, is told and not waited for", async (_, headers) => {
    server.fail("chat", { kind: "rateLimited", headers }, 9);
    const { error } = await collect(connectChat(server, { maxRetries: 2 }).stream(chatRequest("hi"), never));
    expect(error).toMatchObject({ code: "model_rate_limited", retryAfterMs: 120_000 });
    expect(server.chatRequests).toHaveLength(1);
  });

  test("a 503 that asks for a long wait is not waited for either", async () => {
    server.fail("chat", { kind: "serverError", status: 503, headers: { "retry-after": "3600" } }, 9);
    const { error } = await collect(connectChat(server, { maxRetries: 2 }).stream(chatRequest("hi"), never));
    expect(error).toMatchObject({ code: "model_unavailable", retryAfterMs: 3_600_000 });
    expect(server.chatRequests).toHaveLength(1);
  });
});

describe("abort", () => {
  test("a signal that is aborted already sends nothing", async () => {
    const { error } = await collect(connectChat(server).stream(chatRequest("hi"), AbortSignal.abort()));
    expect(error?.code).toBe("aborted");
    expect(server.requests).toEqual([]);
  });

  test("before the headers it closes the connection and is aborted", async () => {
    server.fail("chat", { kind: "silence" });
    const controller = new AbortController();
    const reading = collect(connectChat(server).stream(chatRequest("hi"), controller.signal));
    await vi.waitUntil(() => server.chatRequests.length === 1);
    controller.abort();
    expect((await reading).error?.code).toBe("aborted");
    expect(await server.chatRequests[0]?.closed).toBe("aborted");
  });

  test("between two retries it ends the waiting", async () => {
    server.fail("chat", { kind: "rateLimited", headers: { "retry-after": "9" } }, 9);
    const controller = new AbortController();
    const model = connectChat(server, { maxRetries: 9 });
    const reading = collect(model.stream(chatRequest("hi"), controller.signal));
    await vi.waitUntil(() => server.chatRequests.length === 1);
    await server.chatRequests[0]?.closed;
    controller.abort();
    expect((await reading).error?.code).toBe("aborted");
    expect(server.chatRequests).toHaveLength(1);
  });

  test("in the middle it keeps what came, closes the connection and is aborted", async () => {
    server.fail("chat", { kind: "stall", afterChunks: 3 });
    const controller = new AbortController();
    let text = "";
    let error: AppError | undefined;
    try {
      for await (const part of connectChat(server).stream(chatRequest("hi"), controller.signal)) {
        if (part.kind === "text") text += part.text;
        if (text === "One two three") controller.abort();
      }
    } catch (thrown) {
      error = thrown as AppError;
    }
    expect(error?.code).toBe("aborted");
    expect(text).toBe("One two three");
    expect(await server.chatRequests[0]?.closed).toBe("aborted");
  });

  test("what has arrived already is not yielded after it", async () => {
    server.pace({ joined: true });
    const controller = new AbortController();
    const parts: ChatPart[] = [];
    const reading = (async () => {
      for await (const part of connectChat(server).stream(chatRequest("hi"), controller.signal)) {
        parts.push(part);
        if (part.kind === "text") controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "aborted" });
    expect(parts.map((part) => part.kind)).toEqual(["start", "text"]);
  });

  test("a reader who stops reading closes the connection", async () => {
    server.fail("chat", { kind: "stall", afterChunks: 3 });
    for await (const part of connectChat(server).stream(chatRequest("hi"), never)) {
      if (part.kind === "text") break;
    }
    expect(await server.chatRequests[0]?.closed).toBe("aborted");
  });
});

test("neither the key nor the prompt is in any error or on the console", async () => {
  const consoles = (["log", "info", "warn", "error", "debug"] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => undefined),
  );
  const canary = "canary-prompt-Qy93";
  const model = connectChat(server, { timeoutMs: 300, idleTimeoutMs: 100 });
  const stalls: Fault[] = [{ kind: "silence" }, { kind: "stall", afterChunks: 1 }];
  for (const fault of [...faultCases.map((each) => each.fault), ...stalls]) {
    server.fail("chat", fault);
    // oxlint-disable-next-line no-await-in-loop -- faults are used up in order.
    const { error } = await collect(model.stream(chatRequest(canary), never));
    expect(error, fault.kind).toBeDefined();
    expect(everythingOf(error), fault.kind).not.toMatch(/Qy93|Zx81/);
  }
  for (const spy of consoles) {
    expect(spy).not.toHaveBeenCalled();
    spy.mockRestore();
  }
});

function everythingOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return JSON.stringify(thrown) ?? "";
  const own = Object.getOwnPropertyNames(thrown).map((name) => String(Reflect.get(thrown, name)));
  return [thrown.stack, JSON.stringify(thrown), ...own, everythingOf(thrown.cause)].join("\n");
}
