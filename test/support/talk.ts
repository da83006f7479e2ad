import { setTimeout as sleep } from "node:timers/promises";

import type { ChatPlace } from "./chat-client.ts";
import { startParleyOn } from "./platforms.ts";
import type { Line, LocalOptions, ParleyOnPlatform } from "./platforms.ts";

/** Parley at work, with people who talk to it in all kinds of places. */
export interface Talk extends AsyncDisposable {
  readonly parley: ParleyOnPlatform;
  readonly line: Line;
  ask(): Promise<void>;
  /** Three questions: one in a channel, one in a thread, one directly. */
  askAround(): Promise<void>;
  /** Waits until all is answered, or for too long, and a moment more. */
  settle(): Promise<TalkReport>;
}

export interface TalkReport {
  readonly asked: number;
  readonly missed: number;
  readonly doubled: number;
  /** Requests to the chat model. */
  readonly calls: number;
}

/** Each question is answered by a reply of its own, whose text names it. */
const settings = `
burst: each
flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }
`;
const dm: ChatPlace = { as: "ada", channel: "dm-ada" };

export async function startTalk(
  title: "Discord" | "Slack over a socket",
  options?: LocalOptions,
): Promise<Talk> {
  const parley = await startParleyOn(title, settings, options);
  const { chat, openai } = parley;
  openai.reply(({ messages }) => `answer to ${/q\d+/.exec(String(messages.at(-1)?.content))?.[0]}`);
  const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley q0" });
  const thread: ChatPlace = { as: "ben", channel: "general", thread: id };
  const places: ChatPlace[] = [thread, dm];
  await chat.answers(thread);
  await chat.post({ ...dm, text: "q1" });
  await chat.answers(dm);
  let asked = 2;

  async function ask(): Promise<void> {
    const text = `q${asked++}`;
    if (asked % 3 === 0) await chat.post({ ...thread, text });
    else if (asked % 3 === 1) await chat.post({ ...dm, text });
    else {
      const question = await chat.post({ as: "ada", channel: "general", text: `@Parley ${text}` });
      places.push({ as: "ada", channel: "general", thread: question.id });
    }
  }

  async function answered(): Promise<readonly number[]> {
    const seen = await Promise.all(places.map((place) => chat.messages(place)));
    const answers = seen.flat().filter(({ isOwn, writing }) => isOwn && !writing);
    return answers.map(({ text }) => Number(/answer to q(\d+)/.exec(text)?.[1])).toSorted((a, b) => a - b);
  }

  return {
    parley,
    line: lineOf(parley),
    ask,
    async askAround() {
      for (let i = 0; i < 3; i++) await ask();
    },
    async settle() {
      const deadline = Date.now() + 20_000;
      while (Date.now() < deadline && (await answered()).length < asked) await sleep(20);
      await sleep(500);
      const answers = await answered();
      const distinct = new Set(answers);
      return {
        asked,
        missed: asked - distinct.size,
        doubled: answers.length - distinct.size,
        calls: openai.chatRequests.length,
      };
    },
    [Symbol.asyncDispose]: () => parley[Symbol.asyncDispose](),
  };
}

function lineOf({ local }: ParleyOnPlatform): Line {
  if (!local.line) throw new Error("the platform calls Parley");
  return local.line;
}
