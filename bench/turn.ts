import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { createPlaygroundClient } from "../test/support/playground-client.ts";
import type { PlaygroundClient } from "../test/support/playground-client.ts";
import { startOpenAiServerProcess } from "../test/support/openai-server-process.ts";
import type { OpenAiProcessOptions, OpenAiServerProcess } from "../test/support/openai-server-process.ts";
import { seedTurns } from "../test/support/seed.ts";
import type { SeededPlace } from "../test/support/seed.ts";
import { startFloorChild } from "./floor-child.ts";
import { startParleyChild } from "./parley-child.ts";
import type { Measured, MeasuredChild } from "./measured-child.ts";
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

const general = { as: "ada", channel: "general" };

interface Setting {
  readonly openai: OpenAiServerProcess;
  readonly parley: MeasuredChild;
  readonly client: PlaygroundClient;
}

/** Whole turns through the whole program: the playground's HTTP in, moderation and chat of a local server out. */
export async function run(): Promise<BenchResult[]> {
  return [
    ...(await costByLength("drop")),
    ...(await addedLatency()),
    ...(await manyStreams()),
    ...(await slowDisk()),
  ];
}

/**
 * Threads of two lengths, asked in turn, with summaries on or off; nobody looks on, so that all CPU is the turns' own, and
 * that of the summaries that they give rise to.
 */
export async function costByLength(trim: "summarise" | "drop"): Promise<BenchResult[]> {
  const [threads, rounds, askedEach] = [8, 7, 5];
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const options = { dir, settings: `context: { trim: ${trim} }` };
  const summaries = trim === "summarise" ? ", summaries on" : "";
  let roots: string[] = [];
  await withParley({ reply }, options, async ({ client }) => {
    const posted = await inBatches(2 * threads, 4, (i) =>
      client.post({ ...general, text: `@Parley thread ${i}` }),
    );
    roots = posted.map(({ id }) => id);
    for (const thread of roots) await client.answers({ ...general, thread });
  });
  const places = roots.map((thread) => ({ channel: general.channel, thread }));
  const [short, long] = [places.slice(0, threads), places.slice(threads)];
  await seedTurns(dir, short, () => message, 10, 96);
  await seedTurns(dir, long, () => message, 5_000, 96);

  const costs: { short: number[]; long: number[] } = { short: [], long: [] };
  await withParley({ reply }, options, async ({ parley, client }) => {
    const cost = async (asked: readonly SeededPlace[]) => {
      await parley.reset();
      for (let i = 0; i < askedEach; i++) {
        await Promise.all(
          asked.map((place) => client.post({ as: "ada", ...place, text: `${message} ${i}` })),
        );
        await sleep(400);
      }
      return (await parley.measure()).cpuMs / (asked.length * askedEach);
    };
    for (const asked of [short, long, short, long]) await cost(asked);
    for (let round = 0; round < rounds; round++) {
      costs.short.push(await cost(short));
      costs.long.push(await cost(long));
    }
  });
  await rm(dir, { recursive: true, force: true });
  const ratio = median(costs.long) / median(costs.short);
  return [
    {
      name: `CPU of a turn after 5,000 messages, as a multiple of one after 10${summaries}`,
      value: ratio,
      unit: "×",
      target: "≤ 1.2",
      ok: ratio <= 1.2,
    },
    { name: `CPU of a turn after 10 messages${summaries}`, value: median(costs.short), unit: "ms" },
  ];
}

/** Parley, and in the same run a program that makes the same two calls with the same client and stores nothing. */
async function addedLatency(): Promise<BenchResult[]> {
  const [rate, seconds, rounds] = [50, 10, 3];
  const parley: number[][] = [];
  const floor: number[][] = [];
  let cpuMs = 0;
  for (let round = 0; round < rounds; round++) {
    floor.push(await floorTurnsPerSecond(rate, seconds));
    const [latencies, measured] = await turnsPerSecond(rate, seconds, {});
    parley.push(latencies);
    cpuMs = measured.cpuMs / latencies.length;
  }
  const over = (percent: number) =>
    median(parley.map((each) => percentile(each, percent))) -
    median(floor.map((each) => percentile(each, percent)));
  const p99 = over(99);
  return [
    {
      name: "latency that Parley adds at 50 turns/s, p99 (median of runs)",
      value: p99,
      unit: "ms",
      target: "≤ 25",
      ok: p99 <= 25,
      comparedTo: "p99 of the same calls alone",
      comparedValue: median(floor.map((each) => percentile(each, 99))),
    },
    {
      name: "latency that Parley adds at 50 turns/s, p50 (median of runs)",
      value: over(50),
      unit: "ms",
      comparedTo: "p50 of the same calls alone",
      comparedValue: median(floor.map((each) => percentile(each, 50))),
    },
    { name: "CPU of a turn at 50 turns/s, storage threads included", value: cpuMs, unit: "ms" },
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
  await withParley({ reply, pace, recordBodies: false }, {}, async ({ parley, client }) => {
    const roots = await inBatches(streams, 25, (i) =>
      client.post({ ...general, text: `@Parley stream ${i}` }),
    );
    await parley.reset();
    await sleep(5_000);
    measured = await parley.measure();
    await Promise.all(roots.slice(-3).map(({ id }) => client.answers({ ...general, thread: id })));
  });
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
  let measured: Measured | undefined;
  let latencies: number[] = [];
  await withParley({ reply }, options, async ({ openai, parley, client }) => {
    const ask = (text: string) => client.post({ ...general, text: `@Parley ${text}` });
    await atRate(rate, rate * 2, (i) => ask(`warm ${i}`));
    await parley.reset();
    const sent = await atRate(rate, rate * seconds, (_i, name) => ask(`${name} ${message}`));
    measured = await parley.measure();
    await sleep(1_000);
    latencies = await untilChatRequest(openai, sent);
  });
  if (measured === undefined) throw new Error("nothing was measured");
  return [latencies, measured];
}

async function floorTurnsPerSecond(rate: number, seconds: number): Promise<number[]> {
  const openai = await startOpenAiServerProcess({ reply });
  const floor = await startFloorChild(openai);
  const ask = async (text: string) => (await fetch(floor.url, { method: "POST", body: text })).text();
  await atRate(rate, rate * 2, (i) => ask(`warm ${i}`));
  const sent = await atRate(rate, rate * seconds, (_i, name) => ask(`${name} ${message}`));
  const latencies = await untilChatRequest(openai, sent);
  await floor.stop();
  await openai.close();
  return latencies;
}

/** Does the work so often a second, without waiting for it in between; answers when each was begun, by its name. */
async function atRate(
  rate: number,
  count: number,
  work: (i: number, name: string) => Promise<unknown>,
): Promise<Map<string, number>> {
  const sent = new Map<string, number>();
  const under: Promise<unknown>[] = [];
  const begun = performance.now();
  for (let i = 0; i < count; i++) {
    await sleep(Math.max(0, begun + (i * 1000) / rate - performance.now()));
    const name = `turn-${i}-`;
    sent.set(name, performance.timeOrigin + performance.now());
    under.push(work(i, name));
  }
  await Promise.all(under);
  return sent;
}

async function untilChatRequest(
  openai: OpenAiServerProcess,
  sent: ReadonlyMap<string, number>,
): Promise<number[]> {
  const requests = await openai.requests();
  return requests.flatMap(({ kind, at, body }) => {
    const name = kind === "chat" ? /turn-\d+-/.exec(JSON.stringify(body))?.[0] : undefined;
    const sentAt = name === undefined ? undefined : sent.get(name);
    return sentAt === undefined ? [] : [at - sentAt];
  });
}

async function withParley(
  openaiOptions: OpenAiProcessOptions,
  options: { readonly commitDelayMs?: number; readonly dir?: string; readonly settings?: string },
  use: (setting: Setting) => Promise<void>,
): Promise<void> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "parley-bench-")));
  const openai = await startOpenAiServerProcess(openaiOptions);
  const parley = await startParleyChild({
    env: { PARLEY_DATA_DIR: dir, OPENAI_API_KEY: openai.apiKey, OPENAI_BASE_URL: openai.url },
    ...(options.commitDelayMs !== undefined && { commitDelayMs: options.commitDelayMs }),
    ...(options.settings !== undefined && { settings: options.settings }),
  });
  try {
    await use({ openai, parley, client: createPlaygroundClient(parley.url) });
  } finally {
    await parley.stop();
    await openai.close();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  }
}

async function inBatches<T>(count: number, size: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let i = 0; i < count; i += size)
    done.push(
      ...(await Promise.all(Array.from({ length: Math.min(size, count - i) }, (_, j) => work(i + j)))),
    );
  return done;
}

if (import.meta.main) printResults(await run());
