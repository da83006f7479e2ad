import { PermissionFlagsBits } from "discord-api-types/v10";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { MessageCreated, PlatformEvent } from "../../../src/core/event.ts";
import { intent } from "../../support/intent.ts";
import { connect, never, showing } from "./connected.ts";
import type { Connected } from "./connected.ts";

let discord: Connected;
let ada: string;
let bo: string;

beforeAll(async () => {
  discord = await connect();
  ({ ada, bo } = discord.server.people);
});
afterAll(async () => {
  await discord[Symbol.asyncDispose]();
});
beforeEach(() => {
  (discord.events as PlatformEvent[]).length = 0;
});

const mention = () => `<@${discord.server.bot.id}>`;

describe("what a message is taken for", () => {
  test("a message that names nobody is addressed to nobody", async () => {
    const { server } = discord;
    server.say({ as: ada, channel: server.channels.general, content: "just talk" });
    expect(await discord.heard("just talk")).toMatchObject({ addressed: "none", channelKind: "public" });
  });

  test("a direct message is one, in a conversation of its own", async () => {
    const { server } = discord;
    const channel = server.dm(ada);
    const said = server.say({ as: ada, channel, content: "in private" });
    const event = await discord.heard("in private");
    expect(event).toMatchObject({
      addressed: "direct",
      channelKind: "direct",
      conversation: `discord/%40me/${channel}`,
      place: { platform: "discord", workspace: "@me", channel, replyTo: said.id },
      author: { id: ada, name: "Ada", isBot: false },
    });
    expect(Math.abs(event.sentAt - said.createdAt)).toBeLessThan(2);
  });

  test("a mention in a channel begins a thread of the message's own id", async () => {
    const { server } = discord;
    const channel = server.channels.general;
    const said = server.say({ as: ada, channel, content: `${mention()} what is up?` });
    expect(await discord.heard("what is up?")).toMatchObject({
      addressed: "mention",
      conversation: `discord/${server.guild.id}/${channel}/${said.id}`,
      place: { workspace: server.guild.id, channel, thread: said.id, replyTo: said.id },
    });
  });

  test("a mention of the role that belongs to the app is a mention too", async () => {
    const { server } = discord;
    const role = server.addRole(server.guild.id, "Parley", 0n);
    server.dispatchRaw("GUILD_ROLE_UPDATE", {
      guild_id: server.guild.id,
      role: {
        id: role,
        name: "Parley",
        permissions: "0",
        position: 9,
        tags: { bot_id: server.bot.id },
      },
    });
    const { general } = server.channels;
    const said = server.say({ as: ada, channel: general, content: `<@&${role}> by role` });
    // Only a mentionable role is named by just anybody.
    server.dispatchRaw(
      "MESSAGE_CREATE",
      rawMessage({ id: `${said.id.slice(0, -1)}9`, content: `<@&${role}> by role`, mention_roles: [role] }),
    );
    await server.until(
      () => discord.events.some((e) => e.kind === "message" && e.addressed === "mention"),
      "the mention",
    );
    expect(discord.events.filter((e) => e.kind === "message").map(({ text }) => text)).toContain("by role");
  });

  test("what is said in a thread belongs to it, wherever it was opened", async () => {
    const { server, platform } = discord;
    const { general } = server.channels;
    const question = server.say({ as: ada, channel: general, content: `${mention()} open a thread` });
    const first = await discord.heard("open a thread");
    await platform.openReply(first.place, intent("threads")).show(["Here."], showing(true));
    const said = server.say({ as: bo, channel: question.id, content: "and more" });
    expect(await discord.heard("and more")).toMatchObject({
      addressed: "thread",
      conversation: first.conversation,
      place: { channel: general, thread: question.id, replyTo: said.id },
      channelKind: "public",
    });
    server.say({ as: bo, channel: question.id, content: `${mention()} in it` });
    expect(await discord.heard("in it")).toMatchObject({ addressed: "mention" });
  });

  test("a private channel and what is in it is private", async () => {
    const { server } = discord;
    server.say({ as: ada, channel: server.channels.secret, content: "psst" });
    expect(await discord.heard("psst")).toMatchObject({ channelKind: "private" });
  });

  test("bots are said to be bots, and webhooks too", async () => {
    const { server } = discord;
    const { general } = server.channels;
    server.say({ as: server.people.otherBot, channel: general, content: `${mention()} from a bot` });
    expect(await discord.heard("from a bot")).toMatchObject({ author: { isBot: true } });
    server.dispatchRaw(
      "MESSAGE_CREATE",
      rawMessage({ content: "from a hook", webhook_id: "42", author: { id: "42", username: "Hook" } }),
    );
    expect(await discord.heard("from a hook")).toMatchObject({ author: { name: "Hook", isBot: true } });
  });

  test("own messages and what Discord itself writes are ignored with a reason", async () => {
    const { server, platform } = discord;
    const { general } = server.channels;
    await platform.post(
      { platform: "discord", workspace: server.guild.id as never, channel: general as never },
      "own" as never,
      { text: "mine" },
      never,
    );
    server.dispatchRaw("MESSAGE_CREATE", rawMessage({ type: 7, content: "" }));
    server.dispatchRaw("MESSAGE_CREATE", { nothing: true });
    await server.until(() => discord.events.length >= 3, "three events");
    expect(discord.events.map((event) => event.kind === "ignored" && event.reason)).toEqual(
      expect.arrayContaining(["Parley's own message", "a message of type 7", "malformed message"]),
    );
    expect(platform.health().ok).toBe(true);
  });

  test("files come with an id under which they can be fetched", async () => {
    const { server, platform } = discord;
    server.say({
      as: ada,
      channel: server.channels.general,
      content: `${mention()} read this`,
      attachments: [{ name: "a.txt", mediaType: "text/plain", content: "eleven char" }],
    });
    const { attachments } = await discord.heard("read this");
    expect(attachments).toMatchObject([{ name: "a.txt", mediaType: "text/plain", sizeBytes: 11 }]);
    const [file] = attachments;
    if (!file) throw new Error("no attachment");
    expect(Buffer.from(await platform.download(file, 100, never)).toString()).toBe("eleven char");
    await expect(platform.download(file, 10, never)).rejects.toMatchObject({ code: "platform_refused" });
    await expect(platform.download({ ...file, id: "1/2/3" }, 10, never)).rejects.toMatchObject({
      code: "platform_refused",
    });
  });
});

describe("edits and deletions", () => {
  test("an edit is one, and what Discord adds to a message isn't", async () => {
    const { server } = discord;
    const { general } = server.channels;
    const said = server.say({ as: ada, channel: general, content: `${mention()} teh` });
    const created = await discord.heard("teh");
    server.edit({ as: ada, message: said.id, content: `${mention()} the` });
    const edited = await discord.event("edited");
    expect(edited).toMatchObject({
      conversation: created.conversation,
      place: created.place,
      message: said.id,
      text: "the",
      author: { id: ada },
    });
    expect(edited.editedAt).toBeGreaterThanOrEqual(created.sentAt);
    server.dispatchRaw("MESSAGE_UPDATE", rawMessage({ content: "unfurled", embeds: [{}] }));
    await server.until(
      () => discord.events.some((e) => e.kind === "ignored" && e.reason === "an update that is no edit"),
      "the update to be ignored",
    );
  });

  test("a deletion names the conversation of what is gone, one by one or many at once", async () => {
    const { server } = discord;
    const { general } = server.channels;
    const said = server.say({ as: ada, channel: general, content: `${mention()} gone` });
    const created = await discord.heard("gone");
    server.remove({ as: ada, message: said.id });
    expect(await discord.event("deleted")).toMatchObject({
      message: said.id,
      conversation: created.conversation,
    });
    server.dispatchRaw("MESSAGE_DELETE_BULK", {
      ids: ["11", "12"],
      channel_id: general,
      guild_id: server.guild.id,
    });
    await server.until(
      () => discord.events.filter((e) => e.kind === "deleted").length === 3,
      "three deletions",
    );
  });
});

describe("chains of replies", () => {
  test("a reply to Parley's own message is a mention and goes on with its conversation", async () => {
    const { server, platform } = discord;
    const { noThreads } = server.channels;
    const question = server.say({ as: ada, channel: noThreads, content: `${mention()} no thread here` });
    const first = await discord.heard("no thread here");
    const answer = showing(true);
    await platform.openReply(first.place, intent("chain")).show(["An answer."], answer);
    const [posted] = answer.posted;
    expect(server.messages(noThreads).at(-1)).toMatchObject({
      content: "An answer.",
      replyTo: question.id,
      pings: { users: [] },
    });

    const followUp = server.say({
      as: ada,
      channel: noThreads,
      content: "why?",
      replyTo: posted ?? "",
      ping: false,
    });
    const second = await discord.heard("why?");
    expect(second).toMatchObject({
      addressed: "mention",
      conversation: first.conversation,
      place: { channel: noThreads, replyTo: followUp.id },
    });
    expect(second.place.thread).toBeUndefined();
    server.edit({ as: ada, message: followUp.id, content: "why not?" });
    expect(await discord.event("edited")).toMatchObject({ conversation: first.conversation });
    server.remove({ as: ada, message: followUp.id });
    expect(await discord.event("deleted")).toMatchObject({ conversation: first.conversation });
  });

  test("a chain is followed up to its root where nothing is remembered", async () => {
    await using lonely = await connect({ discord: { threads: "never" } });
    const { server } = lonely;
    const { ada, bo } = server.people;
    const channel = server.channels.general;
    let replyTo = server.say({ as: ada, channel, content: "root" }).id;
    const root = replyTo;
    for (const content of ["one", "two", "three"])
      replyTo = server.say({ as: bo, channel, content, replyTo }).id;
    server.say({ as: ada, channel, content: `<@${server.bot.id}> and you?`, replyTo });
    const event = await lonely.heard("and you?");
    expect(event.conversation).toBe(`discord/${server.guild.id}/${channel}/${root}`);
    expect(event.place.thread).toBeUndefined();
  });

  test("what a chain belongs to is known after a restart, also of what was deleted", async () => {
    await using before = await connect({ discord: { threads: "never" } });
    const { server, platform } = before;
    const { ada } = server.people;
    const channel = server.channels.general;
    const root = server.say({ as: ada, channel, content: "a root" }).id;
    const said = server.say({ as: ada, channel, content: `<@${server.bot.id}> chained`, replyTo: root });
    const { conversation } = await before.heard("chained");
    await platform.stop();
    await using after = await before.restarted();
    server.remove({ as: ada, message: said.id });
    expect(await after.event("deleted")).toMatchObject({ conversation });
  });
});

describe("the stop button", () => {
  test("is acknowledged, and says who stopped which reply", async () => {
    const { server, platform } = discord;
    const { general } = server.channels;
    server.say({ as: ada, channel: general, content: `${mention()} long one` });
    const event: MessageCreated = await discord.heard("long one");
    const growing = showing(false);
    await platform.openReply(event.place, intent("stop")).show(["Once upon"], growing);
    const [message] = growing.posted;
    const interaction = server.press({ as: bo, message: message ?? "", customId: "stop" });
    expect(await discord.event("pressed")).toMatchObject({
      action: { name: "stop" },
      message,
      by: { id: bo },
      conversation: event.conversation,
    });
    await server.until(
      () => server.interactions().find(({ id }) => id === interaction)?.response?.type === 6,
      "the acknowledgement",
    );
  });
});

test("who may not see a channel is not in it: permissions decide, not the gateway", async () => {
  const { server } = discord;
  const hidden = server.addChannel(server.guild.id, {
    name: "soon-hidden",
    overwrites: [
      { id: server.guild.id, type: "role", deny: PermissionFlagsBits.ViewChannel },
      { id: server.bot.id, type: "member", allow: PermissionFlagsBits.ViewChannel },
      { id: ada, type: "member", allow: PermissionFlagsBits.ViewChannel },
    ],
  });
  server.say({ as: ada, channel: hidden, content: "among us" });
  expect(await discord.heard("among us")).toMatchObject({ channelKind: "private" });
});

let nextId = 900;
function rawMessage(changes: object): object {
  const { server } = discord;
  return {
    id: String(nextId++),
    channel_id: server.channels.general,
    guild_id: server.guild.id,
    type: 0,
    author: { id: ada, username: "ada" },
    content: "",
    timestamp: "2026-11-05T12:00:00.000000+00:00",
    edited_timestamp: null,
    mentions: [],
    mention_roles: [],
    attachments: [],
    ...changes,
  };
}
