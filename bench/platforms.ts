import { setTimeout as sleep } from "node:timers/promises";

import { startDiscordServerProcess } from "../test/support/discord-server-process.ts";
import { startOpenAiServerProcess } from "../test/support/openai-server-process.ts";
import type { OpenAiProcessOptions, OpenAiServerProcess } from "../test/support/openai-server-process.ts";
import { startSlackServerProcess } from "../test/support/slack-server-process.ts";
import { startDiscordFloor } from "./discord-floor-child.ts";
import type { Measured, MeasuredChild } from "./measured-child.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { startSlackFloor } from "./slack-floor-child.ts";
import { median, percentile } from "./stats.ts";
import { withParley } from "./with-parley.ts";

/** A local platform in a process of its own, with somebody who mentions Parley in a channel. */
interface BenchPlatform {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Answers when the platform sent the message on: milliseconds since the epoch. */
  mention(text: string): Promise<number>;
  /** Calls that it was asked for so far. */
  calls(): Promise<number>;
  /** A program that makes the calls of a reply and nothing else. */
  startFloor(openai: OpenAiServerProcess): Promise<MeasuredChild>;
  close(): Promise<void>;
}

const platforms: readonly (() => Promise<BenchPlatform>)[] = [startSlack, startDiscord];

async function startSlack(): Promise<BenchPlatform> {
  const server = await startSlackServerProcess({ agentView: false });
  const { apiUrl, botToken, appToken, users, channels, bot } = server;
  return {
    name: "Slack",
    env: { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl },
    async mention(text) {
      const said = { as: users.ada, channel: channels.general, text: `<@${bot.userId}> ${text}` };
      return Number((await server.call("say", said)).ts) * 1_000;
    },
    calls: async () => (await server.read("calls")).length,
    startFloor: (openai) => startSlackFloor({ botToken, appToken, apiUrl, openai }),
    close: () => server.close(),
  };
}

async function startDiscord(): Promise<BenchPlatform> {
  const server = await startDiscordServerProcess();
  const { token, apiUrl, people, channels, bot } = server;
  return {
    name: "Discord",
    env: { DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl },
    async mention(text) {
      const content = `<@${bot.id}> ${text}`;
      return (await server.call("say", { as: people.ada, channel: channels.general, content })).createdAt;
    },
    calls: async () => (await server.read("calls")).length,
    startFloor: (openai) => startDiscordFloor({ token, apiUrl, openai }),
    close: () => server.close(),
  };
}

const reply = "The crane at the north quay lifts forty tonnes, and the one at the south quay twenty-five. "
  .repeat(4)
  .trim();
const question = "Could you tell me again what the crane at the north quay lifts? ".repeat(4);

/** Whole turns on the platforms, each beside the program that makes the same calls with the same client. */
export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const start of platforms) {
    results.push(...(await costAndLatency(start)));
    results.push(...(await manyStreams(start)));
  }
  return results;
}

interface Turns {
  readonly cpuMs: number;
  readonly calls: number;
  readonly latenciesMs: readonly number[];
}

async function costAndLatency(start: () => Promise<BenchPlatform>): Promise<BenchResult[]> {
  const [rate, seconds, rounds] = [50, 8, 3];
  const parley: Turns[] = [];
  const floor: Turns[] = [];
  let name = "";
  for (let round = 0; round < rounds; round++) {
    const platform = await start();
    ({ name } = platform);
    const openai = await startOpenAiServerProcess({ reply });
    const floorChild = await platform.startFloor(openai);
    floor.push(await takeTurns(platform, openai, floorChild, rate, seconds));
    await floorChild.stop();
    await withParley(platform.env, openai, async (child) => {
      parley.push(await takeTurns(platform, openai, child, rate, seconds));
    });
    await openai.close();
    await platform.close();
  }
  const of = (turns: readonly Turns[], read: (turn: Turns) => number) => median(turns.map(read));
  const cpu = of(parley, ({ cpuMs }) => cpuMs) - of(floor, ({ cpuMs }) => cpuMs);
  const latency = (percent: number) =>
    of(parley, ({ latenciesMs }) => percentile(latenciesMs, percent)) -
    of(floor, ({ latenciesMs }) => percentile(latenciesMs, percent));
  const comparedTo = "the same calls alone";
  return [
    {
      name: `${name}: own CPU of a turn at ${rate} turns/s, storage threads included`,
      value: cpu,
      unit: "ms",
      target: "≤ 1",
      ok: cpu <= 1,
      comparedTo,
      comparedValue: of(floor, ({ cpuMs }) => cpuMs),
    },
    {
      name: `${name}: calls of the platform a turn`,
      value: of(parley, ({ calls }) => calls),
      unit: "",
      comparedTo,
      comparedValue: of(floor, ({ calls }) => calls),
    },
    ...[50, 99].map((percent) => ({
      name: `${name}: latency that Parley adds at ${rate} turns/s, p${percent}`,
      value: latency(percent),
      unit: "ms",
      ...(percent === 99 && { target: "≤ 25", ok: latency(percent) <= 25 }),
      comparedTo,
      comparedValue: of(floor, ({ latenciesMs }) => percentile(latenciesMs, percent)),
    })),
  ];
}

async function takeTurns(
  platform: BenchPlatform,
  openai: OpenAiServerProcess,
  child: MeasuredChild,
  rate: number,
  seconds: number,
): Promise<Turns> {
  await atRate(rate, rate * 2, (i) => platform.mention(`warm ${i}`));
  await sleep(1_000);
  const before = { calls: await platform.calls(), requests: (await openai.requests()).length };
  await child.reset();
  const sent = await atRate(rate, rate * seconds, (i) => platform.mention(`turn-${i}- ${question}`));
  await sleep(2_000);
  const { cpuMs } = await child.measure();
  const requests = (await openai.requests()).slice(before.requests);
  const latenciesMs = requests.flatMap(({ kind, at, body }) => {
    const turn = kind === "chat" ? /turn-(\d+)-/.exec(JSON.stringify(body))?.[1] : undefined;
    const sentAt = turn === undefined ? undefined : sent[Number(turn)];
    return sentAt === undefined ? [] : [at - sentAt];
  });
  const calls = (await platform.calls()) - before.calls;
  return { cpuMs: cpuMs / sent.length, calls: calls / sent.length, latenciesMs };
}

async function manyStreams(start: () => Promise<BenchPlatform>): Promise<BenchResult[]> {
  const streams = 500;
  const platform = await start();
  const options: OpenAiProcessOptions = {
    reply: reply.repeat(3),
    pace: { chunkDelayMs: 100 },
    recordBodies: false,
  };
  const openai = await startOpenAiServerProcess(options);
  let measured: Measured | undefined;
  await withParley(platform.env, openai, async (child) => {
    await atRate(100, streams, (i) => platform.mention(`stream ${i}`));
    await child.reset();
    await sleep(5_000);
    measured = await child.measure();
  });
  await openai.close();
  await platform.close();
  const p99 = measured?.eventLoopP99Ms ?? Number.NaN;
  return [
    {
      name: `${platform.name}: event-loop delay p99 with ${streams} replies streaming at once`,
      value: p99,
      unit: "ms",
      target: "≤ 50",
      ok: p99 <= 50,
      comparedTo: "longest delay",
      comparedValue: measured?.eventLoopMaxMs ?? Number.NaN,
    },
  ];
}

async function atRate(
  rate: number,
  count: number,
  work: (i: number) => Promise<number>,
): Promise<readonly number[]> {
  const under: Promise<number>[] = [];
  const begun = performance.now();
  for (let i = 0; i < count; i++) {
    await sleep(Math.max(0, begun + (i * 1000) / rate - performance.now()));
    under.push(work(i));
  }
  return Promise.all(under);
}

if (import.meta.main) printResults(await run());
