import { describe, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createConversations } from "../../src/adapters/storage/stores/conversations.ts";
import type { LedgerEntry } from "../../src/core/ledger.ts";
import { createMemoryLog } from "../support/log.ts";
import type { Fault } from "../support/openai-server.ts";
import { startParley } from "../support/parley.ts";
import type { TestParley } from "../support/parley.ts";

async function readLedger(parley: TestParley): Promise<LedgerEntry[]> {
  await parley.stop();
  const storage = await openEmbeddedStorage({ dir: parley.dataDir, now: Date.now, log: createMemoryLog() });
  const entries = await storage.log.range<LedgerEntry>("ledger/playground/playground", {
    direction: "oldestFirst",
    limit: 100,
  });
  const { items } = await storage.log.byPerson<LedgerEntry>("playground/playground/ada", { limit: 100 });
  expect(items.filter(({ key }) => key.startsWith("ledger/"))).toHaveLength(entries.length);
  await storage.close();
  return entries.map(({ value }) => value);
}

describe("the ledger", () => {
  it("holds an entry a call, with the provider's tokens, and for whom it was", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.usage({
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 64 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
    const { id: thread } = await client.post({ as: "ada", channel: "general", text: "@Parley hello" });
    await client.answers({ as: "ada", channel: "general", thread });
    const who = {
      platform: "playground",
      workspace: "playground",
      channel: "general",
      thread,
      person: "playground/playground/ada",
      persona: "professional",
    };
    const [moderation, chat, ...more] = await readLedger(parley);
    expect(more).toEqual([]);
    expect(moderation).toMatchObject({
      ...who,
      kind: "moderation",
      model: "omni-moderation-latest",
      estimated: false,
      microUsd: 0,
    });
    expect(chat).toMatchObject({
      ...who,
      kind: "chat",
      model: "gpt-6-luna",
      responseId: expect.stringMatching(/^chatcmpl-/),
      tokens: { input: 100, cachedInput: 64, cacheWrite: 0, output: 20, reasoning: 5 },
      estimated: false,
      finishReason: "stop",
      // 36 × 0.1 + 64 × 0.01 + 20 × 0.5 = 14.24, of gpt-6-luna's list price
      microUsd: 14,
      byClass: { input: 4, cached: 0, output: 10 },
      savedMicroUsd: 6,
    });
    expect(chat?.callId).not.toBe(moderation?.callId);
    expect(chat?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it("holds what a private question cost, of which no conversation remains", async () => {
    await using parley = await startParley();
    const { client, openai } = parley;
    openai.reply("Here you are.");
    await client.tryPost({ as: "ada", channel: "general", text: "/parley ask hello" });
    await client.until(async () => {
      const { notices } = await client.messages("ada", "general");
      return notices.length > 0 ? notices : undefined;
    }, "the answer");
    const entries = await readLedger(parley);
    const who = { channel: "general", person: "playground/playground/ada", persona: "professional" };
    expect(entries).toMatchObject([
      { ...who, kind: "moderation" },
      { ...who, kind: "chat" },
    ]);
    const storage = await openEmbeddedStorage({ dir: parley.dataDir, now: Date.now, log: createMemoryLog() });
    const conversations = createConversations(storage);
    expect(await conversations.recent("playground", 0, 10)).toEqual([]);
    await storage.close();
  });

  it.each<[string, Fault, string, boolean]>([
    ["a stream without usage", { kind: "noUsage" }, "stop", true],
    ["a stream cut in the middle", { kind: "cut", afterChunks: 2 }, "model_cut", true],
    ["a call that was refused", { kind: "serverError" }, "model_unavailable", false],
  ])("counts %s here and marks it estimated", async (_what, fault, finishReason, costs) => {
    await using parley = await startParley("model: { maxRetries: 0 }");
    parley.openai.reply("one two three four five");
    parley.openai.fail("chat", fault);
    await parley.client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    await parley.client.answers({ as: "ada", channel: "dm-ada" });
    const chat = (await readLedger(parley)).find(({ kind }) => kind === "chat");
    expect(chat).toMatchObject({ estimated: true, finishReason });
    expect((chat?.tokens.input ?? 0) > 100).toBe(costs);
    expect((chat?.tokens.output ?? 0) > 0).toBe(costs);
  });

  it("counts what a service read that we gave up before its first word", async () => {
    await using parley = await startParley("model: { maxRetries: 0, timeoutMs: 300 }");
    parley.openai.fail("chat", { kind: "silence" });
    await parley.client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    await parley.client.answers({ as: "ada", channel: "dm-ada" });
    const chat = (await readLedger(parley)).find(({ kind }) => kind === "chat");
    expect(chat).toMatchObject({ estimated: true, finishReason: "model_timeout", tokens: { output: 0 } });
    expect(chat?.tokens.input).toBeGreaterThan(100);
  });

  it("holds each call of an answer that was tried again with less", async () => {
    await using parley = await startParley();
    parley.openai.fail("chat", { kind: "contextLength" });
    await parley.client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    await parley.client.answers({ as: "ada", channel: "dm-ada" });
    const chats = (await readLedger(parley)).filter(({ kind }) => kind === "chat");
    expect(chats).toMatchObject([
      { finishReason: "context_overflow", microUsd: 0 },
      { finishReason: "stop", microUsd: expect.any(Number) },
    ]);
  });

  it("says in the log when the provider counts otherwise", async () => {
    await using parley = await startParley();
    parley.openai.usage({ prompt_tokens: 10_000 });
    await parley.client.post({ as: "ada", channel: "dm-ada", text: "hello" });
    await parley.client.answers({ as: "ada", channel: "dm-ada" });
    expect(parley.log.filter(({ message }) => message.includes("drift"))).toMatchObject([
      { level: "warn", fields: { reported: 10_000 } },
    ]);
  });
});
