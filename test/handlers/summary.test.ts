import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import { createSummaries } from "../../src/adapters/storage/stores/summaries.ts";
import type { LedgerEntry } from "../../src/core/ledger.ts";
import type { ConversationKey } from "../../src/core/ids.ts";
import { en } from "../../src/core/words/en.ts";
import { createMemoryLog } from "../support/log.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import type { ChatBody, OpenAiServer } from "../support/openai-server.ts";
import { startParley } from "../support/parley.ts";
import type { TestParley } from "../support/parley.ts";
import { startParleyProcess } from "../support/parley-process.ts";
import { seedTurns } from "../support/seed.ts";

const dm = { as: "ada", channel: "dm-ada" };
const key = "playground/playground/dm-ada" as ConversationKey;
const settings = "context: { maxTokens: 1000, summary: { maxTokens: 100 } }";
const [firstLine = ""] = en.summary.instructions(100).split("\n");
const isSummary = ({ messages }: ChatBody) => String(messages[0]?.content).startsWith(firstLine);
const said = ({ messages }: ChatBody) => messages.map(({ content }) => String(content)).join("\n");
const summaries = (openai: OpenAiServer) => openai.chatRequests.filter(({ body }) => isSummary(body));
const answersTo = (openai: OpenAiServer) => openai.chatRequests.filter(({ body }) => !isSummary(body));

const seed = (count: number) => (dataDir: string) =>
  seedTurns(
    dataDir,
    [{ channel: "dm-ada" }],
    (i) => `Crane ${i} lifts ${i} tonnes of the harbour's load.`,
    count,
    18,
  );

function summarising(openai: OpenAiServer, text = "Cranes lift tonnes."): void {
  openai.reply((body) => (isSummary(body) ? text : "ok"));
}

async function untilSummarised({ openai, client, log }: TestParley, count = 1): Promise<void> {
  const kept = () => log.filter(({ message }) => message === "older messages summarised").length;
  await client.until(
    async () => (kept() >= count && summaries(openai).length >= count ? true : undefined),
    "a summary",
  );
}

/** Answered by a message in a direct channel. */
async function command({ client }: TestParley, text: string): Promise<string> {
  const own = async () =>
    (await client.messages("ada", "dm-ada")).messages.filter(({ author }) => author === "parley");
  const before = (await own()).length;
  await client.tryPost({ ...dm, text });
  const answers = await client.until(async () => {
    const now = await own();
    return now.length > before ? now : undefined;
  }, "the answer");
  return answers.at(-1)?.text ?? "";
}

async function open(dataDir: string) {
  return openEmbeddedStorage({ dir: dataDir, now: Date.now, log: createMemoryLog() });
}

describe("a summary", () => {
  it("of 5,000 messages reads no more than its cap, and is shown with what was spent", async () => {
    await using parley = await startParley(settings, { seed: seed(5_000) });
    summarising(parley.openai);
    await parley.client.post({ ...dm, text: "and now?" });
    await parley.client.answers(dm);
    await untilSummarised(parley);
    await parley.client.until(async () => {
      const info = await command(parley, "/parley chat info");
      return /stands for the [\d,]{5}/.test(info) ? true : undefined;
    }, "the whole summary");
    const read = summaries(parley.openai).map(({ body }) => said(body).length / 4);
    expect(read.reduce((sum, tokens) => sum + tokens, 0)).toBeLessThan(80_000);
    const info = await command(parley, "/parley chat info");
    expect(info).toContain("Cranes lift tonnes.");
    expect(info).toMatch(/for summaries/);
    expect(info).toMatch(/Spent so far: \d+ calls/);
    const before = answersTo(parley.openai).length;
    await parley.client.post({ ...dm, text: "and then?" });
    await parley.client.until(
      async () => answersTo(parley.openai).length > before || undefined,
      "the question",
    );
    const prompt = answersTo(parley.openai).at(-1);
    expect(prompt && said(prompt.body)).toContain(en.summary.standing("Cranes lift tonnes."));
    expect(prompt && said(prompt.body).length / 4).toBeLessThan(2_000);
  });

  it("is in the ledger as what it is, for whom it follows from", async () => {
    await using parley = await startParley(settings, { seed: seed(50) });
    summarising(parley.openai);
    await parley.client.post({ ...dm, text: "and now?" });
    await parley.client.answers(dm);
    await untilSummarised(parley);
    await parley.stop();
    const storage = await open(parley.dataDir);
    const range = { direction: "oldestFirst", limit: 100 } as const;
    const entries = await storage.log.range<LedgerEntry>("ledger/playground/playground", range);
    const calls = entries.map(({ value }) => value).filter(({ kind }) => kind === "summary");
    expect(calls).toHaveLength(summaries(parley.openai).length);
    for (const call of calls)
      expect(call).toMatchObject({
        person: "playground/playground/ada",
        conversation: key,
        finishReason: "stop",
      });
    const { value } = await createSummaries(storage).get(key);
    expect(value).toMatchObject({ text: "Cranes lift tonnes.", people: ["playground/playground/ada"] });
    await storage.close();
  });

  it("that moderation blocks reaches no prompt", async () => {
    await using parley = await startParley(settings, { seed: seed(60) });
    parley.openai.blockWords({ nasty: "harassment" });
    summarising(parley.openai, "something nasty");
    await parley.client.post({ ...dm, text: "and now?" });
    await parley.client.answers(dm);
    await untilSummarised(parley);
    await parley.client.post({ ...dm, text: "and then?" });
    await parley.client.answers(dm, 2);
    expect(
      answersTo(parley.openai)
        .map(({ body }) => said(body))
        .join("\n"),
    ).not.toContain("nasty");
  });

  it("is gone with a reset", async () => {
    await using parley = await startParley(settings, { seed: seed(60) });
    summarising(parley.openai);
    await parley.client.post({ ...dm, text: "and now?" });
    await parley.client.answers(dm);
    await untilSummarised(parley);
    await command(parley, "/parley chat reset");
    await parley.client.post({ ...dm, text: "what do cranes do?" });
    await parley.client.answers(dm, 3);
    expect(said(answersTo(parley.openai).at(-1)?.body as ChatBody)).not.toContain("Cranes lift tonnes.");
  });

  it("is not written where trimming drops, nor for what fits", async () => {
    for (const [yaml, count] of [
      [`${settings.slice(0, -2)}, trim: drop }`, 60],
      [settings, 10],
    ] as const) {
      await using parley = await startParley(yaml, { seed: seed(count) });
      summarising(parley.openai);
      for (let i = 1; i <= 2; i++) {
        await parley.client.post({ ...dm, text: "and now?" });
        await parley.client.answers(dm, i);
      }
      await parley.stop();
      expect(summaries(parley.openai)).toEqual([]);
    }
  });

  it("waits for a model that fails, and the conversation doesn't", async () => {
    await using parley = await startParley(`model: { maxRetries: 0 }\n${settings}`, { seed: seed(60) });
    let failures = 0;
    parley.openai.reply((body) => {
      if (!isSummary(body)) return "ok";
      failures++;
      return failures === 1 ? "" : "Cranes lift tonnes.";
    });
    await parley.client.post({ ...dm, text: "and now?" });
    expect((await parley.client.answers(dm))[0]?.text).toContain("ok");
    await untilSummarised(parley);
    expect(failures).toBeGreaterThan(1);
  });

  it("is finished after a crash in its middle, and kept once", async () => {
    const dir = await mkdtemp(join(tmpdir(), "parley-fold-"));
    await writeFile(join(dir, "parley.yaml"), settings);
    await seed(60)(dir);
    const openai = await startOpenAiServer();
    let hold: (() => void) | undefined;
    openai.reply(async (body) => {
      if (!isSummary(body)) return "ok";
      if (summaries(openai).length === 1) await new Promise<void>((resolve) => (hold = resolve));
      return "Cranes lift tonnes.";
    });
    const env = {
      PARLEY_DATA_DIR: dir,
      PARLEY_CONFIG: join(dir, "parley.yaml"),
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
    };
    const first = await startParleyProcess(env);
    const { client } = first;
    await client.post({ ...dm, text: "and now?" });
    await client.answers(dm);
    await client.until(async () => hold && true, "a summary that is being written");
    await first.end("SIGKILL");
    hold?.();
    const second = await startParleyProcess(env);
    const again = second.client;
    await again.until(async () => (summaries(openai).length > 1 ? true : undefined), "the summary");
    await again.post({ ...dm, text: "and then?" });
    await again.answers(dm, 2);
    await second.end("SIGKILL");
    const storage = await open(dir);
    const { value, version } = await createSummaries(storage).get(key);
    expect(value?.text).toBe("Cranes lift tonnes.");
    expect(version).toBe(1);
    expect(summaries(openai)).toHaveLength(2);
    await storage.close();
    await openai.close();
    await rm(dir, { recursive: true, force: true });
  });
});
