import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import type { OpenAiServer } from "../support/openai-server.ts";
import { startParleyProcess } from "../support/parley-process.ts";
import type { ParleyProcess } from "../support/parley-process.ts";
import { platforms } from "../support/platforms.ts";
import type { LocalPlatform, PlatformTitle } from "../support/platforms.ts";

const answerText = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
/** After the last answer stands: long enough for another one to be posted. */
const settleMs = 500;

/** What differs over HTTP is the ack alone. */
const titles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];

describe.each(titles)("killed with SIGKILL in %s", { timeout: 60_000 }, (title) => {
  let dir: string;
  let openai: OpenAiServer;
  let local: LocalPlatform;
  const running = new Set<ParleyProcess>();

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "parley-delivery-"));
    [openai, local] = await Promise.all([
      startOpenAiServer({ reply: answerText, pace: { chunkDelayMs: 20 } }),
      platforms[title](),
    ]);
  });

  afterEach(async () => {
    await Promise.all([...running].map((each) => each.end("SIGKILL")));
    running.clear();
    await Promise.all([openai.close(), local[Symbol.asyncDispose]()]);
    await rm(dir, { recursive: true, force: true });
  });

  async function start(): Promise<ParleyProcess> {
    const parley = await startParleyProcess({
      PARLEY_DATA_DIR: dir,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      ...local.env,
    });
    running.add(parley);
    local.connect?.(parley.url);
    await local.chat.until(
      async () => ((await fetch(`${parley.url}/readyz`)).ok ? true : undefined),
      "Parley to be ready",
    );
    return parley;
  }

  async function kill(parley: ParleyProcess): Promise<void> {
    await parley.end("SIGKILL");
    running.delete(parley);
  }

  const ask = async (): Promise<ChatPlace> => {
    const { id } = await local.chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
    return { as: "ada", channel: "general", thread: id };
  };

  async function expectOneAnswer(thread: ChatPlace): Promise<void> {
    await local.chat.until(async () => {
      const own = (await local.chat.messages(thread)).filter(({ isOwn }) => isOwn);
      return own.some(({ text, writing }) => text === answerText && !writing) ? true : undefined;
    }, "the whole answer");
    await sleep(settleMs);
    const own = (await local.chat.messages(thread)).filter(({ isOwn }) => isOwn);
    expect(own.map(({ text }) => text)).toEqual([answerText]);
  }

  it.each(["moderation", "chat"] as const)(
    "while %s is asked, the message has one whole answer",
    async (kind) => {
      const first = await start();
      openai.fail(kind, { kind: "silence" });
      const thread = await ask();
      await local.chat.until(
        async () => (openai.requests.some((request) => request.kind === kind) ? true : undefined),
        "the request",
      );
      await kill(first);
      openai.heal();
      await start();
      await expectOneAnswer(thread);
    },
  );

  describe.each(["hang", "loseResponse"] as const)("at a call with the fault %s", (fault) => {
    it.each([0, 1, 2])("number %i, the message has one whole answer", async (index) => {
      const call = local.calls[index];
      if (!call) return;
      const first = await start();
      call[fault]();
      const thread = await ask();
      await local.chat.until(async () => (call.count() > 0 ? true : undefined), call.title);
      await sleep(20);
      await kill(first);
      local.heal();
      await start();
      await expectOneAnswer(thread);
    });
  });

  it("while the whole answer is posted, nobody asks the model again", async () => {
    const first = await start();
    openai.pace({ chunkDelayMs: 0 });
    const post = local.calls.find(({ title: name }) => name === "posting the reply");
    if (!post) throw new Error("there is no call to hold up");
    post.hang();
    const thread = await ask();
    await local.chat.until(async () => (post.count() > 0 ? true : undefined), "the post");
    await kill(first);
    local.heal();
    await start();
    await expectOneAnswer(thread);
    expect(openai.chatRequests).toHaveLength(1);
  });

  it.each([0, 30, 100, 250, 500, 900])(
    "%i ms after three questions, each has one whole answer",
    async (delayMs) => {
      const first = await start();
      const threads = await Promise.all([ask(), ask(), ask()]);
      await sleep(delayMs);
      await kill(first);
      await start();
      for (const thread of threads) await expectOneAnswer(thread);
    },
  );
});
