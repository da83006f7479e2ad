import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openEmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import { createModels } from "../src/app/models.ts";
import { createStores } from "../src/app/stores.ts";
import { readConfig } from "../src/config.ts";
import { conversationKey } from "../src/core/conversation.ts";
import type { ChannelId, MessageId, PersonKey, ThreadId, WorkspaceId } from "../src/core/ids.ts";
import type { TokenCounter } from "../src/core/ports.ts";
import { cutChunks } from "../src/core/threads/chunks.ts";
import { titleOf } from "../src/core/threads/thread.ts";
import { createTokenCounter } from "../src/core/tokens.ts";
import { audienceKey } from "../src/core/visibility.ts";
import { createEmbedTexts } from "../src/handlers/threads/embed-texts.ts";
import { createIndexSources } from "../src/handlers/threads/index-sources.ts";
import { createStillFindable } from "../src/handlers/threads/still-findable.ts";
import type { ThreadSource } from "../src/handlers/threads/thread-source.ts";
import { startOpenAiServerProcess } from "../test/support/openai-server-process.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { readRetrievalSet } from "./retrieval/set.ts";

const threadCount = 10_000;
const channelCount = 20;
/** Threads a call, of one channel, as when a channel's history is read. */
const threadsEach = 20;
const space = { model: "text-embedding-3-small", dimensions: 512 };
const place = { platform: "slack", workspace: "T1" as WorkspaceId } as const;
const nobodys = new AbortController().signal;
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/**
 * How many threads a second become findable: cut, judged, embedded and stored, through the real client of a local service and
 * the embedded store. Threads are those of the labelled set, each a little different.
 */
export async function run(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-indexing-"));
  await using openai = await startOpenAiServerProcess();
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: silent });
  try {
    const { indexSources, tokens } = await assemble(storage, openai);
    const first = makeSources(0);
    await indexSources(first, nobodys);
    globalThis.gc?.();
    const [before, began] = [rssMb(), performance.now()];
    let [most, chunks] = [before, 0];
    for (let start = threadsEach; start < threadCount; start += threadsEach) {
      // oxlint-disable-next-line no-await-in-loop -- one call after the other, as a channel is read.
      await indexSources(makeSources(start), nobodys);
      most = Math.max(most, rssMb());
    }
    const seconds = (performance.now() - began) / 1_000;
    for (const name of await storage.vectors.collections()) chunks += await storage.vectors.size(name);
    const rate = (threadCount - threadsEach) / seconds;
    const againAt = performance.now();
    await indexSources(first, nobodys);
    return [
      {
        name: `${threadCount.toLocaleString("en-US")} threads indexed (${chunks.toLocaleString("en-US")} chunks)`,
        value: rate,
        unit: "threads/s",
        target: "≥ 200",
        ok: rate >= 200,
        comparedTo: "cutting them alone",
        comparedValue: await cutAlone(tokens),
      },
      { name: "memory of the process: what it grew by", value: most - before, unit: "MB" },
      {
        name: `the same ${threadsEach} again, which costs nothing`,
        value: performance.now() - againAt,
        unit: "ms",
      },
    ];
  } finally {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  }
}

type Storage = Awaited<ReturnType<typeof openEmbeddedStorage>>;

async function assemble(
  storage: Storage,
  { apiKey, url }: { readonly apiKey: string; readonly url: string },
) {
  const config = readConfig({ OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: url }, undefined);
  const stores = createStores(storage, {
    now: Date.now,
    verdictsKeptMs: config.moderation.logKeptMs,
    priceOf: () => undefined,
    note: () => undefined,
  });
  const ambient = { log: silent, now: Date.now, newId: randomUUID };
  const models = createModels(
    config,
    { options: { apiKey, baseUrl: url } },
    {
      storage,
      verdicts: stores.verdicts,
      chatSettings: { moderation: async () => ({ config: {}, workspace: {}, channel: {} }) },
      metrics: { judged: () => undefined, moderationAnswered: () => undefined },
      ...ambient,
    },
  );
  const tokens = await createTokenCounter();
  const indexSources = createIndexSources({
    storage,
    stores,
    moderate: models.moderate,
    embed: createEmbedTexts({
      // Budgets are measured by themselves.
      embedding: {
        async embed({ callId }, texts, options, signal) {
          const { vectors, call } = await models.embedding.embed(texts, options, signal);
          return { vectors, call: { ...call, callId } };
        },
      },
      tokens,
      cache: storage.cache,
      space,
      ...ambient,
    }),
    countTokens: (text) => tokens.count(text, space.model),
    stillFindable: createStillFindable(stores.threadExclusions),
    space,
    log: silent,
  });
  return { indexSources, tokens };
}

const labelled = readRetrievalSet().threads;

/** The threads of one call. */
function makeSources(start: number): readonly ThreadSource[] {
  const channel = `C${Math.floor(start / threadsEach) % channelCount}` as ChannelId;
  return Array.from({ length: threadsEach }, (_, i): ThreadSource => {
    const number = start + i;
    const { turns } = labelled[number % labelled.length] ?? { turns: [] };
    const at = { ...place, channel, thread: `t${number}` as ThreadId };
    const [first, ...rest] = turns.map((turn, position) => ({
      ...turn,
      id: `${number}-${position}`,
      message: `m${number}-${position}` as MessageId,
      text: `${turn.text} (${number})`,
      isQuestion: position === 0,
      person: `slack/T1/U${number % 100}` as PersonKey,
    }));
    if (first === undefined) throw new Error("a labelled thread has turns");
    return {
      conversation: conversationKey(at),
      place: at,
      audience: audienceKey({ ...place, channel }),
      source: "history",
      heading: titleOf(first.text),
      turns: [first, ...rest],
    };
  });
}

/** Threads a second. */
async function cutAlone(tokens: TokenCounter): Promise<number> {
  const count = (text: string) => tokens.count(text, space.model);
  const began = performance.now();
  for (const { turns, heading } of makeSources(0)) {
    // oxlint-disable-next-line no-await-in-loop -- as it is measured.
    await cutChunks(turns, count, { heading });
  }
  return threadsEach / ((performance.now() - began) / 1_000);
}

function rssMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

if (import.meta.main) printResults(await run());
