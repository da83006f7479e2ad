import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { startApp } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { startBadLine } from "./bad-line.ts";
import type { BadLine } from "./bad-line.ts";
import { createMemoryLog } from "./log.ts";
import { startOpenAiServer } from "./openai-server.ts";
import type { ChatBody, OpenAiServer } from "./openai-server.ts";
import { startSlackServer } from "./slack-server.ts";
import type { SlackServer } from "./slack-server.ts";

export interface StormReport {
  readonly messages: number;
  /** Requests that Parley got for them. */
  readonly events: number;
  readonly twice: number;
  readonly lostAnswers: number;
  readonly replies: number;
  readonly unanswered: number;
  readonly answeredTwice: number;
  /** Replies that answer several messages in another order than they were written. */
  readonly outOfOrder: number;
  /** Conversations whose memory holds a message twice, or two in the wrong order. */
  readonly muddled: number;
}

const settings = "flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }";
const sayEveryMs = 4;
/** Of the calls that post and edit. */
const lossEveryMs = 60;
const patienceMs = 180_000;
const mark = /m(\d+)\.(\d+)\b/g;

/** Parley behind a Slack that reaches it over a bad line. */
export interface BadSlack extends AsyncDisposable {
  readonly slack: SlackServer;
  readonly openai: OpenAiServer;
  readonly line: BadLine;
  /** Until all is delivered and the inbox is empty. */
  untilQuiet(): Promise<void>;
}

/** A fifth of the requests arrives twice, they overtake each other, and answers get lost. */
export async function startBehindBadLine(random: () => number): Promise<BadSlack> {
  const dir = await mkdtemp(join(tmpdir(), "parley-storm-"));
  const line = await startBadLine({ twice: 0.2, loses: 0.05, maxDelayMs: 80, random });
  const openai = await startOpenAiServer({ reply: ({ messages }) => questionsIn(messages).join(" ") });
  const retryDelaysMs = [0, 200, 500, 1_000];
  const slack = await startSlackServer({ mode: "http", eventsUrl: line.url, retryDelaysMs });
  const config = readConfig(
    {
      PORT: "0",
      PARLEY_DATA_DIR: dir,
      PARLEY_PLAYGROUND: "off",
      OPENAI_API_KEY: openai.apiKey,
      OPENAI_BASE_URL: openai.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
    },
    { path: "parley.yaml", text: settings },
  );
  const app = await startApp(config, { log: createMemoryLog(), now: Date.now, newId: randomUUID });
  line.connectTo(`${app.url}/slack/events`);

  async function isQuiet(): Promise<boolean> {
    if (!slack.deliveries.every(({ finished }) => finished)) return false;
    const text = await (await fetch(`${app.url}/metrics`)).text();
    return ["waiting", "claimed"].every((state) => text.includes(`parley_inbox_entries{state="${state}"} 0`));
  }

  return {
    slack,
    openai,
    line,
    async untilQuiet() {
      const deadline = Date.now() + patienceMs;
      for (let quiet = 0; quiet < 5 && Date.now() < deadline; await sleep(100)) {
        quiet = (await isQuiet()) ? quiet + 1 : 0;
      }
    },
    async [Symbol.asyncDispose]() {
      await app.stop();
      await Promise.all([slack.close(), openai.close(), line[Symbol.asyncDispose]()]);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/**
 * People say `messages` things in `conversations` threads, while answers get lost on both ways. The model says what it was
 * asked.
 */
export async function stormOfEvents(options: {
  readonly messages: number;
  readonly conversations: number;
  readonly random: () => number;
}): Promise<StormReport> {
  const { messages, conversations, random } = options;
  await using behind = await startBehindBadLine(random);
  const { slack, openai, line } = behind;
  const storm = new AbortController();
  const losing = loseAnswers(slack, storm.signal);
  const threads = await sayAll(slack, { messages, conversations, random });
  const replies = await untilAnswered(slack, threads, messages);
  storm.abort();
  await losing;
  return {
    messages,
    events: line.counts.sent,
    twice: line.counts.twice,
    lostAnswers: line.counts.lost,
    ...judge(replies, messages),
    muddled: muddledIn(openai.chatRequests.map(({ body }) => body)),
  };
}

async function sayAll(
  slack: SlackServer,
  { messages, conversations, random }: Parameters<typeof stormOfEvents>[0],
): Promise<readonly string[]> {
  const as = slack.users.ada;
  const channel = slack.channels.general;
  const mention = `<@${slack.bot.userId}>`;
  const threads: { readonly ts: string; said: number }[] = [];
  for (let said = 0; said < messages; said++) {
    const isRoot = threads.length < conversations;
    const index = isRoot ? threads.length : Math.floor(random() * conversations);
    const thread = threads[index];
    const text = `${mention} m${index}.${thread?.said ?? 0}`;
    const { ts } = slack.say({ as, channel, text, ...(thread && { threadTs: thread.ts }) });
    if (thread) thread.said++;
    else threads.push({ ts, said: 1 });
    await sleep(sayEveryMs);
  }
  return threads.map(({ ts }) => ts);
}

async function loseAnswers(slack: SlackServer, signal: AbortSignal): Promise<void> {
  for (let turn = 0; !signal.aborted; turn++) {
    slack.fail(turn % 2 === 0 ? "chat.postMessage" : "chat.update", { loseResponse: "close" });
    await sleep(lossEveryMs);
  }
  slack.heal();
}

async function untilAnswered(
  slack: SlackServer,
  threads: readonly string[],
  messages: number,
): Promise<readonly string[]> {
  const read = () =>
    threads.flatMap((threadTs) =>
      slack
        .messages(slack.channels.general, { threadTs })
        .filter(({ user }) => user === slack.bot.userId)
        .map(({ shown }) => shown),
    );
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const answered = new Set(read().flatMap((reply) => reply.match(mark) ?? []));
    if (answered.size >= messages) break;
    await sleep(200);
  }
  // A second answer would come now.
  await sleep(1_000);
  return read();
}

function judge(replies: readonly string[], messages: number) {
  const times = new Map<string, number>();
  let outOfOrder = 0;
  for (const reply of replies) {
    const marks = [...reply.matchAll(mark)];
    for (const [each] of marks) times.set(each, (times.get(each) ?? 0) + 1);
    if (!isAscending(marks.map(([, , index]) => Number(index)))) outOfOrder++;
  }
  return {
    replies: replies.length,
    unanswered: messages - times.size,
    answeredTwice: [...times.values()].filter((count) => count > 1).length,
    outOfOrder,
  };
}

/** What was said since the last answer. */
function questionsIn(messages: ChatBody["messages"]): readonly string[] {
  const last = messages.findLastIndex(({ role }) => role === "assistant");
  return messages.slice(last + 1).flatMap(({ content }) => String(content).match(mark) ?? []);
}

function muddledIn(requests: readonly ChatBody[]): number {
  const muddled = new Set<string>();
  for (const { messages } of requests) {
    const marks = messages
      .filter(({ role }) => role === "user")
      .flatMap(({ content }) => [...String(content).matchAll(mark)]);
    const [first] = marks;
    if (first && new Set(marks.map(([each]) => each)).size < marks.length) muddled.add(first[1] ?? "");
  }
  return muddled.size;
}

function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((each, i) => i === 0 || each > (numbers[i - 1] ?? -1));
}
