import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { startOpenAiServer } from "../support/openai-server.ts";
import { startParleyProcess } from "../support/parley-process.ts";

it("what was said before Parley was called is there once after a crash, in the order in which it was said", async () => {
  const dir = await mkdtemp(join(tmpdir(), "parley-earlier-"));
  await using openai = await startOpenAiServer({
    reply: "one two three four five six",
    pace: { chunkDelayMs: 100 },
  });
  const env = { PARLEY_DATA_DIR: dir, OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url };
  const first = await startParleyProcess(env);
  const root = await first.client.post({
    as: "ada",
    channel: "general",
    text: "the crane lifts forty tonnes",
  });
  const thread = { as: "ada", channel: "general", thread: root.id };
  await first.client.post({ ...thread, as: "ben", text: "since May" });
  await first.client.post({ ...thread, text: "@Parley since when?" });
  await first.client.writing(thread);
  await first.end("SIGKILL");
  openai.pace({ chunkDelayMs: 0 });
  const second = await startParleyProcess(env);
  await second.client.answers(thread);
  await second.client.post({ ...thread, text: "sure?" });
  await second.client.answers(thread, 2);
  await second.end("SIGTERM");
  const before = [
    "Ada Okafor: the crane lifts forty tonnes",
    "Ben Lindqvist: since May",
    "Ada Okafor: since when?",
  ];
  const prompts = openai.chatRequests.map(({ body }) => body.messages.slice(1).map(({ content }) => content));
  for (const prompt of prompts) expect(prompt.slice(0, 3)).toEqual(before);
  expect(prompts.at(-1)?.slice(3)).toEqual(["one two three four five six", "Ada Okafor: sure?"]);
  await rm(dir, { recursive: true, force: true });
});
