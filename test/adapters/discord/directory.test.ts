import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type {
  CauseId,
  ChannelId,
  MessageId,
  PersonId,
  ThreadId,
  WorkspaceId,
} from "../../../src/core/ids.ts";
import type { Place } from "../../../src/core/event.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

let discord: Connected;
beforeAll(async () => {
  discord = await connect();
});
afterAll(async () => {
  await discord[Symbol.asyncDispose]();
});

const guild = () => discord.server.guild.id as WorkspaceId;
const direct = "@me" as WorkspaceId;
const canRead = (person: string, channel: string, workspace = guild()) =>
  discord.platform.canRead(workspace, person as PersonId, channel as ChannelId, never);
const facts = (person: string, workspace = guild()) =>
  discord.platform.person(workspace, person as PersonId, never);

describe("who may read a channel", () => {
  test.for([
    ["ada", "general", true],
    ["gil", "general", true],
    ["gil", "random", false],
    ["bo", "random", true],
    ["ada", "secret", true],
    ["bo", "secret", false],
    ["owner", "secret", true],
    ["bo", "board", false],
    ["stranger", "general", false],
  ] as const)("%s and #%s: %s", async ([person, channel, expected]) => {
    const { people, channels } = discord.server;
    expect(await canRead(people[person], channels[channel])).toBe(expected);
  });

  test("a private thread is for its members and those who manage threads", async () => {
    const { server } = discord;
    const { ada, bo, gil, owner } = server.people;
    const thread = server.startThread({
      as: bo,
      channel: server.channels.general,
      name: "ours",
      private: true,
    });
    server.invite({ as: bo, thread, person: server.bot.id });
    await server.until(() => discord.platform.channel(guild(), thread as ChannelId, never), "the thread");
    expect(await canRead(bo, thread)).toBe(true);
    expect(await canRead(gil, thread)).toBe(false);
    // Ada's role manages threads.
    expect(await canRead(ada, thread)).toBe(true);
    expect(await canRead(owner, thread)).toBe(true);
    expect(await discord.platform.channel(guild(), thread as ChannelId, never)).toEqual({
      name: "ours",
      kind: "private",
    });
  });

  test("a public thread is for those who may read its channel", async () => {
    const { server } = discord;
    const thread = server.startThread({
      as: server.people.bo,
      channel: server.channels.random,
      name: "open",
    });
    expect(await canRead(server.people.ada, thread)).toBe(true);
    expect(await canRead(server.people.gil, thread)).toBe(false);
  });

  test("without the right to read what was said before, nothing was readable", async () => {
    const { server } = discord;
    const deny = P.ReadMessageHistory;
    const channel = server.addChannel(server.guild.id, {
      name: "live-only",
      overwrites: [{ id: server.people.bo, type: "member", deny }],
    });
    await server.until(() => canRead(server.people.ada, channel), "the channel");
    expect(await canRead(server.people.bo, channel)).toBe(false);
  });

  test("a voice channel needs the right to connect", async () => {
    const { server } = discord;
    const { ada, bo } = server.people;
    const channel = server.addChannel(server.guild.id, {
      name: "Voices",
      type: ChannelType.GuildVoice,
      overwrites: [
        { id: server.guild.id, type: "role", deny: P.Connect },
        { id: ada, type: "member", allow: P.Connect },
      ],
    });
    await server.until(() => canRead(ada, channel), "the channel");
    expect(await canRead(bo, channel)).toBe(false);
  });

  test("a direct channel is for its one person, and of no guild", async () => {
    const { server } = discord;
    const channel = server.dm(server.people.ada);
    expect(await canRead(server.people.ada, channel, direct)).toBe(true);
    expect(await canRead(server.people.bo, channel, direct)).toBe(false);
    expect(await canRead(server.people.ada, channel)).toBe(false);
    expect(await canRead(server.people.ada, server.channels.general, direct)).toBe(false);
  });

  test("a channel that isn't there is nobody's, and an outage is no answer", async () => {
    expect(await canRead(discord.server.people.ada, "123456789012345678")).toBe(false);
    discord.server.fail("GET", "/channels/:channel", { status: 500 }, 10);
    await expect(canRead(discord.server.people.ada, "123456789012345679")).rejects.toMatchObject({
      code: "platform_unreachable",
    });
    discord.server.heal();
  });
});

describe("who somebody is", () => {
  test.for([
    ["ada", { name: "Ada", isAdmin: true, isGuest: false, isBot: false }],
    ["owner", { name: "Olga Owner", isAdmin: true, isGuest: false, isBot: false }],
    ["bo", { name: "Bo", isAdmin: false, isGuest: false, isBot: false }],
    ["otherBot", { name: "helper-bot", isAdmin: false, isGuest: false, isBot: true }],
    ["stranger", undefined],
  ] as const)("%s", async ([person, expected]) => {
    expect(await facts(discord.server.people[person])).toEqual(expected);
  });

  test("is asked for once a minute", async () => {
    const { server } = discord;
    await facts(server.people.cleo);
    const before = server.calls.length;
    await facts(server.people.cleo);
    await canRead(server.people.cleo, server.channels.general);
    expect(server.calls).toHaveLength(before);
  });

  test("in direct messages nobody is an admin", async () => {
    expect(await facts(discord.server.people.ada, direct)).toMatchObject({ name: "Ada", isAdmin: false });
  });
});

describe("notices to one person", () => {
  const place = (): Place => ({
    platform: "discord",
    workspace: guild(),
    channel: discord.server.channels.general as ChannelId,
  });

  test("are direct messages", async () => {
    const { server, platform } = discord;
    expect(await platform.notify(place(), server.people.bo as PersonId, "psst **you**", never)).toBe("dm");
    expect(server.messages(server.dm(server.people.bo)).at(-1)).toMatchObject({ content: "psst **you**" });
    expect(server.messages(server.channels.general)).toEqual([]);
  });

  test("reach nobody whose direct messages are closed", async () => {
    const { server, platform } = discord;
    expect(await platform.notify(place(), server.people.cleo as PersonId, "psst", never)).toBe("none");
  });

  test("are no reason to say nothing when Discord is away", async () => {
    const { server, platform } = discord;
    server.fail("POST", "/channels/:channel/messages", { status: 502 }, 10);
    await expect(platform.notify(place(), server.people.bo as PersonId, "psst", never)).rejects.toMatchObject(
      {
        code: "platform_unreachable",
      },
    );
    server.heal();
  });

  test("a direct message under one cause is sent once, also by another process", async () => {
    const { server, platform } = discord;
    const send = (by: Connected) =>
      by.platform.sendDirect(
        guild(),
        server.people.bo as PersonId,
        "elsewhere" as CauseId,
        "sent once",
        never,
      );
    await send(discord);
    await send(discord);
    await using later = await discord.restarted();
    await send(later);
    const sent = server
      .messages(server.dm(server.people.bo))
      .filter(({ content }) => content === "sent once");
    expect(sent).toHaveLength(1);
    await expect(
      platform.sendDirect(guild(), server.people.cleo as PersonId, "closed" as CauseId, "no", never),
    ).rejects.toMatchObject({ code: "platform_refused" });
  });
});

describe("single messages", () => {
  const place = (thread?: string): Place => ({
    platform: "discord",
    workspace: guild(),
    channel: discord.server.channels.random as ChannelId,
    ...(thread !== undefined && { thread: thread as ThreadId }),
  });

  test("are posted with buttons and files, edited and deleted", async () => {
    const { server, platform } = discord;
    const bytes = new TextEncoder().encode("a,b\n");
    const id = await platform.post(
      place(),
      "m1" as CauseId,
      {
        text: "Report",
        buttons: [{ action: "go", label: "Go", style: "primary" }],
        files: [{ name: "r.csv", mediaType: "text/csv", bytes, altText: "The numbers" }],
      },
      never,
    );
    const shown = () => server.messages(server.channels.random).find((message) => message.id === id);
    expect(shown()).toMatchObject({
      content: "Report",
      components: [{ components: [{ custom_id: "go", label: "Go", style: 1 }] }],
      attachments: [{ filename: "r.csv", size: 4, description: "The numbers" }],
    });
    await platform.edit(place(), id, { text: "Report, *corrected*" }, never);
    expect(shown()).toMatchObject({ content: "Report, *corrected*", components: [] });
    await platform.delete(place(), id, never);
    expect(shown()).toBeUndefined();
    await platform.delete(place(), id, never);
    await expect(platform.edit(place(), id, { text: "no" }, never)).rejects.toMatchObject({
      code: "platform_refused",
    });
  });

  test("posted again under one cause they are the same", async () => {
    const { server, platform } = discord;
    const post = () => platform.post(place(), "m2" as CauseId, { text: "The same" }, never);
    expect(await post()).toBe(await post());
    const same = server.messages(server.channels.random).filter(({ content }) => content === "The same");
    expect(same).toHaveLength(1);
  });

  test("what was said in a place is told newest first, as people read it", async () => {
    const { server, platform } = discord;
    const { ada, bo } = server.people;
    const channel = server.addChannel(server.guild.id, { name: "told" });
    server.say({ as: ada, channel, content: `hello <@${bo}> in <#${channel}>` });
    await server.until(() => discord.platform.channel(guild(), channel as ChannelId, never), "the channel");
    const own = await platform.post(
      { ...place(), channel: channel as ChannelId },
      "m3" as CauseId,
      { text: "mine" },
      never,
    );
    server.say({ as: bo, channel, content: "newest" });
    const told = await platform.history({ ...place(), channel: channel as ChannelId }, 10, never);
    expect(
      told.map(({ author, text, isOwn, message }) => [author.name, text, isOwn, message === own]),
    ).toEqual([
      ["Bo", "newest", false, false],
      ["Parley", "mine", true, true],
      ["Ada", "hello @Bo in #told", false, false],
    ]);
    expect(await platform.history({ ...place(), channel: channel as ChannelId }, 1, never)).toHaveLength(1);
  });
});

test("what was said in a thread begins with what it was opened from", async () => {
  const { server, platform } = discord;
  const { ada, bo } = server.people;
  const question = server.say({ as: ada, channel: server.channels.random, content: "the question" });
  const thread = server.startThread({
    as: bo,
    channel: server.channels.random,
    name: "t",
    message: question.id,
  });
  server.say({ as: bo, channel: thread, content: "an answer" });
  const place: Place = {
    platform: "discord",
    workspace: guild(),
    channel: server.channels.random as ChannelId,
    thread: thread as ThreadId,
  };
  const told = await platform.history(place, 10, never);
  expect(told.map(({ text, message }) => [text, message === question.id])).toEqual([
    ["an answer", false],
    ["the question", true],
  ]);
});

describe("typing", () => {
  test("is shown until something can be read, and costs nothing where that is at once", async () => {
    await using own = await connect();
    const { server, platform } = own;
    const channel = server.dm(server.people.ada) as ChannelId;
    const { id } = server.say({ as: server.people.ada, channel, content: "hello" });
    const place = { platform: "discord", workspace: direct, channel, replyTo: id as MessageId } as const;
    await platform.showActivity(place, never);
    expect(server.typing).toMatchObject([{ channel, user: server.bot.id }]);
    const soon = platform.showActivity(place, never);
    await platform.post(place, "typing" as CauseId, { text: "There." }, never);
    await soon;
    expect(server.typing).toHaveLength(1);
  });

  test("ends with its signal", async () => {
    await using own = await connect();
    const ended = AbortSignal.abort();
    const place = { platform: "discord", workspace: direct, channel: "1" as ChannelId } as const;
    await own.platform.showActivity(place, ended);
    expect(own.server.typing).toEqual([]);
  });
});
