import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { startParleyOn } from "../support/platforms.ts";
import type { Line, LocalOptions, ParleyOnPlatform } from "../support/platforms.ts";

/** Each question is answered by a reply of its own, whose text names it. */
const settings = `
burst: each
flood: { repliesPerPersonPerMinute: 1000, repliesPerChannelPerMinute: 1000 }
`;
const dm: ChatPlace = { as: "ada", channel: "dm-ada" };

/** Parley at work, with people who talk to it in all kinds of places. */
async function startTalk(title: "Discord" | "Slack over a socket", options?: LocalOptions) {
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
    /** Three questions: one in a channel, one in a thread, one directly. */
    askAround: async () => {
      for (let i = 0; i < 3; i++) await ask();
    },
    /** Whatever has been asked has one answer each, and stays so. */
    async expectAnswers(): Promise<void> {
      const deadline = Date.now() + 20_000;
      while (Date.now() < deadline && (await answered()).length < asked) await sleep(20);
      await sleep(500);
      expect(await answered()).toEqual(Array.from({ length: asked }, (_, index) => index));
      expect(openai.chatRequests).toHaveLength(asked);
    },
    [Symbol.asyncDispose]: () => parley[Symbol.asyncDispose](),
  };
}

function lineOf({ local }: ParleyOnPlatform): Line {
  if (!local.line) throw new Error("the platform calls Parley");
  return local.line;
}

describe.concurrent.each(["Discord", "Slack over a socket"] as const)(
  "on %s",
  { timeout: 60_000 },
  (title) => {
    it("each question is answered once while the connection breaks every second", async () => {
      await using talk = await startTalk(title);
      for (let round = 0; round < 10; round++) {
        if (round % 2 === 0) talk.line.cut();
        else talk.line.renew();
        await talk.askAround();
        await sleep(300);
        for (let i = 0; i < 2; i++) {
          await talk.ask();
          await sleep(300);
        }
      }
      await talk.expectAnswers();
    });

    it("what was said before there is another connection is answered, also where nothing is said again", async () => {
      await using talk = await startTalk(title);
      for (const end of [talk.line.renew, talk.line.forget]) {
        end();
        await talk.askAround();
        await sleep(200);
        await talk.askAround();
        await talk.expectAnswers();
      }
    });

    it("a connection on which nothing comes any more is noticed, and what was said on it is answered", async () => {
      await using talk = await startTalk(title, { heartbeatIntervalMs: 1_000 });
      talk.line.deafen();
      await talk.askAround();
      await talk.expectAnswers();
      await talk.askAround();
      await talk.expectAnswers();
    });

    it("a platform that is down, or answers 503, for seconds is waited for", async () => {
      await using talk = await startTalk(title);
      talk.line.refuse(true);
      talk.line.cut();
      await talk.askAround();
      await sleep(3_000);
      talk.line.refuse(false);
      await talk.expectAnswers();
      await talk.line.goDown();
      await talk.askAround();
      await sleep(2_000);
      await talk.line.comeBack();
      await talk.expectAnswers();
    });

    it("a platform that answers 503 at the start is waited for", async () => {
      await using talk = await startTalk(title);
      await talk.parley.restart({
        async meanwhile() {
          talk.line.refuse(true);
          await talk.askAround();
          setTimeout(() => talk.line.refuse(false), 3_000);
        },
      });
      await talk.expectAnswers();
    });

    it("a platform that answers 503 is asked ever less often", async () => {
      await using talk = await startTalk(title);
      const { line, parley } = talk;
      const before = line.attempts().length;
      line.refuse(true);
      line.cut();
      const attempts = await parley.chat.until(async () => {
        const all = line.attempts().slice(before);
        return all.length > 3 ? all : undefined;
      }, "some attempts");
      const waits = attempts.map((at, index) => at - (attempts[index - 1] ?? at)).slice(1, 4);
      expect(waits[2]).toBeGreaterThan(900);
      expect(waits[2]).toBeGreaterThan((waits[0] ?? Infinity) * 1.3);
    });
  },
);

it("what was said when Discord was deaf already, and nobody knew it yet, is found afterwards", async () => {
  await using talk = await startTalk("Discord");
  const { parley, line } = talk;
  // As if Parley had believed for so long after the questions that it hears.
  const aheadMs = 85_000;
  await parley.restart({ aheadMs });
  const caughtUp = () => parley.log.filter(({ message }) => message === "caught up").length;
  await parley.chat.until(async () => (caughtUp() === 2 ? true : undefined), "the end of catching up");
  await sleep(200);
  line.deafen();
  await talk.askAround();
  await parley.restart({ aheadMs });
  await talk.expectAnswers();
});

it("what people said among themselves isn't taken for a question when it is read again", async () => {
  await using talk = await startTalk("Slack over a socket");
  const { parley, line } = talk;
  const { chat } = parley;
  const { id } = await chat.post({ as: "ada", channel: "general", text: "lunch?" });
  const thread: ChatPlace = { as: "ben", channel: "general", thread: id };
  await chat.post({ ...thread, text: "at noon" });
  await chat.post({ ...thread, text: "@Parley where?" });
  await chat.answers(thread);
  const caughtUp = () => parley.log.filter(({ message }) => message === "caught up").length;
  const before = caughtUp();
  line.forget();
  await chat.until(async () => (caughtUp() > before ? true : undefined), "the end of catching up");
  await sleep(500);
  expect(await chat.answers(thread)).toHaveLength(1);
  await chat.post({ ...thread, text: "and when?" });
  expect(await chat.answers(thread, 2)).toHaveLength(2);
});
