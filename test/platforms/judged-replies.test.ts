import { describe, expect, it } from "vitest";

import { en } from "../../src/core/words/en.ts";
import type { ChatClient, ChatPlace } from "../support/chat-client.ts";
import { eachPlatform } from "../support/platforms.ts";
import { openReplies } from "../support/reply-world.ts";
import type { ReplyWorld } from "../support/reply-world.ts";

const dm: ChatPlace = { as: "ada", channel: "dm-ada" };
const good = "The first sentence of the answer is harmless. The second one is as harmless as the first. ";
const bad = "Take the poison that stands in the cupboard below the stairs. And then some more of it.";

/** A model that writes slowly enough for every edit to be seen. */
async function open(title: (typeof eachPlatform)[number], moderation: string): Promise<ReplyWorld> {
  const world = await openReplies(title, `moderation: { retryMs: 5000, ${moderation} }`);
  world.openai.blockWords({ poison: "violence" });
  world.openai.reply(good + bad);
  world.openai.pace({ chunkDelayMs: 60 });
  return world;
}

/** Everything that stood in Parley's messages until an answer was complete. */
async function watch(
  chat: ChatClient,
): Promise<{ readonly seen: ReadonlySet<string>; readonly last: string }> {
  const seen = new Set<string>();
  const last = await chat.until(async () => {
    const own = (await chat.messages(dm)).filter(({ isOwn }) => isOwn);
    for (const { text } of own) seen.add(text);
    return own.length > 0 && own.every(({ writing }) => !writing) ? own.at(-1)?.text : undefined;
  }, "a complete answer");
  return { seen, last };
}

describe.concurrent.each(eachPlatform)("in %s", { timeout: 60_000 }, (title) => {
  it("an answer that is held is shown as far as it was judged, and taken back for a bad piece", async () => {
    await using world = await open(title, "replies: hold");
    const { chat, openai } = world;
    await chat.post({ ...dm, text: "tell me" });
    const { seen, last } = await watch(chat);
    expect([...seen].join("\n")).toContain("The first sentence of the answer");
    expect([...seen].join("\n")).not.toContain("poison");
    expect(last).toContain(en.errors.reply_blocked({}));
    expect(last).not.toContain("first sentence");
    expect(await openai.chatRequests[0]?.closed).toBe("aborted");

    openai.reply("A good answer, which is as short as they come.");
    await chat.post({ ...dm, text: "once more" });
    expect((await chat.answers(dm, 2))[1]?.text).toContain("A good answer");
    expect(JSON.stringify(openai.chatRequests[1]?.body)).not.toMatch(/harmless|poison/);
  });

  it("nothing of a held answer is shown that could not be judged, and what was judged stays", async () => {
    await using world = await open(title, "replies: hold");
    const { chat, openai } = world;
    openai.reply(({ messages }) => {
      openai.fail("moderation", { kind: "badRequest" }, 3);
      return `${good}${JSON.stringify(messages.length)}`;
    });
    await chat.post({ ...dm, text: "tell me" });
    const { seen, last } = await watch(chat);
    expect([...seen].join("\n")).not.toContain("sentence");
    expect(last).toContain(en.errors.reply_unchecked({}));
  });

  it("an answer that is only looked at stays, and what was seen in it stands in the log", async () => {
    await using world = await open(title, "replies: log");
    const { chat, commands, openai } = world;
    openai.pace({ chunkDelayMs: 0 });
    const { id } = await chat.post({ as: "ada", channel: "general", text: "@Parley tell me" });
    const [answer] = await chat.answers({ as: "ada", channel: "general", thread: id });
    expect(answer?.text).toContain("poison");
    const log = await chat.until(async () => {
      const before = (await commands.told("ada")).length;
      await commands.slash("ada", "moderation log");
      const text = await chat.until(async () => (await commands.told("ada"))[before], "the log");
      return text.includes("reply of Parley") ? text : undefined;
    }, "the verdict in the log");
    expect(log).toContain("violence");
    expect(log).not.toContain("cupboard");
  });

  it("a message that can't be judged yet is answered when it can be, and its author knows meanwhile", async () => {
    await using world = await open(title, "replies: off");
    const { chat, openai } = world;
    openai.pace({ chunkDelayMs: 0 });
    openai.reply("Here you are.");
    openai.fail("moderation", { kind: "serverError", status: 503 }, 3);
    await chat.post({ ...dm, text: "tell me" });
    const { seen, last } = await watch(chat);
    expect([...seen].join("\n")).toContain(en.delayed);
    expect(last).toContain("Here you are.");
    expect(openai.chatRequests).toHaveLength(1);
    expect((await chat.messages(dm)).filter(({ isOwn }) => isOwn)).toHaveLength(1);
  });
});
