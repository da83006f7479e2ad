import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { en } from "../../src/core/words/en.ts";
import type { ChatClient, ChatPlace, SeenMessage } from "../support/chat-client.ts";
import { eachPlatform } from "../support/platforms.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const said = (body: ReplyWorld["openai"]["chatRequests"][number] | undefined) =>
  body?.body.messages.filter(({ role }) => role !== "system").map(({ content }) => content);

/** A question of Ada's in #general, and where its answer stands. */
async function ask(
  { chat, openai }: ReplyWorld,
  text = "@Parley first",
): Promise<ChatPlace & { id: string }> {
  const before = openai.chatRequests.length;
  const { id } = await chat.post({ as: "ada", channel: "general", text });
  const place: ChatPlace = { as: "ada", channel: "general", thread: id };
  await finished(chat, place);
  expect(openai.chatRequests.length).toBeGreaterThan(before);
  return { ...place, id };
}

/** The answers there, once all are complete and look as they are to stay. */
function finished(
  chat: ChatClient,
  place: ChatPlace,
  isSo: (answers: readonly SeenMessage[]) => boolean = () => true,
): Promise<readonly SeenMessage[]> {
  return chat.until(async () => {
    const own = (await chat.messages(place)).filter(({ isOwn }) => isOwn);
    const isDone = own.length > 0 && own.every(({ writing, buttons }) => !writing && buttons.length > 0);
    return isDone && isSo(own) ? own : undefined;
  }, "finished answers");
}

async function told(chat: ChatClient, place: ChatPlace, text: string): Promise<void> {
  await chat.until(
    async () => ((await chat.told(place)).some((notice) => notice.text.includes(text)) ? true : undefined),
    `to be told: ${text}`,
  );
}

const { actions } = en;

describe.concurrent.each(eachPlatform)("in %s", { timeout: 60_000 }, (title) => {
  it("an answer has its buttons, and none where they are turned off", async () => {
    await using world = await openReplies(title);
    world.openai.reply("ok");
    const place = await ask(world);
    expect((await finished(world.chat, place))[0]?.buttons).toEqual(["regenerate", "good", "bad"]);
    await world.chat.post({ as: "ada", channel: "dm-ada", text: "hi" });
    const direct = await finished(world.chat, { as: "ada", channel: "dm-ada" });
    expect(direct.map(({ text, buttons }) => [text, buttons])).toEqual([
      ["ok", ["regenerate", "good", "bad"]],
    ]);
    await using without = await openReplies(title, "reply: { buttons: off }");
    without.openai.reply("ok");
    const { id } = await without.chat.post({ as: "ada", channel: "general", text: "@Parley hi" });
    const [bare] = await without.chat.answers({ as: "ada", channel: "general", thread: id });
    expect(bare?.buttons).toEqual([]);
  });

  describe("regenerate", () => {
    it("writes the newest answer anew in its place, with the memory as it was before it", async () => {
      await using world = await openReplies(title);
      const { chat, openai } = world;
      openai.reply("one");
      const place = await ask(world);
      await chat.post({ ...place, text: "second" });
      const [, answer] = await finished(chat, place, (all) => all.length === 2);
      openai.reply("two, better");
      await chat.press({ ...place, id: answer?.id ?? "" }, "regenerate");
      const answers = await finished(chat, place, (all) => all[1]?.text === "two, better");
      expect(answers.map(({ id, text }) => [id, text])).toEqual([
        [answers[0]?.id, "one"],
        [answer?.id, "two, better"],
      ]);
      const before = [expect.stringMatching(/: first$/), "one", expect.stringMatching(/: second$/)];
      expect(said(openai.chatRequests[2])).toEqual(before);
      openai.reply("three");
      await chat.post({ ...place, text: "third" });
      await finished(chat, place, (all) => all.length === 3);
      expect(said(openai.chatRequests[3])).toEqual([
        ...before,
        "two, better",
        expect.stringMatching(/: third$/),
      ]);
    });

    it("is for the one who asked, and for the newest answer", async () => {
      await using world = await openReplies(title);
      const { chat, openai } = world;
      openai.reply("one");
      const place = { ...(await ask(world)), as: "ben" } as const;
      const [first] = await finished(chat, place);
      const press = (as: "ada" | "ben", id = "") => chat.press({ ...place, as, id }, "regenerate");
      await press("ben", first?.id);
      await told(chat, place, actions.notYours);
      await chat.post({ ...place, as: "ada", text: "second" });
      await finished(chat, place, (all) => all.length === 2);
      await press("ada", first?.id);
      await told(chat, { ...place, as: "ada" }, actions.notNewest);
      expect(openai.chatRequests).toHaveLength(2);
    });

    it("pressed twice writes once, and what fails leaves what stood there", async () => {
      await using world = await openReplies(title, "model: { maxRetries: 0 }");
      const { chat, openai } = world;
      openai.reply("one");
      const place = await ask(world);
      const [answer] = await finished(chat, place);
      openai.fail("chat", { kind: "serverError", status: 503 });
      await chat.press({ ...place, id: answer?.id ?? "" }, "regenerate");
      const [failed] = await finished(chat, place, ([only]) => only?.text.includes("Reference") === true);
      expect(failed?.text).toMatch(/^one\s/);
      openai.heal();
      openai.reply("word ".repeat(30).trim());
      openai.pace({ chunkDelayMs: 20 });
      const before = openai.chatRequests.length;
      await chat.press({ ...place, id: answer?.id ?? "" }, "regenerate");
      await chat.writing(place).catch(() => undefined);
      const [again] = await finished(chat, place, ([only]) => only?.text.startsWith("word") === true);
      expect(again?.id).toBe(answer?.id);
      expect(openai.chatRequests.length).toBe(before + 1);
    });

    it("goes on in the same message after a restart in the middle", async () => {
      await using world = await openReplies(title, "shutdown: { drainMs: 0 }");
      const { chat, openai } = world;
      openai.reply("one");
      const place = await ask(world);
      const [answer] = await finished(chat, place);
      openai.reply("word ".repeat(60).trim());
      openai.pace({ chunkDelayMs: 50 });
      await chat.press({ ...place, id: answer?.id ?? "" }, "regenerate");
      await chat.until(
        async () => (openai.chatRequests.length === 2 ? true : undefined),
        "the second request",
      );
      openai.reply("in the end");
      openai.pace({ chunkDelayMs: 1 });
      await world.restart();
      const answers = await finished(chat, place, ([only]) => only?.text === "in the end");
      expect(answers.map(({ id }) => id)).toEqual([answer?.id]);
    });
  });

  it("continue goes on with an answer that was cut, in an answer of its own, once", async () => {
    await using world = await openReplies(title);
    const { chat, openai } = world;
    openai.reply({ text: "a b c", finishReason: "length" });
    const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley long" });
    const place: ChatPlace = { as: "ada", channel: "general", thread: id };
    const [cut] = await finished(chat, place);
    expect(cut?.buttons).toEqual(["continue", "regenerate", "good", "bad"]);
    openai.reply("and the rest");
    await chat.press({ ...place, id: cut?.id ?? "" }, "continue");
    const answers = await finished(chat, place, (all) => all.length === 2);
    expect(answers[0]?.id).toBe(cut?.id);
    expect(answers[1]?.text).toBe("and the rest");
    expect(said(openai.chatRequests[1])).toEqual([
      expect.stringMatching(/: long$/),
      expect.any(String),
      expect.stringContaining(actions.goOn),
    ]);
    await chat.press({ ...place, id: cut?.id ?? "" }, "continue");
    await told(chat, place, actions.notNewest);
    expect(openai.chatRequests).toHaveLength(2);
  });

  describe("what people think of an answer", () => {
    it("is noted by buttons and by thumbs, and taken back", async () => {
      await using world = await openReplies(title);
      const { chat, openai } = world;
      openai.reply("ok");
      const place = { ...(await ask(world)), as: "ben" } as const;
      const [answer] = await finished(chat, place);
      const target = { ...place, id: answer?.id ?? "" };
      await chat.press(target, "good");
      await told(chat, place, actions.feedback.good.slice(0, 20));
      expect(await world.opinions("ben")).toEqual(["good"]);
      await chat.press(target, "good");
      await told(chat, place, actions.feedback.takenBack);
      expect(await world.opinions("ben")).toEqual([]);
      const becomes = (opinions: readonly string[]) =>
        chat.until(
          async () =>
            JSON.stringify(await world.opinions("ben")) === JSON.stringify(opinions) ? true : undefined,
          `the opinions ${JSON.stringify(opinions)}`,
        );
      await chat.react(target, "👍", true);
      await becomes(["good"]);
      await chat.react(target, "👎", true);
      await becomes(["bad"]);
      // The last word was another.
      await chat.react(target, "👎", false);
      await becomes([]);
      expect(await world.opinions("ada")).toEqual([]);
    });
  });

  describe("a question that was answered", () => {
    it("and is edited is answered anew in the same message; an older one changes the memory alone", async () => {
      await using world = await openReplies(title);
      const { chat, openai } = world;
      openai.reply(({ messages }) => `re ${String(messages.at(-1)?.content).replace(/^.*: /, "")}`);
      const place = await ask(world, "@Parley cats");
      const [first] = await finished(chat, place);
      await chat.edit({ as: "ada", channel: "general", id: place.id }, "@Parley dogs");
      const answers = await finished(chat, place, ([only]) => only?.text.includes("dogs") === true);
      expect(answers.map(({ id }) => id)).toEqual([first?.id]);
      await chat.post({ ...place, text: "birds" });
      await finished(chat, place, (all) => all.length === 2);
      const before = openai.chatRequests.length;
      await chat.edit({ as: "ada", channel: "general", id: place.id }, "@Parley fish");
      const isJudged = () =>
        openai.moderationRequests.some(({ body }) => JSON.stringify(body.input).includes("fish"));
      await chat.until(async () => isJudged() || undefined, "the edit to be judged");
      await sleep(300);
      await chat.post({ ...place, text: "snakes" });
      const all = await finished(chat, place, ({ length }) => length === 3);
      expect(all[0]?.text).toContain("dogs");
      expect(openai.chatRequests.length).toBe(before + 1);
      expect(String(said(openai.chatRequests.at(-1))?.[0])).toContain("fish");
    });

    it("and is deleted leaves its answer to be taken away by the asker, and nobody else", async () => {
      await using world = await openReplies(title);
      const { chat, openai } = world;
      openai.reply("the answer");
      const place = await ask(world);
      await chat.post({ ...place, text: "a second one" });
      await finished(chat, place, (all) => all.length === 2);
      const [, answer] = await finished(chat, place);
      const second = (await chat.messages(place)).find(({ text }) => text.includes("a second one"));
      await chat.remove({ ...place, id: second?.id ?? "" });
      const offer = await chat.until(async () => {
        const seen = [...(await chat.told(place)), ...(await chat.messages(place))];
        const id = seen.find(({ buttons }) => buttons.some((action) => action.startsWith("removeAnswer")));
        return (
          id && { id: id.id, action: id.buttons.find((action) => action.startsWith("removeAnswer")) ?? "" }
        );
      }, "an offer");
      if (offer.id === answer?.id) {
        await chat.press({ ...place, as: "ben", id: offer.id }, offer.action);
        await told(chat, { ...place, as: "ben" }, actions.notYours);
      } else expect(await chat.told({ ...place, as: "ben" })).toEqual([]);
      await chat.press({ ...place, id: offer.id }, offer.action);
      await finished(chat, place, (all) => all.length === 1);
      await chat.post({ ...place, text: "and now?" });
      await finished(chat, place, (all) => all.length === 2);
      expect(said(openai.chatRequests.at(-1))).toEqual([
        expect.stringMatching(/: first$/),
        "the answer",
        expect.stringMatching(/: and now\?$/),
      ]);
    });
  });

  it("a private answer is shared to the channel by whoever asked, once, also after a restart", async () => {
    await using world = await openReplies(title);
    const { chat, openai } = world;
    openai.reply("Use a mutex.");
    await world.commands.slash("ben", "ask mutex or semaphore?");
    const place: ChatPlace = { as: "ben", channel: "general" };
    const answer = await chat.until(
      async () => (await chat.told(place)).find(({ text }) => text.includes("Use a mutex.")),
      "the private answer",
    );
    const [share = ""] = answer.buttons;
    expect(share).toMatch(/^share:/);
    await world.restart();
    const isTold = await chat.told(place);
    // What is kept in the process alone is gone, as Slack's own would be after a reload.
    if (isTold.length === 0) return;
    await chat.press({ ...place, id: answer.id }, share);
    const open = await chat.until(
      async () => (await world.commands.said()).find((text) => text.includes("Use a mutex.")),
      "the shared answer",
    );
    expect(open).toContain("mutex or semaphore?");
    await told(chat, place, actions.share.done);
    expect((await world.commands.said()).filter((text) => text.includes("Use a mutex."))).toHaveLength(1);
  });

  it("an answer about a message is shared by the same button", async () => {
    await using world = await openReplies(title);
    const { chat, commands, openai } = world;
    openai.reply("Because of the stand-up.");
    const { id: about } = await chat.post({ as: "ada", channel: "general", text: "We ship on Friday." });
    await commands.forms.choose(commands.ids.ben, { channel: commands.general, id: about }, "ask");
    await chat.until(async () => commands.forms.open(commands.ids.ben), "a form");
    await commands.forms.fill(commands.ids.ben, { text: "Why then?" });
    const place: ChatPlace = { as: "ben", channel: "general" };
    const { id, buttons } = await chat.until(
      async () => (await chat.told(place)).find(({ text }) => text.includes("Because of the stand-up.")),
      "the private answer",
    );
    expect(await commands.said()).toEqual([]);
    await chat.press({ ...place, id }, buttons[0] ?? "");
    const open = await chat.until(
      async () => (await commands.said()).find((text) => text.includes("Because of the stand-up.")),
      "the shared answer",
    );
    expect(open).toContain("Why then?");
  });
});
