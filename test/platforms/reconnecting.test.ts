import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import type { ChatPlace } from "../support/chat-client.ts";
import { startTalk } from "../support/talk.ts";
import type { Talk } from "../support/talk.ts";

async function expectAnswers(talk: Talk): Promise<void> {
  const { asked, ...report } = await talk.settle();
  expect(report).toEqual({ missed: 0, doubled: 0, calls: asked });
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
      await expectAnswers(talk);
    });

    it("what was said before there is another connection is answered, also where nothing is said again", async () => {
      await using talk = await startTalk(title);
      for (const end of [talk.line.renew, talk.line.forget]) {
        end();
        await talk.askAround();
        await sleep(200);
        await talk.askAround();
        await expectAnswers(talk);
      }
    });

    it("a connection on which nothing comes any more is noticed, and what was said on it is answered", async () => {
      await using talk = await startTalk(title, { heartbeatIntervalMs: 1_000 });
      talk.line.deafen();
      await talk.askAround();
      await expectAnswers(talk);
      await talk.askAround();
      await expectAnswers(talk);
    });

    it("a platform that is down, or answers 503, for seconds is waited for", async () => {
      await using talk = await startTalk(title);
      talk.line.refuse(true);
      talk.line.cut();
      await talk.askAround();
      await sleep(3_000);
      talk.line.refuse(false);
      await expectAnswers(talk);
      await talk.line.goDown();
      await talk.askAround();
      await sleep(2_000);
      await talk.line.comeBack();
      await expectAnswers(talk);
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
      await expectAnswers(talk);
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
  await expectAnswers(talk);
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
