import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { startOpenAiServer } from "../support/openai-server.ts";
import type { OpenAiServer } from "../support/openai-server.ts";
import { startParleyProcess } from "../support/parley-process.ts";

const long = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");
const dm = { as: "ada", channel: "dm-ada" };

let dir: string;
let openai: OpenAiServer;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-kill-"));
  openai = await startOpenAiServer({ reply: long, pace: { chunkDelayMs: 10 } });
});

afterEach(async () => {
  await openai.close();
  await rm(dir, { recursive: true, force: true });
});

const env = () => ({ PARLEY_DATA_DIR: dir, OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url });

describe("killed with SIGKILL", { retry: 0 }, () => {
  it("while a reply streams, it completes that very message after the restart, and remembers the conversation", async () => {
    const first = await startParleyProcess(env());
    await first.client.post({ ...dm, text: "one" });
    const { id } = await first.client.writing(dm);
    await first.end("SIGKILL");

    const second = await startParleyProcess(env());
    expect(await second.client.answers(dm)).toMatchObject([{ id, text: long }]);
    await second.client.post({ ...dm, text: "two" });
    await second.client.answers(dm, 2);
    const prompt = openai.chatRequests
      .at(-1)
      ?.body.messages.slice(1)
      .map((message) => message.content);
    expect(prompt).toEqual(["one", long, "two"]);
    await second.end("SIGTERM");
  });

  it.each([0, 100, 600])(
    "%i ms after a message was taken in, every message has one whole answer",
    async (delayMs) => {
      const questions = ["dm-ada", "dm-ben", "dm-chloe"].map((channel) => ({
        as: channel.slice(3),
        channel,
        text: "hello",
      }));
      const first = await startParleyProcess(env());
      await Promise.all(questions.map((question) => first.client.post(question)));
      await sleep(delayMs);
      await first.end("SIGKILL");

      const second = await startParleyProcess(env());
      for (const { as, channel } of questions) {
        const answers = await second.client.answers({ as, channel });
        expect(answers.map(({ text }) => text)).toEqual([long]);
      }
      await second.end("SIGTERM");
      const third = await startParleyProcess(env());
      for (const { as, channel } of questions)
        expect((await third.client.messages(as, channel)).messages).toHaveLength(2);
      await third.end("SIGTERM");
    },
  );
});

describe("told to stop with SIGTERM", () => {
  it("lets a reply under way end, and takes in nothing more", async () => {
    const first = await startParleyProcess(env());
    await first.client.post({ ...dm, text: "one" });
    await first.client.writing(dm);
    first.signal("SIGTERM");
    await first.client.until(
      async () => ((await fetch(new URL("/readyz", first.url))).status === 503 ? true : undefined),
      "readyz 503",
    );
    expect(await first.client.tryPost({ ...dm, text: "two" })).toBe(503);
    expect(await first.exited).toBe(0);

    const second = await startParleyProcess(env());
    const { messages } = await second.client.messages("ada", "dm-ada");
    expect(messages.find(({ author }) => author === "parley")).toMatchObject({ text: long, writing: false });
    await second.end("SIGTERM");
  });

  it("twice leaves at once, and the reply is completed by the next process", async () => {
    openai.pace({ chunkDelayMs: 200 });
    const first = await startParleyProcess(env());
    await first.client.post({ ...dm, text: "one" });
    const { id } = await first.client.writing(dm);
    first.signal("SIGTERM");
    await sleep(100);
    expect(await first.end("SIGTERM")).toBe(1);
    openai.pace({ chunkDelayMs: 0 });
    const second = await startParleyProcess(env());
    expect(await second.client.answers(dm)).toMatchObject([{ id, text: long }]);
    await second.end("SIGTERM");
  });
});

describe("a start that can't be", () => {
  it("on a folder in use ends with one sentence and status 1", async () => {
    const first = await startParleyProcess(env());
    await expect(startParleyProcess(env())).rejects.toThrow(/in use|another/i);
    await first.end("SIGTERM");
  });

  it("with wrong settings names every one of them", async () => {
    await expect(startParleyProcess({ ...env(), PORT: "many", LOG_LEVEL: "loud" })).rejects.toThrow(
      /PORT[\s\S]*LOG_LEVEL|LOG_LEVEL[\s\S]*PORT/,
    );
  });
});
