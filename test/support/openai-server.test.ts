import { OpenAI } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startOpenAiServer } from "./openai-server.ts";
import type { OpenAiServer } from "./openai-server.ts";
import { startOpenAiServerProcess } from "./openai-server-process.ts";

let server: OpenAiServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startOpenAiServer({ tokens: "exact" });
  client = new OpenAI({ apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 });
});
afterAll(() => server.close());

const user = { role: "user", content: "hi" };
const valid = { model: "gpt-4o-mini", messages: [user], stream: true };
const calls = [{ id: "c1", type: "function", function: { name: "clock", arguments: "{}" } }];

describe("it refuses what OpenAI refuses", () => {
  test.each<readonly [string, object, object]>([
    [
      "an unknown parameter",
      { ...valid, verbose: true },
      { status: 400, code: "unknown_parameter", param: "verbose" },
    ],
    ["max_tokens", { ...valid, max_tokens: 9 }, { status: 400, code: "unsupported_parameter" }],
    ["an unknown model", { ...valid, model: "gpt-none" }, { status: 404, code: "model_not_found" }],
    ["no messages", { ...valid, messages: [] }, { status: 400 }],
    ["an unknown role", { ...valid, messages: [{ role: "bot", content: "hi" }] }, { status: 400 }],
    ["a message without content", { ...valid, messages: [{ role: "user" }] }, { status: 400 }],
    [
      "an answer without a tool call",
      { ...valid, messages: [user, { role: "tool", tool_call_id: "c1", content: "x" }] },
      { status: 400 },
    ],
    [
      "a tool call without an answer",
      { ...valid, messages: [user, { role: "assistant", tool_calls: calls }, user] },
      { status: 400 },
    ],
    [
      "a temperature with reasoning",
      { ...valid, model: "gpt-6-luna", temperature: 1 },
      { status: 400, code: "unsupported_parameter" },
    ],
    ["a temperature out of range", { ...valid, temperature: 3 }, { status: 400 }],
    ["stream options without a stream", { ...valid, stream: false, stream_options: {} }, { status: 400 }],
    ["a long safety identifier", { ...valid, safety_identifier: "x".repeat(65) }, { status: 400 }],
    [
      "a reply that does not fit",
      { ...valid, model: "gpt-4", max_completion_tokens: 9_000 },
      { status: 400, code: "context_length_exceeded" },
    ],
  ])("%s", async (_, body, refusal) => {
    await expect(client.chat.completions.create(body as never)).rejects.toMatchObject(refusal);
  });

  test("more inputs than an embedding takes, and an empty one", async () => {
    const embed = (input: string[]) => client.embeddings.create({ model: "text-embedding-3-small", input });
    await expect(embed(Array.from({ length: 2_049 }, () => "x"))).rejects.toMatchObject({ status: 400 });
    await expect(embed([""])).rejects.toMatchObject({ status: 400 });
  });
});

test("prompts are counted as js-tiktoken counts them, with three tokens a message and three for the reply", async () => {
  const stream = await client.chat.completions.create({
    model: "gpt-4o-mini",
    messages: [{ role: "user", content: "hello world" }],
    stream: true,
    stream_options: { include_usage: true },
  });
  let promptTokens: number | undefined;
  for await (const chunk of stream) promptTokens = chunk.usage?.prompt_tokens ?? promptTokens;
  expect(promptTokens).toBe(2 + 3 + 3);
});

test("requests are recorded with their body and how they ended", async () => {
  const { chatRequests } = server;
  expect(chatRequests.at(-1)?.body.messages).toEqual([{ role: "user", content: "hello world" }]);
  expect(await chatRequests.at(-1)?.closed).toBe("complete");
});

test("in a process of its own it answers and tells what came in", async () => {
  const child = await startOpenAiServerProcess({ reply: "From elsewhere" });
  const remote = new OpenAI({ apiKey: child.apiKey, baseURL: child.url });
  let text = "";
  const stream = await remote.chat.completions.create({
    model: "gpt-4o-mini",
    messages: [{ role: "user", content: "hi" }],
    stream: true,
  });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
  expect(text).toBe("From elsewhere");
  expect(await child.requests()).toMatchObject([{ kind: "chat" }]);
  await child.close();
});
