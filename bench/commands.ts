import { setTimeout as sleep } from "node:timers/promises";

import { readCommand } from "../src/core/command/parse.ts";
import { commandTable } from "../src/core/command/table.ts";
import { awkwardStrings } from "../test/support/awkward-strings.ts";
import { startDiscordServerProcess } from "../test/support/discord-server-process.ts";
import { startOpenAiServerProcess } from "../test/support/openai-server-process.ts";
import { startSlackServerProcess } from "../test/support/slack-server-process.ts";
import type { BenchResult } from "./result.ts";
import { percentile } from "./stats.ts";
import { withParley } from "./with-parley.ts";

/** How soon a command is acknowledged, which is after it was stored, and what reading one costs, whatever is written. */
export async function run(): Promise<BenchResult[]> {
  return [...readRandomTexts(), ...(await ackSlackCommands()), ...(await ackDiscordCommands())];
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const texts = 100_000;
/** What Slack lets a person write after a command. */
const maxTextChars = 4_000;
const slowMs = 5;

function readRandomTexts(): readonly BenchResult[] {
  const random = createRandom(1);
  const times: number[] = [];
  let thrown = 0;
  for (let i = 0; i < texts; i++) {
    const text = randomText(random);
    let ms = timeReading(text);
    // A pause of the machine does not come twice at the same text.
    for (let again = 0; ms !== undefined && ms > slowMs && again < 3; again++)
      ms = Math.min(ms, timeReading(text) ?? 0);
    if (ms === undefined) thrown++;
    else times.push(ms);
  }
  const slowest = times.reduce((most, ms) => Math.max(most, ms), 0);
  return [
    {
      name: `${texts.toLocaleString("en-US")} random command texts: readings that throw`,
      value: thrown,
      unit: "",
      target: "0",
      ok: thrown === 0,
    },
    {
      name: "the slowest of them",
      value: slowest,
      unit: "ms",
      target: `≤ ${slowMs}`,
      ok: slowest <= slowMs,
      comparedTo: "p50",
      comparedValue: percentile(times, 50),
    },
  ];
}

function timeReading(text: string): number | undefined {
  const begun = performance.now();
  try {
    readCommand(commandTable, text);
  } catch {
    return undefined;
  }
  return performance.now() - begun;
}

const words = [
  ...Object.keys(commandTable.commands),
  ...Object.keys(commandTable.groups),
  ...awkwardStrings,
  '"',
  "“",
  "'",
  "\\",
  "/",
  "for",
  "to",
  "=",
  ":",
  "<@U01>",
  "<#C01|general>",
  "0.7",
  "-1",
  "1e999",
  "NaN",
];

/** Commands, quotes and odd text in any order; some a word long, some as long as can be sent. */
function randomText(random: () => number): string {
  const pick = () => words[Math.floor(random() * words.length)] ?? "";
  let text = random() < 0.7 ? pick() : "";
  const pieces = Math.floor(random() ** 3 * 60);
  for (let i = 0; i < pieces; i++) text += (random() < 0.8 ? " " : "") + pick();
  if (random() < 0.01) text += pick().repeat(maxTextChars);
  return text.slice(0, maxTextChars);
}

/** Numbers in [0, 1) that are the same in each run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// ── Acknowledging ────────────────────────────────────────────────────────────────────────────────────────────────────

const given = 200;
/** Before them: the first command of a process loads code. */
const warmUps = 20;
const everyMs = 50;
const commands = ["help", "chat info", "persona list", "persona catalogue"] as const;
const maxAckMs = 100;

async function ackSlackCommands(): Promise<readonly BenchResult[]> {
  await using openai = await startOpenAiServerProcess({ reply: "ok" });
  await using slack = await startSlackServerProcess({ agentView: false });
  const { botToken, appToken, apiUrl, users, channels } = slack;
  const env = { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: apiUrl };
  const give = async (text: string) => {
    const act = { as: users.ada, channel: channels.general, command: "/parley", text };
    await slack.call("slash", act);
  };
  return await withParley(env, openai, async () => {
    await giveCommands(give);
    const acks = async () => {
      const sent = (await slack.read("deliveries")).filter(({ kind }) => kind === "slash_commands");
      return sent.map(({ attempts, ackedAt }) => ({ sentAt: attempts[0]?.at ?? Number.NaN, ackedAt }));
    };
    return [ackResult("Slack", await allAcked(acks))];
  });
}

async function ackDiscordCommands(): Promise<readonly BenchResult[]> {
  await using openai = await startOpenAiServerProcess({ reply: "ok" });
  await using discord = await startDiscordServerProcess();
  const { token, apiUrl, people, channels } = discord;
  const give = async (text: string) => {
    const [group = "", name] = text.split(" ");
    const options =
      name === undefined
        ? [{ name: group, type: 1 }]
        : [{ name: group, type: 2, options: [{ name, type: 1 }] }];
    await discord.call("slash", { as: people.ada, channel: channels.general, command: "parley", options });
  };
  return await withParley({ DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl }, openai, async () => {
    await discord.until(
      async () => (await discord.call("commands")).length > 0,
      "the commands to be registered",
    );
    await giveCommands(give);
    const acks = async () =>
      (await discord.call("interactions")).map(({ at, response }) => ({ sentAt: at, ackedAt: response?.at }));
    return [ackResult("Discord", await allAcked(acks))];
  });
}

async function giveCommands(give: (text: string) => Promise<void>): Promise<void> {
  for (let i = 0; i < warmUps + given; i++) {
    await give(commands[i % commands.length] ?? "help");
    await sleep(everyMs);
  }
}

interface Ack {
  /** Milliseconds since the epoch, by the platform's clock. */
  readonly sentAt: number;
  readonly ackedAt: number | undefined;
}

/** From each command to its acknowledgement, in milliseconds. */
async function allAcked(acks: () => Promise<readonly Ack[]>): Promise<readonly number[]> {
  for (;;) {
    const all = await acks();
    const waits = all.flatMap(({ sentAt, ackedAt }) => (ackedAt === undefined ? [] : [ackedAt - sentAt]));
    if (waits.length === warmUps + given) return waits.slice(warmUps);
    await sleep(200);
  }
}

function ackResult(platform: string, waits: readonly number[]): BenchResult {
  const p99 = percentile(waits, 99);
  return {
    name: `${platform}: a command is acknowledged, p99 of ${given} at ${1_000 / everyMs}/s`,
    value: p99,
    unit: "ms",
    target: `≤ ${maxAckMs}`,
    ok: p99 <= maxAckMs,
    comparedTo: "p50",
    comparedValue: percentile(waits, 50),
  };
}
