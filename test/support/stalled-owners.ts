import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { ChatPlace } from "./chat-client.ts";
import { startInstances } from "./instances.ts";
import type { Instance } from "./instances.ts";
import { startOpenAiServer } from "./openai-server.ts";
import { platforms } from "./platforms.ts";
import type { LocalPlatform, PlatformTitle } from "./platforms.ts";

export interface StallReport {
  readonly questions: number;
  /** Replies that were taken over from an instance that stood still. */
  readonly takenOver: number;
  /** Questions under which there were two messages of Parley's for a moment. */
  readonly twoForAMoment: number;
  /** Replies into which somebody wrote who no longer owned them; put right afterwards. */
  readonly mended: number;
  readonly lost: number;
  readonly doubled: number;
  readonly half: number;
}

const leaseMs = 600;
const answer = Array.from({ length: 30 }, (_, i) => `word${i}`).join(" ");
const yaml = "flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }";
const settleMs = 60_000;
const watchEveryMs = 25;

/**
 * Two instances answer what is asked without a pause. One of them, either, is stopped with SIGSTOP at a random instant for
 * longer than its leases, while the other takes over, and goes on with SIGCONT. In the end each question has one whole answer.
 */
export async function stallOwners(title: PlatformTitle, stalls: number): Promise<StallReport> {
  const dir = await mkdtemp(join(tmpdir(), "parley-stalls-"));
  const make: () => Promise<LocalPlatform> = platforms[title];
  const [openai, local, instances] = await Promise.all([
    startOpenAiServer({ reply: answer, pace: { chunkDelayMs: 20 } }),
    make(),
    startInstances({ dir, yaml, leaseMs }),
  ]);
  try {
    const env = { OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url, ...local.env };
    const both: readonly Instance[] = await Promise.all([instances.start(env), instances.start(env)]);
    for (const { url } of both)
      await local.chat.until(
        async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined),
        "an instance",
      );

    const questions: ChatPlace[] = [];
    const seen = new Map<string, number>();
    const asking = new AbortController();
    const watching = new AbortController();
    const asked = ask(local, questions, asking.signal);
    const watched = watch(local, questions, seen, watching.signal);
    for (let stall = 0; stall < stalls; stall++) {
      await sleep(300 + Math.random() * 600);
      const one = both[Math.floor(Math.random() * both.length)];
      one?.signal("SIGSTOP");
      await sleep(leaseMs * (1.4 + Math.random()));
      one?.signal("SIGCONT");
    }
    asking.abort();
    await asked;
    const record = await settle(local, questions);
    watching.abort();
    await watched;
    const logged = (await Promise.all(both.map((each) => each.logged()))).flat();
    const count = (message: string) => logged.filter((line) => line.includes(message)).length;
    await Promise.all(both.map((each) => each.stop()));
    return {
      questions: questions.length,
      takenOver: count("claim superseded"),
      twoForAMoment: [...seen.values()].filter((most) => most > 1).length,
      mended: count("put right what a superseded owner wrote"),
      ...record,
    };
  } finally {
    await instances[Symbol.asyncDispose]();
    await Promise.all([openai.close(), local[Symbol.asyncDispose]()]);
    await rm(dir, { recursive: true, force: true });
  }
}

async function ask({ chat }: LocalPlatform, questions: ChatPlace[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley hello" });
    questions.push({ as: "ada", channel: "general", thread: id });
    await sleep(400);
  }
}

const ownTexts = async ({ chat }: LocalPlatform, place: ChatPlace) =>
  (await chat.messages(place)).filter(({ isOwn }) => isOwn);

/** Notes how many messages of Parley's stood under each question at most. */
async function watch(
  local: LocalPlatform,
  questions: readonly ChatPlace[],
  seen: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const recent = 40;
  while (!signal.aborted) {
    for (const place of questions.slice(-recent)) {
      const { length } = await ownTexts(local, place);
      seen.set(place.thread ?? "", Math.max(length, seen.get(place.thread ?? "") ?? 0));
    }
    await sleep(watchEveryMs);
  }
}

async function settle(
  local: LocalPlatform,
  questions: readonly ChatPlace[],
): Promise<Pick<StallReport, "lost" | "doubled" | "half">> {
  const compare = async () => {
    const record = { lost: 0, doubled: 0, half: 0 };
    for (const place of questions) {
      const own = await ownTexts(local, place);
      if (own.length === 0) record.lost++;
      if (own.length > 1) record.doubled++;
      if (own.some(({ text, writing }) => text !== answer || writing)) record.half++;
    }
    return record;
  };
  const deadline = Date.now() + settleMs;
  for (;;) {
    const { lost, doubled, half } = await compare();
    if (lost + doubled + half === 0 || Date.now() > deadline) break;
    await sleep(250);
  }
  // What comes late would be seen now.
  await sleep(1_500);
  return compare();
}
