import { setTimeout as sleep } from "node:timers/promises";

import type { Fault } from "./openai-server.ts";
import { startParleyOn } from "./platforms.ts";
import type { PlatformTitle } from "./platforms.ts";

export interface FaultyModelReport {
  readonly questions: number;
  readonly answered: number;
  readonly explained: number;
  readonly doubled: number;
  /** Requests to the chat model for each question. */
  readonly callsEach: number;
}

/** What befalls a model service: refusals, silence, and streams that end in every wrong way. */
const faults: readonly Fault[] = [
  { kind: "rateLimited" },
  { kind: "serverError", status: 500 },
  { kind: "reset" },
  { kind: "silence" },
  { kind: "badRequest" },
  { kind: "filtered", afterChunks: 0 },
  { kind: "stall", afterChunks: 3 },
  { kind: "cut", afterChunks: 3 },
  { kind: "malformedFrame", afterChunks: 3 },
  { kind: "errorEvent", afterChunks: 3 },
];
const answer = Array.from({ length: 20 }, (_, i) => `word${i}`).join(" ");
const settings = `
model: { timeoutMs: 1000, idleTimeoutMs: 400, maxRetries: 2 }
flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }
`;
const askEveryMs = 20;
const patienceMs = 60_000;

/** Asks while a share of all calls of the chat model fails, from 0 to 1. */
export async function askFaultyModel(
  title: PlatformTitle,
  questions: number,
  share: number,
): Promise<FaultyModelReport> {
  await using parley = await startParleyOn(title, settings);
  const { chat, openai } = parley;
  openai.reply(answer);
  openai.failOften("chat", share, faults);
  const threads: string[] = [];
  for (let asked = 0; asked < questions; asked++) {
    threads.push((await chat.post({ as: "ada", channel: "general", text: "@Parley hello" })).id);
    await sleep(askEveryMs);
  }
  const read = async () => {
    const places = threads.map((thread) => ({ as: "ada", channel: "general", thread }) as const);
    return Promise.all(
      places.map(async (place) =>
        (await chat.messages(place)).filter(({ isOwn, writing }) => isOwn && !writing),
      ),
    );
  };
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline && (await read()).some((own) => own.length === 0)) await sleep(200);
  // A second answer would come now.
  await sleep(1_000);
  const seen = await read();
  const isWhole = ({ text }: { readonly text: string }) => text === answer;
  return {
    questions,
    answered: seen.filter((own) => own.some(isWhole)).length,
    explained: seen.filter((own) => own.length > 0 && !own.some(isWhole)).length,
    doubled: seen.filter((own) => own.length > 1).length,
    callsEach: openai.chatRequests.length / questions,
  };
}
