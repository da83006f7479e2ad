import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { Storage } from "../../src/core/storage.ts";
import { startInstances } from "../support/instances.ts";
import type { Instance } from "../support/instances.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import { platforms } from "../support/platforms.ts";
import type { LocalPlatform, PlatformTitle } from "../support/platforms.ts";
import { stallOwners } from "../support/stalled-owners.ts";

const titles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];
const leaseMs = 600;
const answer = Array.from({ length: 30 }, (_, i) => `word${i}`).join(" ");
/** Longer than the other takes to end the answer, shorter than Slack's clients wait for theirs. */
const lateMs = 4_000;
/** A lost post is looked for once more after a quarter of a minute. */
const patienceMs = 60_000;

describe.each(titles)("an instance that stands still in %s", { timeout: 180_000, retry: 0 }, (title) => {
  it("for longer than it holds its questions leaves one whole answer to each", async () => {
    const report = await stallOwners(title, 6);
    expect(report).toMatchObject({ lost: 0, doubled: 0, half: 0 });
    expect(report.takenOver).toBeGreaterThan(0);
  });
});

const onTheWire = titles.flatMap((title) =>
  ["posting the reply", "editing the reply"].map((what) => [title, what] as const),
);

describe.concurrent("a request that arrives when another has answered", { timeout: 90_000, retry: 0 }, () => {
  it.each(onTheWire)("in %s, %s, leaves one whole answer", async (title, what) => {
    await using two = await startTwo(title, 20);
    const { local, both } = two;
    const call = local.calls.find((each) => each.title === what);
    call?.late(lateMs);
    const { id } = await local.chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
    await local.chat.until(async () => ((call?.count() ?? 0) > 0 ? true : undefined), what);
    const { owner, other } = two.owners();
    owner.signal("SIGSTOP");
    await local.chat.until(async () => (other.claims() > 0 ? true : undefined), "another owner");
    await sleep(1_000);
    owner.signal("SIGCONT");

    const texts = async () => {
      const there = await local.chat.messages({ as: "ada", channel: "general", thread: id });
      return there.filter(({ isOwn }) => isOwn).map(({ text, writing }) => (writing ? "" : text));
    };
    await sleep(lateMs);
    const deadline = Date.now() + patienceMs;
    while (Date.now() < deadline && !((await mended(both)) && (await texts())[0] === answer)) await sleep(50);
    expect(await texts()).toEqual([answer]);
  });
});

describe("what people do to a reply", { timeout: 60_000, retry: 0 }, () => {
  it.each(titles)("in %s reaches its owner on whichever instance", async (title) => {
    await using two = await startTwo(title, 150);
    const { chat } = two.local;
    for (let round = 0; round < 4; round++) {
      const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
      const thread = { as: "ada", channel: "general", thread: id } as const;
      const growing = await chat.writing(thread);
      await chat.stop({ ...thread, id: growing.id });
      const [reply] = await chat.answers(thread);
      expect(reply?.text).toContain("Stopped.");
      expect(reply?.text).not.toContain(answer);
    }
  });

  it("is done by the next owner where theirs stands still and dies", async () => {
    await using two = await startTwo("Discord", 150);
    const { chat } = two.local;
    const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
    const thread = { as: "ada", channel: "general", thread: id } as const;
    const growing = await chat.writing(thread);
    const { owner } = two.owners();
    owner.signal("SIGSTOP");
    await chat.stop({ ...thread, id: growing.id });
    const pressed = () => two.storage.records.get("stops", growing.id);
    await chat.until(async () => ((await pressed()) ? true : undefined), "the stop to be kept");
    owner.signal("SIGKILL");
    const [reply] = await chat.answers(thread);
    expect(reply).toMatchObject({ id: growing.id });
    expect(reply?.text).toContain("Stopped.");
    expect(reply?.text).not.toContain(answer);
  });
});

interface Two extends AsyncDisposable {
  readonly local: LocalPlatform;
  readonly both: readonly Instance[];
  readonly storage: Storage;
  /** Who was given a question, and who was not. */
  owners(): { readonly owner: Instance; readonly other: Instance };
}

/** Two instances on one store, and a model that says a word each `chunkDelayMs`. */
async function startTwo(title: PlatformTitle, chunkDelayMs: number): Promise<Two> {
  const dir = await mkdtemp(join(tmpdir(), "parley-owners-"));
  const make: () => Promise<LocalPlatform> = platforms[title];
  const local = await make();
  const openai = await startOpenAiServer({ reply: answer, pace: { chunkDelayMs } });
  const instances = await startInstances({ dir, yaml: "", leaseMs });
  const env = { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url, ...local.env };
  const both = await Promise.all([instances.start(env), instances.start(env)]);
  for (const { url } of both)
    await local.chat.until(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), "both");
  return {
    local,
    both,
    storage: instances.storage,
    owners() {
      const owner = both.find((each) => each.claims() > 0) as Instance;
      return { owner, other: both.find((each) => each !== owner) as Instance };
    },
    async [Symbol.asyncDispose]() {
      await instances[Symbol.asyncDispose]();
      await Promise.all([openai.close(), local[Symbol.asyncDispose]()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether what the superseded owner wrote was looked after. */
async function mended(both: readonly Instance[]): Promise<boolean> {
  const lines = (await Promise.all(both.map((each) => each.logged()))).flat();
  return lines.some((line) => line.includes("put right what a superseded owner wrote"));
}
