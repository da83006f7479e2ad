import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startDiscordServerProcess } from "../test/support/discord-server-process.ts";
import { startSlackServerProcess } from "../test/support/slack-server-process.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { median } from "./stats.ts";

const runs = 7;
const idleMs = 3_000;

/** Loads the libraries that no Parley can do without, and serves nothing: what is left is Parley's own. */
const floorProgram = `
  await Promise.all([import("openai"), import("pino"), import("hono"), import("zod"), import("keyv")]);
  console.error("Parley is open at none");
  setInterval(() => {}, 1000);
`;

const platformsFloorProgram = floorProgram.replace(
  'import("openai")',
  'import("openai"), import("@slack/bolt"), import("@slack/socket-mode"), import("discord.js")',
);

interface Started {
  readonly readyMs: number;
  readonly rssMb: number;
}

/** From the start of the process to `readyz` 200 with a warm disk, and its memory when idle. */
export async function run(): Promise<BenchResult[]> {
  return [...(await startAlone()), ...(await startWithPlatforms())];
}

/** Slack and Discord are local and in processes of their own. */
async function startWithPlatforms(): Promise<BenchResult[]> {
  await using slack = await startSlackServerProcess();
  await using discord = await startDiscordServerProcess();
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.apiUrl,
    PARLEY_OFFLINE_MODEL: "on",
  };
  await measure(["src/main.ts", "start"], env);
  const started: Started[] = [];
  const floors: Started[] = [];
  for (let i = 0; i < runs; i++) {
    started.push(await measure(["src/main.ts", "start"], env));
    floors.push(await measure(["--input-type=module", "--eval", platformsFloorProgram]));
  }
  const readyMs = median(started.map((each) => each.readyMs));
  const rssMb = median(started.map((each) => each.rssMb));
  const comparedTo = "Node with the libraries alone";
  return [
    {
      name: "process start → readyz 200, with Slack and Discord",
      value: readyMs,
      unit: "ms",
      target: "≤ 2000",
      ok: readyMs <= 2_000,
      comparedTo,
      comparedValue: median(floors.map((each) => each.readyMs)),
    },
    {
      name: "idle RSS, with Slack, Discord and the playground",
      value: rssMb,
      unit: "MB",
      target: "≤ 250",
      ok: rssMb <= 250,
      comparedTo,
      comparedValue: median(floors.map((each) => each.rssMb)),
    },
  ];
}

async function startAlone(): Promise<BenchResult[]> {
  await measure(["src/main.ts", "start"]); // Warms the disk and the compile cache.
  const started: Started[] = [];
  const floors: Started[] = [];
  for (let i = 0; i < runs; i++) {
    started.push(await measure(["src/main.ts", "start"]));
    floors.push(await measure(["--input-type=module", "--eval", floorProgram]));
  }
  const readyMs = median(started.map((each) => each.readyMs));
  const rssMb = median(started.map((each) => each.rssMb));
  const comparedTo = "Node with the libraries alone";
  return [
    {
      name: "process start → readyz 200",
      value: readyMs,
      unit: "ms",
      target: "≤ 1000",
      ok: readyMs <= 1_000,
      comparedTo,
      comparedValue: median(floors.map((each) => each.readyMs)),
    },
    {
      name: "idle RSS, playground alone",
      value: rssMb,
      unit: "MB",
      target: "≤ 190",
      ok: rssMb <= 190,
      comparedTo,
      comparedValue: median(floors.map((each) => each.rssMb)),
    },
  ];
}

async function measure(
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const env = {
    PATH: process.env["PATH"],
    PORT: "0",
    PARLEY_DATA_DIR: dir,
    PARLEY_CONFIG: "",
    LOG_LEVEL: "silent",
    ...more,
  };
  const begun = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  try {
    const url = await openedAt(child.stderr);
    if (url !== "none") await untilReady(url);
    const readyMs = performance.now() - begun;
    await sleep(idleMs);
    return { readyMs, rssMb: await residentMb(child.pid ?? 0) };
  } finally {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
    await rm(dir, { recursive: true, force: true });
  }
}

async function openedAt(output: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of output) {
    text += chunk.toString();
    const url = /open at (\S+)/.exec(text)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`the process ended: ${text}`);
}

async function untilReady(url: string): Promise<void> {
  while ((await fetch(new URL("/readyz", url))).status !== 200) await sleep(5);
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

if (import.meta.main) printResults(await run());
