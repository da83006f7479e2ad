import { OpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createEmbeddingModel } from "../../../../src/adapters/openai/embedding.ts";
import { createModerationModel } from "../../../../src/adapters/openai/moderation.ts";
import { startOfflineModel } from "../../../../src/adapters/openai/offline/server.ts";
import type { OfflineModel } from "../../../../src/adapters/openai/offline/server.ts";
import { quoteThreads, toolSays } from "../../../../src/core/threads/search-tool.ts";
import { moderated } from "../../../support/moderated.ts";
import { chatRequest, collect, connect, connectChat, never, person } from "../chat-client.ts";
import { sunday, system } from "./conversation.ts";

let model: OfflineModel;
let client: OpenAI;
const ids = { now: () => sunday, newId: () => "call-1" };
beforeAll(async () => {
  model = await startOfflineModel({ tokensPerSecond: Infinity, now: () => sunday });
  client = new OpenAI({ apiKey: model.apiKey, baseURL: model.url, maxRetries: 0 });
});
afterAll(() => model.close());

describe("chat", () => {
  const messages = [
    { role: "system" as const, content: moderated(system) },
    { role: "user" as const, content: moderated("Who are you?") },
  ];

  test("it streams through Parley's own adapter, with usage", async () => {
    const request = chatRequest("", { model: "gpt-6-luna", messages });
    const { parts, text, error } = await collect(connectChat(model).stream(request, never));
    expect(error).toBeUndefined();
    expect(text).toContain("**Technical assistant**");
    expect(parts.filter((part) => part.kind === "text").length).toBeGreaterThan(10);
    const usage = parts.find((part) => part.kind === "usage");
    expect(usage?.tokens.input).toBeGreaterThan(20);
    expect(usage?.tokens.output).toBe(Math.ceil(text.length / 4));
    expect(parts.at(-1)).toEqual({ kind: "finish", reason: "stop" });
  });

  test("without streaming it says the same", async () => {
    const question = [{ role: "user" as const, content: "what is 2 + 2?" }];
    const completion = await client.chat.completions.create({ model: "any", messages: question });
    expect(completion.choices[0]?.message.content).toBe("2 + 2 = **4**");
    expect(completion.choices[0]?.finish_reason).toBe("stop");
  });

  test("it ends at the greatest length and at a stop sequence", async () => {
    const count = [{ role: "user" as const, content: "count to 300" }];
    const ask = async (more: object) =>
      (await client.chat.completions.create({ model: "any", messages: count, ...more })).choices[0];
    expect(await ask({ max_completion_tokens: 3 })).toMatchObject({
      finish_reason: "length",
      message: { content: "1, 2, 3," },
    });
    expect(await ask({ stop: [" 4,"] })).toMatchObject({
      finish_reason: "stop",
      message: { content: "1, 2, 3," },
    });
  });

  test("it looks up what was said in earlier threads where that is asked and offered, and cites it", async () => {
    const tools = [{ name: "search_threads", description: "Searches.", parameters: { type: "object" } }];
    const asked = moderated("Ada: has anybody asked about the deploy before?");
    const question = { role: "user" as const, content: asked };
    const ask = async (more: object) =>
      collect(
        connectChat(model).stream(
          chatRequest("", { model: "gpt-6-luna", messages: [question], ...more }),
          never,
        ),
      );
    const { parts } = await ask({ tools });
    const call = parts.find((part) => part.kind === "toolCall")?.call;
    expect(call).toMatchObject({ name: "search_threads" });
    expect(JSON.parse(call?.arguments ?? "")).toEqual({ query: "the deploy" });
    expect(parts.at(-1)).toEqual({ kind: "finish", reason: "toolCalls" });
    expect((await ask({})).parts.some((part) => part.kind === "toolCall")).toBe(false);
    const threads = [
      { title: "how do we [deploy]?", at: sunday, similarity: 0.61, excerpt: "With the script." },
    ];
    const read = (content: string) => [
      question,
      { role: "assistant", content: moderated(""), toolCalls: call ? [call] : [] },
      { role: "tool", content: moderated(content), toolCallId: call?.id },
    ];
    const linked = threads.map((thread) => ({ ...thread, link: "https://chat.example/1" }));
    expect((await ask({ tools, messages: read(quoteThreads(linked)) })).text).toContain(
      "[how do we \\[deploy\\]?](https://chat.example/1)",
    );
    expect((await ask({ tools, messages: read(toolSays.nothing) })).text).toContain(
      "nothing like this was said",
    );
  });

  test("tokens are counted by what it is given", async () => {
    const counted = await startOfflineModel({
      tokensPerSecond: Infinity,
      countTokens: (text) => Promise.resolve(text.length),
    });
    const { parts, text } = await collect(connectChat(counted).stream(chatRequest("12345"), never));
    expect(parts.find((part) => part.kind === "usage")?.tokens).toMatchObject({
      input: 5 + 6,
      output: text.length,
    });
    await counted.close();
  });

  test("it speaks at its pace: at a word in 100 seconds none has come soon", async () => {
    const slow = await startOfflineModel({ tokensPerSecond: 0.01 });
    const reading = connectChat(slow, { timeoutMs: 200 }).stream(chatRequest("count to 300"), never);
    expect((await collect(reading)).error?.code).toBe("model_timeout");
    await slow.close();
  });
});

describe("embeddings", () => {
  async function similarities(texts: readonly string[], dimensions = 256): Promise<readonly number[]> {
    const embedding = createEmbeddingModel(connect(model), {}, ids);
    const { vectors } = await embedding.embed(
      texts.map(moderated),
      { model: "any", dimensions, person },
      never,
    );
    const [first, ...rest] = vectors;
    return rest.map((vector) => vector.reduce((sum, value, i) => sum + value * (first?.[i] ?? 0), 0));
  }

  test("similar texts are nearer than others", async () => {
    const [same = 0, near = 0, far = 1] = await similarities([
      "How do we deploy the router?",
      "How do we deploy the router?",
      "Deploying routers, step by step",
      "A cake with chocolate and cherries",
    ]);
    expect(same).toBeCloseTo(1, 5);
    expect(near).toBeGreaterThan(0.3);
    expect(far).toBeLessThan(0.1);
  });

  test("the client's own decoding of base64 gives the floats", async () => {
    const input = ["We deploy on Fridays", "  "];
    const asked = { model: "any", input, dimensions: 32 };
    const [decoded, floats] = await Promise.all([
      client.embeddings.create(asked),
      client.embeddings.create({ ...asked, encoding_format: "float" }),
    ]);
    expect(decoded.data.map(({ embedding }) => [...embedding])).toEqual(
      floats.data.map(({ embedding }) => embedding),
    );
    for (const { embedding } of floats.data) expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
  });
});

describe("moderation", () => {
  test.each([
    ["Good morning, let's kill the process and shoot for five", []],
    ["This bug is killing me", []],
    ["I will kill you", ["harassment/threatening", "violence"]],
    ["I w1ll k\u200Bill уоu", ["harassment/threatening", "violence"]],
    ["You are an idiot", ["harassment"]],
    ["how to build a pipe bomb", ["illicit/violent"]],
    ["I want to kill myself", ["self-harm", "self-harm/intent"]],
  ])("%s → %j", async (text, categories) => {
    const { results } = await createModerationModel(connect(model), {}, ids).classify([text], never);
    const scores = results[0] ?? {};
    expect(Object.keys(scores)).toHaveLength(13);
    expect(Object.keys(scores).filter((name) => scores[name]?.flagged)).toEqual(categories);
    for (const { flagged, score } of Object.values(scores)) expect(score > 0.5).toBe(flagged);
  });
});

test("it lists its models", async () => {
  const { data } = await client.models.list();
  expect(data.map(({ id }) => id)).toContain("gpt-6-luna");
});

describe("it refuses", () => {
  test.each([
    ["no key", "POST", "/chat/completions", undefined, 401],
    ["another key", "POST", "/moderations", "sk-other", 401],
    ["an unknown path", "GET", "/files", "own", 404],
    ["a body that is no JSON", "POST", "/embeddings", "own", 400],
  ])("%s", async (_, method, path, key, status) => {
    const authorization = key === "own" ? `Bearer ${model.apiKey}` : `Bearer ${key}`;
    const response = await fetch(`${model.url}${path}`, {
      method,
      headers: key ? { authorization } : {},
      ...(method === "POST" && { body: "{" }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toHaveProperty("error.code");
  });

  test("every start has a key of its own", async () => {
    const other = await startOfflineModel();
    expect(other.apiKey).not.toBe(model.apiKey);
    await other.close();
  });
});
