import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";

import type { ChatPlace } from "./chat-client.ts";
import { startOpenAiServer } from "./openai-server.ts";
import type { OpenAiServer } from "./openai-server.ts";
import { platforms } from "./platforms.ts";
import type { LocalPlatform, PlatformTitle } from "./platforms.ts";

/** A platform, a model service and a folder that outlive the processes that are killed on them. */
export interface DeliveryWorld extends AsyncDisposable {
  readonly openai: OpenAiServer;
  readonly local: LocalPlatform;
  readonly env: Readonly<Record<string, string>>;
  ask(): Promise<ChatPlace>;
  untilReady(process: { readonly url: string }): Promise<void>;
  /** Exactly one whole answer, also some time afterwards. */
  expectOneAnswer(...threads: readonly ChatPlace[]): Promise<void>;
}

const answer = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
/** People ask as much as they like. */
const settings = "flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }";
/** After the last answer stands: long enough for another one to be posted. */
const settleMs = 500;
/** A lost post is looked for once more when the request can't be on the wire any longer. */
const patienceMs = 60_000;

export async function openDeliveryWorld(title: PlatformTitle): Promise<DeliveryWorld> {
  const dir = await mkdtemp(join(tmpdir(), "parley-delivery-"));
  await writeFile(join(dir, "parley.yaml"), settings);
  const make: () => Promise<LocalPlatform> = platforms[title];
  const [openai, local] = await Promise.all([
    startOpenAiServer({ reply: answer, pace: { chunkDelayMs: 15 } }),
    make(),
  ]);
  const own = async (thread: ChatPlace) => (await local.chat.messages(thread)).filter(({ isOwn }) => isOwn);

  async function untilAnswered(thread: ChatPlace): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await own(thread)).some(({ text, writing }) => text === answer && !writing)) {
      if (Date.now() > deadline) throw new Error(`no whole answer in ${thread.thread ?? ""}`);
      await sleep(20);
    }
  }

  return {
    openai,
    local,
    env: {
      PARLEY_DATA_DIR: dir,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      ...local.env,
    },
    async ask() {
      const { id } = await local.chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
      return { as: "ada", channel: "general", thread: id };
    },
    async untilReady({ url }) {
      local.connect?.(url);
      await local.chat.until(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), "Parley");
    },
    async expectOneAnswer(...threads) {
      for (const thread of threads) await untilAnswered(thread);
      await sleep(settleMs);
      for (const thread of threads) expect((await own(thread)).map(({ text }) => text)).toEqual([answer]);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([openai.close(), local[Symbol.asyncDispose]()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}
