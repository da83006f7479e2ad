import { once } from "node:events";

import { ChannelType, Events, MessageType, PermissionFlagsBits as P } from "discord.js";
import type { AnyThreadChannel, Client, Message, PartialMessage, TextChannel } from "discord.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { startDiscordServer } from "../discord-server.ts";
import type { DiscordServer } from "../discord-server.ts";
import { createTestClients } from "./test-client.ts";

let server: DiscordServer;
let client: Client<true>;
const clients = createTestClients(() => server);
beforeEach(async () => {
  server = await startDiscordServer();
  client = await clients.connect();
});
afterEach(async () => {
  await clients.close();
  await server.close();
});

const nextMessage = async () => ((await once(client, Events.MessageCreate)) as [Message])[0];
const told = (t: string) => server.dispatched().filter((event) => event.t === t);

describe("people's messages", () => {
  test("come with their author, member, mentions and what they reply to", async () => {
    const { people, channels, bot } = server;
    const asked = nextMessage();
    const first = server.say({ as: people.ada, channel: channels.general, content: "first" });
    await asked;
    const coming = nextMessage();
    server.say({ as: people.bo, channel: channels.general, content: `hey <@${bot.id}>`, replyTo: first.id });
    const message = await coming;
    expect(message.author.id).toBe(people.bo);
    expect(message.member?.user.username).toBe("bo");
    expect(message.mentions.has(bot.id)).toBe(true);
    expect(message.mentions.repliedUser?.id).toBe(people.ada);
    expect(message.type).toBe(MessageType.Reply);
    expect((await message.fetchReference()).content).toBe("first");
  });

  test("in a DM come without a guild and with the type of the channel", async () => {
    const coming = nextMessage();
    server.say({ as: server.people.bo, channel: server.dm(server.people.bo), content: "psst", nonce: "7" });
    const message = await coming;
    expect(message.channel.type).toBe(ChannelType.DM);
    expect(told("MESSAGE_CREATE")[0]?.d).toMatchObject({ channel_type: 1, nonce: "7" });
    expect(told("MESSAGE_CREATE")[0]?.d).not.toHaveProperty("guild_id");
    await message.reply("yes?");
    expect(server.messages(message.channelId, { as: server.people.bo })).toMatchObject([
      {},
      { content: "yes?" },
    ]);
    expect(server.messages(message.channelId, { as: server.people.ada })).toEqual([]);
  });

  test("can be edited, deleted, deleted together, reacted to and pinned", async () => {
    const { people, channels } = server;
    const ids = ["a", "b", "c"].map((content) => {
      return server.say({ as: people.bo, channel: channels.general, content }).id;
    });
    const [a = "", b = "", c = ""] = ids;
    const edited = once(client, Events.MessageUpdate) as Promise<[unknown, Message | PartialMessage]>;
    server.edit({ as: people.bo, message: a, content: "A" });
    expect((await edited)[1].content).toBe("A");
    const reacted = once(client, Events.MessageReactionAdd);
    server.react({ as: people.ada, message: a, emoji: "👍" });
    await reacted;
    server.unreact({ as: people.ada, message: a, emoji: "👍" });
    server.pin({ as: people.ada, message: b });
    const deleted = once(client, Events.MessageDelete) as Promise<[{ id: string }]>;
    server.remove({ as: people.ada, message: a });
    expect((await deleted)[0].id).toBe(a);
    const bulk = once(client, Events.MessageBulkDelete);
    server.removeMany({ as: people.ada, channel: channels.general, messages: [b, c] });
    await bulk;
    expect(server.messages(channels.general)).toMatchObject([{ type: MessageType.ChannelPinnedMessage }]);
    expect(told("MESSAGE_REACTION_REMOVE")).toHaveLength(1);
    expect(told("CHANNEL_PINS_UPDATE")).toHaveLength(1);
  });

  test("carry files at signed addresses that work for a day", async () => {
    let now = Date.now();
    await clients.close();
    await server.close();
    server = await startDiscordServer({ now: () => now });
    const { attachments, id } = server.say({
      as: server.people.bo,
      channel: server.channels.general,
      attachments: [{ name: "notes.txt", mediaType: "text/plain", content: "remember" }],
    });
    const url = attachments[0]?.url ?? "";
    expect(await (await fetch(url)).text()).toBe("remember");
    expect((await fetch(url.replace("hm=", "hm=0"))).status).toBe(404);
    now += 25 * 60 * 60 * 1_000;
    expect((await fetch(url)).status).toBe(404);
    const again = await clients.request("GET", `/channels/${server.channels.general}/messages/${id}`);
    const fresh = (again.body as { attachments: { url: string }[] }).attachments[0]?.url ?? "";
    expect((await fetch(fresh)).status).toBe(200);
  });

  test.each<readonly [string, (s: DiscordServer) => void, number]>([
    [
      "where they don't see",
      (s) => s.say({ as: s.people.bo, channel: s.channels.secret, content: "x" }),
      50001,
    ],
    ["as a guest", (s) => s.say({ as: s.people.gil, channel: s.channels.random, content: "x" }), 50001],
    [
      "in the DM of others",
      (s) => s.say({ as: s.people.ada, channel: s.dm(s.people.bo), content: "x" }),
      50001,
    ],
    [
      "while timed out",
      (s) => {
        s.timeOut(s.guild.id, s.people.bo, Date.now() + 60_000);
        s.say({ as: s.people.bo, channel: s.channels.general, content: "x" });
      },
      50013,
    ],
    ["without any text", (s) => s.say({ as: s.people.bo, channel: s.channels.general, content: "" }), 50006],
  ])("are refused %s", (_, act, code) => {
    expect(() => act(server)).toThrow(expect.objectContaining({ code }));
  });
});

describe("what else is written", () => {
  test("by other bots, webhooks and Discord itself comes too", async () => {
    const { people, channels } = server;
    const heard: Message[] = [];
    client.on(Events.MessageCreate, (message) => heard.push(message));
    server.say({ as: people.otherBot, channel: channels.general, content: "beep" });
    server.postByWebhook({ channel: channels.general, name: "CI", content: "built" });
    server.postSystemMessage({ as: people.bo, channel: channels.general, type: MessageType.UserJoin });
    server.postSystemMessage({ as: people.bo, channel: channels.general, type: MessageType.GuildBoost });
    await server.until(() => heard.length === 4, "the messages");
    expect(heard.map(({ author, webhookId, system }) => [author.bot, webhookId !== null, system])).toEqual([
      [true, false, false],
      [true, true, false],
      [false, false, true],
      [false, false, true],
    ]);
  });

  test("by the bot is echoed with its nonce, and its edits as updates", async () => {
    const channel = (await client.channels.fetch(server.channels.general)) as TextChannel;
    const message = await channel.send({ content: "mine", nonce: "n1", enforceNonce: true });
    await message.edit("mine, edited");
    expect(told("MESSAGE_CREATE")).toMatchObject([
      { d: { content: "mine", nonce: "n1", author: { id: server.bot.id } } },
    ]);
    expect(told("MESSAGE_UPDATE")).toMatchObject([{ d: { content: "mine, edited" } }]);
    const { body } = await clients.request("GET", `/channels/${channel.id}/messages/${message.id}`);
    expect(body).not.toHaveProperty("nonce");
  });

  test("are the previews of links, whole or in part", () => {
    const { people, channels } = server;
    const { id } = server.say({ as: people.bo, channel: channels.general, content: "https://a.example" });
    server.resolveLinks({ message: id, url: "https://a.example", partial: true });
    server.resolveLinks({ message: id, url: "https://a.example" });
    const [part, whole] = told("MESSAGE_UPDATE").map(({ d }) => d);
    expect(part).not.toHaveProperty("author");
    expect(part).not.toHaveProperty("content");
    expect(whole).toMatchObject({ content: "https://a.example", edited_timestamp: null });
  });
});

describe("threads", () => {
  test("from a message have its id, begin with a reference to it, and are announced", async () => {
    const { people, channels } = server;
    const asked = server.say({ as: people.bo, channel: channels.general, content: "a long story" });
    const message = await ((await client.channels.fetch(channels.general)) as TextChannel).messages.fetch(
      asked.id,
    );
    const created = once(client, Events.ThreadCreate) as Promise<[AnyThreadChannel, boolean]>;
    const thread = await message.startThread({ name: "Story" });
    expect((await created)[1]).toBe(true);
    expect(thread.id).toBe(asked.id);
    await thread.send("once upon a time");
    expect(server.messages(thread.id)).toMatchObject([
      { type: MessageType.ThreadStarterMessage, replyTo: asked.id },
      { content: "once upon a time" },
    ]);
    const start = (channel: string, id: string) =>
      clients.request("POST", `/channels/${channel}/messages/${id}/threads`, { name: "Again" });
    expect(await start(channels.general, asked.id)).toMatchObject({ status: 400, body: { code: 160004 } });
    const inside = await thread.send("x");
    expect(await start(thread.id, inside.id)).toMatchObject({ status: 400, body: { code: 50024 } });
  });

  test("from an older message are told of in the channel", async () => {
    const { people, channels } = server;
    const asked = server.say({ as: people.bo, channel: channels.general, content: "old" });
    server.say({ as: people.bo, channel: channels.general, content: "newer" });
    server.startThread({ as: people.bo, channel: channels.general, name: "Old one", message: asked.id });
    expect(server.messages(channels.general).at(-1)).toMatchObject({
      type: MessageType.ThreadCreated,
      content: "Old one",
    });
  });

  test("that are private are unknown to the bot until it is named in them", async () => {
    const { people, channels } = server;
    const thread = server.startThread({
      as: people.ada,
      channel: channels.general,
      name: "Quiet",
      private: true,
    });
    await expect(client.channels.fetch(thread)).rejects.toMatchObject({ code: 50001 });
    expect(told("THREAD_CREATE")).toEqual([]);
    const coming = nextMessage();
    server.say({ as: people.ada, channel: thread, content: `<@${server.bot.id}> come in` });
    expect((await coming).channelId).toBe(thread);
    expect(told("THREAD_CREATE")).toMatchObject([{ d: { id: thread, type: ChannelType.PrivateThread } }]);
    expect(server.messages(thread, { as: people.bo })).toEqual([]);
    server.invite({ as: people.ada, thread, person: people.bo });
    expect(server.messages(thread, { as: people.bo })).toHaveLength(1);
  });

  test("that are archived can't be edited in, wake up with a message, and stay shut when locked", async () => {
    const { people, channels } = server;
    const id = server.startThread({ as: people.bo, channel: channels.general, name: "Nap" });
    const thread = (await client.channels.fetch(id)) as AnyThreadChannel;
    const message = await thread.send("good night");
    server.changeThread({ as: people.bo, thread: id, archived: true });
    await expect(message.edit("good morning")).rejects.toMatchObject({ code: 50083 });
    await thread.send("good morning");
    expect(told("THREAD_UPDATE").at(-1)).toMatchObject({ d: { thread_metadata: { archived: false } } });
    server.changeThread({ as: people.ada, thread: id, locked: true });
    await expect(thread.send("hello?")).rejects.toMatchObject({ code: 160005 });
  });

  test.each<readonly [keyof DiscordServer["channels"], number]>([
    ["noThreads", 50013],
    ["voice", 50024],
  ])("are refused in #%s", async (name, code) => {
    const { id } = server.say({ as: server.people.bo, channel: server.channels[name], content: "x" });
    const path = `/channels/${server.channels[name]}/messages/${id}/threads`;
    const { body } = await clients.request("POST", path, { name: "x" });
    expect(body).toMatchObject({ code });
  });

  test("in a forum are posts that begin with a message of the same id", () => {
    const id = server.startThread({ as: server.people.bo, channel: server.channels.forum, name: "Question" });
    expect(server.messages(id)).toMatchObject([{ id, content: "Question" }]);
  });

  test("in a channel that comes into sight are synced", async () => {
    const { people, channels, guild, bot } = server;
    server.startThread({ as: people.ada, channel: channels.board, name: "Plans" });
    const synced = once(client, Events.ThreadListSync);
    server.setOverwrite(channels.board, { id: bot.id, type: "member", allow: P.ViewChannel });
    await synced;
    const active = await (await client.guilds.fetch(guild.id)).channels.fetchActiveThreads();
    expect(active.threads.map(({ name }) => name)).toEqual(["Plans"]);
  });
});

describe("administrators", () => {
  test("add and take away guilds, channels, roles and members while the bot listens", async () => {
    const { people } = server;
    const joined = once(client, Events.GuildCreate);
    const guild = server.addGuild("Second", people.ada);
    await joined;
    const channel = server.addChannel(guild, { name: "lobby" });
    const mods = server.addRole(guild, "mods", 0n);
    server.addMember(guild, people.bo, [mods]);
    server.setRolePermissions(guild, mods, P.ManageGuild);
    await server.until(() => client.channels.cache.has(channel), "the channel");
    const bo = await (await client.guilds.fetch(guild)).members.fetch(people.bo);
    expect(bo.permissions.has(P.ManageGuild)).toBe(true);
    server.setRoles(guild, server.bot.id, [mods]);
    server.setUnavailable(guild, true);
    server.setUnavailable(guild, false);
    server.removeMember(guild, people.bo);
    await expect(
      client.guilds.cache.get(guild)?.members.fetch({ user: people.bo, force: true }),
    ).rejects.toMatchObject({ code: 10007 });
    server.removeChannel(channel);
    await server.until(() => !client.channels.cache.has(channel), "the channel to go");
    const left = once(client, Events.GuildDelete);
    server.removeMember(guild, server.bot.id);
    await left;
    await expect(client.guilds.fetch({ guild, force: true })).rejects.toMatchObject({ code: 50001 });
  });

  test("are known by their permissions", async () => {
    const guild = await client.guilds.fetch(server.guild.id);
    const rights = async (id: string) => (await guild.members.fetch(id)).permissions.has(P.ManageGuild);
    const { owner, ada, bo } = server.people;
    expect(await Promise.all([owner, ada, bo].map(rights))).toEqual([true, true, false]);
  });
});
