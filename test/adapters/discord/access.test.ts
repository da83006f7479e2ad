import { PermissionFlagsBits as P } from "discord-api-types/v10";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { AccessChange } from "../../../src/core/access.ts";
import type { Place } from "../../../src/core/event.ts";
import type { ChannelId, MessageId, PersonId, ThreadId, WorkspaceId } from "../../../src/core/ids.ts";
import { audiencesForAnswer } from "../../../src/core/visibility.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

let discord: Connected;
beforeEach(async () => {
  discord = await connect();
});
afterEach(async () => {
  await discord[Symbol.asyncDispose]();
});

const guild = () => discord.server.guild.id as WorkspaceId;

function placeIn(room: string, thread?: string, replyTo?: string): Place {
  return {
    platform: "discord",
    workspace: guild(),
    channel: (discord.server.channels[room as "general"] ?? room) as ChannelId,
    ...(thread !== undefined && { thread: thread as ThreadId }),
    ...(replyTo !== undefined && { replyTo: replyTo as MessageId }),
  };
}

/** The names of the channels that may be used, asked with nothing remembered. */
async function shown(who: string, place?: Place): Promise<string[]> {
  const { server, platform } = discord;
  const names = new Map(Object.entries(server.channels).map(([name, id]) => [id, name]));
  const look = platform.lookAtAccess(guild());
  const person = (server.people[who as "bo"] ?? who) as PersonId;
  const facts = await look.facts({ person, ...(place && { place }) }, never);
  const here = place && (await look.audienceOf(place, never));
  return [...audiencesForAnswer(facts, person, place ? "public" : "private", here)]
    .map((key) => {
      const [, , channel = "", thread] = key.split("/");
      return thread === undefined ? (names.get(channel) ?? channel) : "a private thread";
    })
    .toSorted();
}

const open = ["announcements", "forum", "general", "noThreads", "random", "readOnly", "voice"];
const ofTeam = ["announcements", "board", "forum", "general", "noThreads", "random", "readOnly", "secret"];

describe("who reads what", () => {
  test("is what roles and overwrites make of it", async () => {
    expect(await shown("bo")).toEqual(open);
    expect(await shown("gil")).toEqual(["general"]);
    expect(await shown("ada")).toEqual([...ofTeam, "voice"]);
    expect(await shown("owner")).toEqual([...ofTeam, "voice"]);
    expect(await shown("stranger")).toEqual([]);
  });

  test("changes with a role at once, though nobody tells of it", async () => {
    const { server } = discord;
    expect(await shown("bo")).not.toContain("secret");
    server.setRoles(guild(), server.people.bo, [server.roles.team]);
    expect(await shown("bo")).toContain("secret");
    server.setRoles(guild(), server.people.bo, []);
    expect(await shown("bo")).not.toContain("secret");
  });

  test("is asked once for questions that come at once", async () => {
    const { server, platform } = discord;
    const look = platform.lookAtAccess(guild());
    const person = server.people.bo as PersonId;
    const asked = () => server.calls.filter(({ route }) => route === "/guilds/:guild/members/:user").length;
    const before = asked();
    await Promise.all(Array.from({ length: 5 }, () => look.facts({ person }, never)));
    expect(asked() - before).toBe(1);
  });

  test("is unknown while the gateway is not connected", async () => {
    const { server } = discord;
    const look = discord.platform.lookAtAccess(guild());
    const person = server.people.bo as PersonId;
    await server.goDown();
    await server.until(() => !discord.platform.health().ok, "the connection to be missed");
    await expect(look.facts({ person }, never)).rejects.toMatchObject({ code: "platform_unreachable" });
    await server.comeBack();
    await server.until(() => discord.platform.health().ok, "the connection");
    expect((await look.facts({ person }, never)).channels.length).toBeGreaterThan(3);
  });
});

describe("a public answer uses", () => {
  test.for([
    // Guests see this channel and no other.
    ["bo", "general", ["general"]],
    ["bo", "random", open],
    // Somebody of the team may be a guest.
    ["ada", "secret", ["board", "general", "secret"]],
    ["gil", "general", ["general"]],
  ] as const)("for %s in %s: %j", async ([who, room, channels]) => {
    expect(await shown(who, placeIn(room))).toEqual(channels);
  });

  test("nothing that somebody doesn't read who was let in by name", async () => {
    const { server } = discord;
    server.setOverwrite(server.channels.secret, {
      id: server.people.bo,
      type: "member",
      allow: P.ViewChannel,
    });
    await server.until(async () => (await shown("bo")).includes("secret"), "the overwrite");
    expect(await shown("ada", placeIn("secret"))).toEqual(["general", "secret"]);
    // A program that was let in is no audience.
    server.setOverwrite(server.channels.board, {
      id: server.people.otherBot,
      type: "member",
      allow: P.ViewChannel,
    });
    await server.until(async () => (await shown("ada", placeIn("board"))).includes("board"), "the overwrite");
    expect(await shown("ada", placeIn("board"))).toContain("secret");
  });

  test("nothing of a channel without its history", async () => {
    const { server } = discord;
    const everyone = { id: server.guild.id, type: "role" } as const;
    server.setOverwrite(server.channels.general, { ...everyone, deny: P.ReadMessageHistory });
    await server.until(async () => !(await shown("bo")).includes("general"), "the overwrite");
    expect(await shown("bo", placeIn("random"))).not.toContain("general");
  });
});

describe("a private thread", () => {
  async function begin() {
    const { server } = discord;
    const { bo } = server.people;
    const thread = server.startThread({
      as: bo,
      channel: server.channels.random,
      name: "ours",
      private: true,
    });
    server.invite({ as: bo, thread, person: server.bot.id });
    await server.until(async () => (await shown("bo")).includes("a private thread"), "the thread");
    return thread;
  }

  test("is for those in it, and those who manage threads", async () => {
    const { server } = discord;
    const thread = await begin();
    expect(await shown("cleo")).not.toContain("a private thread");
    expect(await shown("ada")).toContain("a private thread");
    server.invite({ as: server.people.bo, thread, person: server.people.cleo });
    expect(await shown("cleo")).toContain("a private thread");
    server.leave({ as: server.people.cleo, thread });
    expect(await shown("cleo")).not.toContain("a private thread");
  });

  test("is used in public answers in itself only, beside what its channel may use", async () => {
    const thread = await begin();
    expect(await shown("bo", placeIn("random", thread))).toEqual(["a private thread", ...open]);
    expect(await shown("bo", placeIn("random"))).toEqual(open);
  });

  test("that Parley can't see is nobody's, and a thread to be opened is its channel's", async () => {
    const { server, platform } = discord;
    const { bo } = server.people;
    const look = platform.lookAtAccess(guild());
    const hidden = server.startThread({ as: bo, channel: server.channels.random, name: "x", private: true });
    expect(await look.audienceOf(placeIn("random", hidden, "1"), never)).toBeUndefined();
    const { id } = server.say({ as: bo, channel: server.channels.random, content: "hi" });
    expect(await look.audienceOf(placeIn("random", id, id), never)).toEqual({
      platform: "discord",
      workspace: guild(),
      channel: server.channels.random,
    });
  });
});

test("what the gateway tells of is handed on", async () => {
  const { server, platform } = discord;
  const told: AccessChange[] = [];
  platform.watchAccess((change) => told.push(change));
  for (const change of [
    () => server.setRolePermissions(guild(), server.roles.guests, P.ViewChannel),
    () => server.setOverwrite(server.channels.general, { id: server.roles.team, type: "role" }),
    () => server.removeChannel(server.channels.random),
  ]) {
    const before = told.length;
    change();
    await server.until(() => told.length > before, "the change");
    expect(told.at(-1)).toEqual({ workspace: guild() });
  }
});
