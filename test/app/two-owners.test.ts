import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { startInstances } from "../support/instances.ts";
import type { Instance } from "../support/instances.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import { platforms } from "../support/platforms.ts";
import type { PlatformTitle } from "../support/platforms.ts";
import { stallOwners } from "../support/stalled-owners.ts";

const titles: readonly PlatformTitle[] = ["Discord", "Slack over a socket"];
const leaseMs = 600;
const answer = Array.from({ length: 30 }, (_, i) => `word${i}`).join(" ");
/** Longer than the other takes to end the answer, shorter than Slack's clients wait for theirs. */
const lateMs = 4_000;
/** A lost post is looked for once more after a quarter of a minute. */
const patienceMs = 60_000;

describe.each(titles)("an instance that stands still in %s", { timeout: 180_000 }, (title) => {
  it("for longer than it holds its questions leaves one whole answer to each", async () => {
    const report = await stallOwners(title, 6);
    expect(report).toMatchObject({ lost: 0, doubled: 0, half: 0 });
    expect(report.takenOver).toBeGreaterThan(0);
  });
});

const onTheWire = titles.flatMap((title) =>
  ["posting the reply", "editing the reply"].map((what) => [title, what] as const),
);

describe.concurrent("a request that arrives when another has answered", { timeout: 90_000 }, () => {
  it.each(onTheWire)("in %s, %s, leaves one whole answer", async (title, what) => {
    const dir = await mkdtemp(join(tmpdir(), "parley-owners-"));
    await using local = await platforms[title]();
    await using openai = await startOpenAiServer({ reply: answer, pace: { chunkDelayMs: 20 } });
    await using instances = await startInstances({ dir, yaml: "", leaseMs });
    const env = { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url, ...local.env };
    const both = await Promise.all([instances.start(env), instances.start(env)]);
    for (const { url } of both)
      await local.chat.until(async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), "both");

    const call = local.calls.find((each) => each.title === what);
    call?.late(lateMs);
    const { id } = await local.chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
    await local.chat.until(async () => ((call?.count() ?? 0) > 0 ? true : undefined), what);
    const owner = both.find((each) => each.claims() > 0) as Instance;
    const other = both.find((each) => each !== owner) as Instance;
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
    await rm(dir, { recursive: true, force: true });
  });
});

/** Whether what the superseded owner wrote was looked after. */
async function mended(both: readonly Instance[]): Promise<boolean> {
  const lines = (await Promise.all(both.map((each) => each.logged()))).flat();
  return lines.some((line) => line.includes("put right what a superseded owner wrote"));
}
