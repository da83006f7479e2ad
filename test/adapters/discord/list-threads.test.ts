import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";
import { describe, expect, test } from "vitest";

import type { ChannelId, WorkspaceId } from "../../../src/core/ids.ts";
import type { PlatformThread } from "../../../src/core/platform-thread.ts";
import type { DiscordServer } from "../../support/discord-server.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

const maxPages = 30;

const placeOf = (server: DiscordServer, channel: string) =>
  ({
    platform: "discord",
    workspace: server.guild.id as WorkspaceId,
    channel: channel as ChannelId,
  }) as const;

async function list({ server, platform }: Connected, channel: string, limit = 50) {
  const found: PlatformThread[] = [];
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const options = { limit, ...(after !== undefined && { after }) };
    const { threads, next } = await platform.threads(placeOf(server, channel), options, never);
    found.push(...threads);
    if (next === undefined) return found;
    after = next;
  }
  throw new Error("the list has no end");
}

const named = async (connected: Connected, channel: string, limit?: number) => {
  const names = new Map(connected.server.threads(channel).map(({ id, name }) => [id, name]));
  return (await list(connected, channel, limit)).map(({ place }) => names.get(place.thread ?? ""));
};

/** A thread in which two messages were said, by its owner. */
function begin(server: DiscordServer, name: string, more: { channel?: string; private?: boolean } = {}) {
  const as = server.people.owner;
  const thread = server.startThread({ as, channel: server.channels.general, name, ...more });
  for (const content of ["one", "two"]) server.say({ as, channel: thread, content });
  return thread;
}

describe("the threads of a channel in Discord", () => {
  test.each([1, 2, 3, 100])(
    "are the active ones, the newest first, then the archived, by %i",
    async (limit) => {
      let aheadMs = 0;
      const now = () => performance.timeOrigin + performance.now() + aheadMs;
      await using connected = await connect({ server: { now } });
      const { server } = connected;
      const as = server.people.owner;
      const threads = ["a", "b", "c", "d", "e", "f"].map((name) => begin(server, name));
      begin(server, "elsewhere", { channel: server.channels.random });
      for (const at of [4, 0, 2]) {
        aheadMs += 1_000;
        server.changeThread({ as, thread: threads[at] ?? "", archived: true });
      }
      expect(await named(connected, server.channels.general, limit)).toEqual(["f", "d", "b", "c", "a", "e"]);
    },
  );

  test("that were archived in one moment are all told, once", async () => {
    let now = Date.now();
    await using connected = await connect({ server: { now: () => now } });
    const { server } = connected;
    const as = server.people.owner;
    const threads = ["a", "b", "c", "d", "e"].map((name) => begin(server, name));
    for (const [index, thread] of threads.entries()) {
      if (index === 1 || index === 3) now += 1_000;
      server.changeThread({ as, thread, archived: true });
    }
    const found = await named(connected, server.channels.general, 3);
    expect(found).toHaveLength(5);
    expect(new Set(found)).toEqual(new Set(["a", "b", "c", "d", "e"]));
  });

  test("that few may read are told to be so, and only where Parley is in them or manages threads", async () => {
    let aheadMs = 0;
    const now = () => performance.timeOrigin + performance.now() + aheadMs;
    await using connected = await connect({ server: { now } });
    const { server } = connected;
    const { general } = server.channels;
    const as = server.people.owner;
    begin(server, "open");
    const threads = ["joined", "joined, archived", "closed", "closed, archived"].map((name) =>
      begin(server, name, { private: true }),
    );
    const [joined = "", joinedArchived = "", , closedArchived = ""] = threads;
    for (const thread of [joined, joinedArchived]) server.invite({ as, thread, person: server.bot.id });
    for (const thread of [joinedArchived, closedArchived]) {
      aheadMs += 1_000;
      server.changeThread({ as, thread, archived: true });
    }
    const told = async () => {
      const found = await list(connected, general);
      const names = await named(connected, general);
      return names.map((name, at) => `${name}${found[at]?.isPrivate ? " (private)" : ""}`);
    };
    expect(await told()).toEqual(["joined (private)", "open", "joined, archived (private)"]);
    server.setOverwrite(general, { id: server.bot.id, type: "member", allow: P.ManageThreads });
    const { platform } = connected;
    await server.until(async () => (await told()).length === 5, "the right to manage threads");
    expect(await told()).toEqual([
      "closed (private)",
      "joined (private)",
      "open",
      "closed, archived (private)",
      "joined, archived (private)",
    ]);
    const [closed] = await list(connected, general);
    const history = closed && (await platform.history(closed.place, 10, never));
    expect(history?.map(({ text }) => text)).toEqual(["two", "one"]);
  });

  test("are a forum's posts that somebody answered", async () => {
    await using connected = await connect();
    const { server, platform } = connected;
    const { forum } = server.channels;
    const as = server.people.owner;
    server.startThread({ as, channel: forum, name: "unanswered" });
    const post = server.startThread({ as, channel: forum, name: "answered" });
    server.say({ as, channel: post, content: "an answer" });
    const found = await list(connected, forum);
    expect(found).toMatchObject([{ root: post, place: { channel: forum, thread: post } }]);
    const [{ place } = { place: placeOf(server, forum) }] = found;
    expect((await platform.history(place, 10, never)).map(({ text }) => text)).toEqual([
      "an answer",
      "answered",
    ]);
    server.changeThread({ as, thread: post, archived: true });
    expect(await named(connected, forum)).toEqual(["answered"]);
  });

  test("are refused with what to do", async () => {
    await using connected = await connect();
    const { server, platform } = connected;
    const { general, board, voice } = server.channels;
    const thread = begin(server, "a thread");
    const ask = (channel: string) => platform.threads(placeOf(server, channel), { limit: 10 }, never);
    await expect(ask(board)).rejects.toMatchObject({
      facts: { code: 50_001 },
      message: expect.stringContaining("View Channel"),
    });
    await expect(ask(voice)).rejects.toMatchObject({
      facts: { code: 50_024 },
      message: expect.stringContaining("name a text"),
    });
    await expect(ask(thread)).rejects.toMatchObject({ facts: { code: 50_024 } });
    server.setOverwrite(general, { id: server.bot.id, type: "member", deny: P.ReadMessageHistory });
    const refused = () =>
      ask(general).then(
        () => undefined,
        (error: unknown) => error,
      );
    const error = await server.until(refused, "the right to read to be gone");
    expect(error).toMatchObject({ facts: { code: 160_002 } });
    expect(String(error)).toMatch(/Read Message History/);
  });

  test("that are deleted are told no more", async () => {
    await using connected = await connect();
    const { server } = connected;
    const channel = server.addChannel(server.guild.id, { name: "desk", type: ChannelType.GuildText });
    const [kept, gone] = ["kept", "gone"].map((name) => begin(server, name, { channel }));
    server.removeChannel(gone ?? "");
    await connected.heard("one");
    expect((await list(connected, channel)).map(({ root }) => root)).toEqual([kept]);
  });
});
