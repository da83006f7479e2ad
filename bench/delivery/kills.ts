import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { startDiscordServerProcess } from "../../test/support/discord-server-process.ts";
import { startOpenAiServerProcess } from "../../test/support/openai-server-process.ts";
import { startParleyProcess } from "../../test/support/parley-process.ts";
import type { ParleyProcess } from "../../test/support/parley-process.ts";
import { startSlackServerProcess } from "../../test/support/slack-server-process.ts";
import type { BenchResult } from "../result.ts";
import { median, percentile } from "../stats.ts";

/** A local platform in a process of its own, whose record is compared with what was said. */
interface Witness {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  /** Asks in a channel; answers what the question's thread is found by. */
  ask(text: string): Promise<string>;
  /** Parley's messages in the thread of a question. */
  answers(question: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const witnesses: readonly (() => Promise<Witness>)[] = [witnessSlack, witnessDiscord];
const asksPerSecond = 4;
const longestLifeMs = 1_500;
const patienceMs = 180_000;
const answer = Array.from({ length: 40 }, (_, i) => `word${i}`).join(" ");
const settings = `
flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }
`;

/** Parley is killed at random instants while people ask; in the end every question has one whole answer. */
export async function killAtRandom(kills: number): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const start of witnesses) results.push(...(await killWhileAsked(await start(), kills)));
  return results;
}

async function killWhileAsked(witness: Witness, kills: number): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  await writeFile(join(dir, "parley.yaml"), settings);
  const openai = await startOpenAiServerProcess({ reply: answer, pace: { chunkDelayMs: 15 } });
  const start = () =>
    startParleyProcess({
      PARLEY_DATA_DIR: dir,
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      LOG_LEVEL: "error",
      ...witness.env,
    });
  const questions: string[] = [];
  const asking = new AbortController();
  const asked = (async () => {
    while (!asking.signal.aborted) {
      questions.push(await witness.ask(`question ${questions.length}`));
      await sleep(1_000 / asksPerSecond);
    }
  })();

  const readyMs: number[] = [];
  for (let kill = 0; kill < kills; kill++) {
    const begun = performance.now();
    const parley = await start();
    await untilReady(parley);
    readyMs.push(performance.now() - begun);
    await sleep(Math.random() * longestLifeMs);
    await parley.end("SIGKILL");
  }
  asking.abort();
  await asked;

  const last = await start();
  const record = await settle(witness, questions);
  await last.end("SIGTERM");
  const calls = (await openai.requests()).filter(({ kind }) => kind === "chat").length;
  await openai.close();
  await witness.close();
  await rm(dir, { recursive: true, force: true });
  const row = (what: string, value: number) => ({
    name: `${witness.name}: ${what}, ${kills} kills in ${questions.length} questions`,
    value,
    unit: "",
    target: "0",
    ok: value === 0,
  });
  return [
    row("questions without an answer", record.lost),
    row("questions with two answers", record.doubled),
    row("answers that are not whole", record.half),
    { name: `${witness.name}: calls of the model a question`, value: calls / questions.length, unit: "×" },
    {
      name: `${witness.name}: start → readyz, median`,
      value: median(readyMs),
      unit: "ms",
      comparedTo: "p99",
      comparedValue: percentile(readyMs, 99),
    },
  ];
}

interface Tally {
  lost: number;
  doubled: number;
  half: number;
}

/** Waits until nothing is missing any more, or for as long as is reasonable, and then for what should not come. */
async function settle(witness: Witness, questions: readonly string[]): Promise<Tally> {
  const deadline = performance.now() + patienceMs;
  let record = await compare(witness, questions);
  while (record.lost + record.half > 0 && performance.now() < deadline) {
    await sleep(1_000);
    record = await compare(witness, questions);
  }
  await sleep(2_000);
  return compare(witness, questions);
}

async function compare(witness: Witness, questions: readonly string[]): Promise<Tally> {
  const record = { lost: 0, doubled: 0, half: 0 };
  for (const question of questions) {
    const answers = await witness.answers(question);
    if (answers.length === 0) record.lost++;
    if (answers.length > 1) record.doubled++;
    if (answers.some((text) => text !== answer)) record.half++;
  }
  return record;
}

async function untilReady(parley: ParleyProcess): Promise<void> {
  while (!(await fetch(`${parley.url}/readyz`)).ok) await sleep(10);
}

async function witnessDiscord(): Promise<Witness> {
  const server = await startDiscordServerProcess();
  const { people, channels, bot } = server;
  return {
    name: "Discord",
    env: { DISCORD_TOKEN: server.token, DISCORD_API_URL: server.apiUrl },
    async ask(text) {
      const content = `<@${bot.id}> ${text}`;
      return (await server.call("say", { as: people.ada, channel: channels.general, content })).id;
    },
    async answers(question) {
      // The thread has the id of the message that it hangs on; there is none before the answer.
      const messages = await server.call("messages", question).catch(() => []);
      return messages
        .filter(({ author, content }) => author === bot.id && content !== "")
        .map(({ content }) => content);
    },
    close: () => server.close(),
  };
}

async function witnessSlack(): Promise<Witness> {
  const server = await startSlackServerProcess();
  const { users, channels, bot } = server;
  return {
    name: "Slack",
    env: {
      SLACK_BOT_TOKEN: server.botToken,
      SLACK_APP_TOKEN: server.appToken,
      SLACK_API_URL: server.apiUrl,
    },
    async ask(text) {
      const said = { as: users.ada, channel: channels.general, text: `<@${bot.userId}> ${text}` };
      return (await server.call("say", said)).ts;
    },
    async answers(question) {
      const messages = await server.call("messages", channels.general, { threadTs: question });
      return messages.filter(({ user }) => user === bot.userId).map(({ shown }) => shown);
    },
    close: () => server.close(),
  };
}
