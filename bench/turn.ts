import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createPlaygroundClient } from "../test/support/playground-client.ts";
import type { PlaygroundClient } from "../test/support/playground-client.ts";
import { startOpenAiServerProcess } from "../test/support/openai-server-process.ts";
import type { OpenAiProcessOptions, OpenAiServerProcess } from "../test/support/openai-server-process.ts";
import { seedDirectTurns } from "../test/support/seed.ts";
import { startParleyChild } from "./parley-child.ts";
import type { Measured, ParleyChild } from "./parley-child.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { median, percentile } from "./stats.ts";

const reply = "The crane at the north quay lifts forty tonnes, and the one at the south quay twenty-five. "
  .repeat(4)
  .trim();
const message =
  "Could you tell me again what the crane at the north quay lifts, and whether the other one could take over? ".repeat(
    4,
  );

interface Setting {
  readonly openai: OpenAiServerProcess;
  readonly parley: ParleyChild;
  readonly client: PlaygroundClient;
}

/** Whole turns through the whole program: the playground's HTTP in, moderation and chat of a local server out. */
export async function run(): Promise<BenchResult[]> {
  return [
    ...(await costByLength()),
    ...(await addedLatency()),
    ...(await manyStreams()),
    ...(await slowDisk()),
  ];
}

async function costByLength(): Promise<BenchResult[]> {
  const rounds = 7;
  const turnsEach = 40;
  const seed = async (dir: string) => {
    await seedDirectTurns(dir, ["ada"], () => message, 10, 96);
    await seedDirectTurns(dir, ["ben"], () => message, 5_000, 96);
  };
  const [short, long]: [number[], number[]] = [[], []];
  await withParley({ reply }, { seed }, async ({ parley, client }) => {
    const cost = async (person: string, text: string, turns: number) => {
      await parley.reset();
      for (let i = 0; i < turns; i++) await ask(client, person, `${text} ${i}`);
      return (await parley.measure()).cpuMs / turns;
    };
    for (const person of ["ada", "ben"]) await cost(person, "warm", turnsEach);
    for (let round = 0; round < rounds; round++) {
      short.push(await cost("ada", `short ${round}`, turnsEach));
      long.push(await cost("ben", `long ${round}`, turnsEach));
    }
  });
  const ratio = median(long) / median(short);
  return [
    {
      name: "CPU of a turn after 5,000 messages, against one after 10",
      value: ratio,
      unit: "×",
      target: "≤ 1.2",
      ok: ratio <= 1.2,
      comparedTo: "CPU ms of a turn after 10 messages",
      comparedValue: median(short),
    },
  ];
}

async function addedLatency(): Promise<BenchResult[]> {
  const [latencies, measured] = await turnsPerSecond(50, 20, {});
  const p99 = percentile(latencies, 99);
  return [
    {
      name: "event in → chat request out at 50 turns/s, p99 (moderation call included)",
      value: p99,
      unit: "ms",
      target: "≤ 25",
      ok: p99 <= 25,
      comparedTo: "p50",
      comparedValue: percentile(latencies, 50),
    },
    { name: "CPU of a turn at 50 turns/s", value: measured.cpuMs / latencies.length, unit: "ms" },
  ];
}

async function slowDisk(): Promise<BenchResult[]> {
  const seconds = 15;
  const [latencies, measured] = await turnsPerSecond(50, seconds, { commitDelayMs: 20 });
  return [
    {
      name: "turns/s held with every commit delayed by 20 ms",
      value: latencies.length / seconds,
      unit: "/s",
      target: "≥ 50",
      ok: latencies.length / seconds >= 49.5,
      comparedTo: "p99 ms, event in → chat request out",
      comparedValue: percentile(latencies, 99),
    },
    {
      name: "event-loop delay p99 meanwhile",
      value: measured.eventLoopP99Ms,
      unit: "ms",
      target: "≤ 20",
      ok: measured.eventLoopP99Ms <= 20,
    },
  ];
}

async function manyStreams(): Promise<BenchResult[]> {
  const streams = 500;
  let measured: Measured | undefined;
  const pace = { chunkDelayMs: 100 };
  await withParley(
    { reply, pace, recordBodies: false },
    { yaml: "concurrency: 1000" },
    async ({ parley, client }) => {
      const roots = await inBatches(streams, 25, (i) =>
        client.post({ as: "ada", channel: "general", text: `@Parley stream ${i}` }),
      );
      await parley.reset();
      await sleep(5_000);
      measured = await parley.measure();
      await Promise.all(
        roots.slice(-3).map(({ id }) => client.answers({ as: "ada", channel: "general", thread: id })),
      );
    },
  );
  const p99 = measured?.eventLoopP99Ms ?? Number.NaN;
  return [
    {
      name: `event-loop delay p99 with ${streams} replies streaming at once`,
      value: p99,
      unit: "ms",
      target: "≤ 50",
      ok: p99 <= 50,
      comparedTo: "longest delay",
      comparedValue: measured?.eventLoopMaxMs ?? Number.NaN,
    },
  ];
}

/** Mentions in new threads at a steady rate; answers how long each took from being sent to the chat request. */
async function turnsPerSecond(
  rate: number,
  seconds: number,
  options: { readonly commitDelayMs?: number },
): Promise<[number[], Measured]> {
  const sent = new Map<string, number>();
  let measured: Measured | undefined;
  const latencies: number[] = [];
  await withParley({ reply }, options, async ({ openai, parley, client }) => {
    for (let i = 0; i < rate; i++)
      await client.post({ as: "ada", channel: "general", text: `@Parley warm ${i}` });
    await parley.reset();
    const posts: Promise<unknown>[] = [];
    const begun = performance.now();
    for (let i = 0; i < rate * seconds; i++) {
      await sleep(Math.max(0, begun + (i * 1000) / rate - performance.now()));
      const name = `turn-${i}-`;
      sent.set(name, performance.timeOrigin + performance.now());
      posts.push(client.post({ as: "ada", channel: "general", text: `@Parley ${name} ${message}` }));
    }
    await Promise.all(posts);
    measured = await parley.measure();
    await sleep(1_000);
    for (const { kind, at, body } of await openai.requests()) {
      const name = kind === "chat" ? /turn-\d+-/.exec(JSON.stringify(body))?.[0] : undefined;
      const sentAt = name && sent.get(name);
      if (sentAt) latencies.push(at - sentAt);
    }
  });
  if (measured === undefined) throw new Error("nothing was measured");
  return [latencies, measured];
}

async function withParley(
  openaiOptions: OpenAiProcessOptions,
  options: {
    readonly yaml?: string;
    readonly commitDelayMs?: number;
    readonly seed?: (dir: string) => Promise<void>;
  },
  use: (setting: Setting) => Promise<void>,
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const openai = await startOpenAiServerProcess(openaiOptions);
  await options.seed?.(dir);
  const parley = await startParleyChild({
    env: { PARLEY_DATA_DIR: dir, OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url },
    ...(options.yaml !== undefined && { yaml: options.yaml }),
    ...(options.commitDelayMs !== undefined && { commitDelayMs: options.commitDelayMs }),
  });
  try {
    await use({ openai, parley, client: createPlaygroundClient(parley.url) });
  } finally {
    await parley.stop();
    await openai.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Posts to Parley directly and waits for the complete answer. */
async function ask(client: PlaygroundClient, person: string, text: string): Promise<void> {
  const where = { as: person, channel: `dm-${person}` };
  const { id } = await client.post({ ...where, text });
  await client.until(async () => {
    const { messages } = await client.messages(person, where.channel);
    const asked = messages.findIndex((each) => each.id === id);
    return messages.slice(asked + 1).some((each) => each.author === "parley" && !each.writing) || undefined;
  }, "an answer");
}

async function inBatches<T>(count: number, size: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let i = 0; i < count; i += size)
    done.push(
      ...(await Promise.all(Array.from({ length: Math.min(size, count - i) }, (_, j) => work(i + j)))),
    );
  return done;
}

if (import.meta.main) printResults(await (process.argv[2] === "latency" ? addedLatency() : run()));
