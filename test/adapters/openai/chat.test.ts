import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { ChatRequest } from "../../../src/core/ports.ts";
import { moderated } from "../../support/moderated.ts";
import { startOpenAiServer } from "../../support/openai-server.ts";
import type { OpenAiServer } from "../../support/openai-server.ts";
import { textOf } from "../../support/openai-server/chat-body.ts";
import { chatRequest, collect, connectChat, never, person } from "./chat-client.ts";

let server: OpenAiServer;
beforeEach(async () => {
  server = await startOpenAiServer();
});
afterEach(() => server.close());

describe("what is yielded", () => {
  test("an answer comes as start, text in pieces, usage and finish, in this order", async () => {
    server.reply("Hello there, Ada");
    server.usage({
      prompt_tokens: 40,
      completion_tokens: 9,
      prompt_tokens_details: { cached_tokens: 32, cache_write_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
    const { parts, error } = await collect(connectChat(server).stream(chatRequest("hi"), never));
    expect(error).toBeUndefined();
    expect(parts).toEqual([
      { kind: "start", responseId: "chatcmpl-1", model: "gpt-4o-mini" },
      { kind: "text", text: "Hello" },
      { kind: "text", text: " there," },
      { kind: "text", text: " Ada" },
      { kind: "usage", tokens: { input: 40, cachedInput: 32, cacheWrite: 8, output: 9, reasoning: 5 } },
      { kind: "finish", reason: "stop" },
    ]);
  });

  test("tool calls are put together from their pieces and yielded whole, before the finish", async () => {
    const toolCalls = [
      { id: "call_1", name: "search", arguments: '{"query":"deploy"}' },
      { id: "call_2", name: "clock", arguments: "{}" },
    ];
    server.reply({ text: "Let me look.", toolCalls });
    const { parts } = await collect(connectChat(server).stream(chatRequest("when?"), never));
    expect(parts.filter((part) => part.kind === "toolCall").map((part) => part.call)).toEqual(toolCalls);
    expect(parts.at(-1)).toEqual({ kind: "finish", reason: "toolCalls" });
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["content_filter", "filtered"],
    ["end_turn", "stop"],
  ])("the finish reason %s is %s", async (finishReason, reason) => {
    server.reply({ text: "So far", finishReason });
    const { parts } = await collect(connectChat(server).stream(chatRequest("hi"), never));
    expect(parts.at(-1)).toEqual({ kind: "finish", reason });
  });

  test("a tool call that the service ends with stop is a tool call", async () => {
    server.reply({ toolCalls: [{ id: "call_1", name: "clock", arguments: "{}" }], finishReason: "stop" });
    const { parts } = await collect(connectChat(server).stream(chatRequest("hi"), never));
    expect(parts.at(-1)).toEqual({ kind: "finish", reason: "toolCalls" });
  });

  test("500 streams at once each get their own answer", async () => {
    server.reply((body) => `Answer to ${textOf(body.messages[0]?.content)}`);
    const model = connectChat(server);
    const questions = Array.from({ length: 500 }, (_, i) => `question ${i}`);
    const answers = await Promise.all(
      questions.map((text) => collect(model.stream(chatRequest(text), never))),
    );
    expect(answers.map(({ text }) => text)).toEqual(questions.map((text) => `Answer to ${text}`));
  });
});

describe("what is sent", () => {
  test("only the parameters that are set are sent", async () => {
    await collect(connectChat(server).stream(chatRequest("hi"), never));
    const { safety_identifier: identifier, ...body } = server.chatRequests[0]?.body ?? {};
    expect(body).toEqual({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "hi" }],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 200,
    });
    expect(identifier).toMatch(/^[\w-]{43}$/);
  });

  test("every parameter has its name at the service", async () => {
    const parameters: ChatRequest["parameters"] = {
      maxTokens: 99,
      temperature: 0.5,
      topP: 0.9,
      frequencyPenalty: 0.1,
      presencePenalty: -0.1,
      stop: ["END"],
      reasoningEffort: "none",
      verbosity: "low",
    };
    const { error } = await collect(connectChat(server).stream(chatRequest("hi", { parameters }), never));
    expect(error).toBeUndefined();
    expect(server.chatRequests[0]?.body).toMatchObject({
      max_completion_tokens: 99,
      temperature: 0.5,
      top_p: 0.9,
      frequency_penalty: 0.1,
      presence_penalty: -0.1,
      stop: ["END"],
      reasoning_effort: "none",
      verbosity: "low",
    });
  });

  test("a conversation with tools goes out in the service's shape", async () => {
    const call = { id: "call_1", name: "clock", arguments: "{}" };
    const tool = {
      name: "clock",
      description: "Tells the time",
      parameters: { type: "object", properties: {} },
    };
    const messages: ChatRequest["messages"] = [
      { role: "system", content: moderated("Be brief.") },
      { role: "user", content: moderated("What time is it?") },
      { role: "assistant", content: moderated(""), toolCalls: [call] },
      { role: "tool", content: moderated("12:00"), toolCallId: "call_1" },
    ];
    const { error } = await collect(
      connectChat(server).stream(chatRequest("", { messages, tools: [tool] }), never),
    );
    expect(error).toBeUndefined();
    expect(server.chatRequests[0]?.body).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "What time is it?" },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call_1", type: "function", function: { name: "clock", arguments: "{}" } }],
        },
        { role: "tool", content: "12:00", tool_call_id: "call_1" },
      ],
      tools: [{ type: "function", function: tool }],
    });
  });

  test("a person goes out as a hash that is the same each time and another for another person", async () => {
    const model = connectChat(server);
    for (const who of [person, person, `${person}-2` as typeof person]) {
      // oxlint-disable-next-line no-await-in-loop -- the order of the requests is asserted.
      await collect(model.stream(chatRequest("hi", { person: who }), never));
    }
    const [first, second, third] = server.chatRequests.map(({ body }) => body.safety_identifier);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
    expect(JSON.stringify(server.requests)).not.toContain("U-ada");
  });

  test("nothing but what moderation made can be sent", async () => {
    const forged = { role: "user" as const, content: "raw text" as never };
    const { error } = await collect(
      connectChat(server).stream(chatRequest("hi", { messages: [forged] }), never),
    );
    expect(error).toBeDefined();
    expect(server.requests).toEqual([]);
  });
});
