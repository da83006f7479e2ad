import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { accessChangeIn } from "../../../src/adapters/slack/access-changes.ts";
import type { AccessChange } from "../../../src/core/access.ts";
import type { Place } from "../../../src/core/event.ts";
import type { ChannelId, PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import { audiencesForAnswer } from "../../../src/core/visibility.ts";
import { connect, never } from "./connected.ts";
import type { Connected } from "./connected.ts";

const team = ({ server }: Connected) => server.team.id as WorkspaceId;

/** The names of the channels that may be used, asked with nothing remembered. */
async function shown(
  slack: Connected,
  who: string,
  room: string,
  privacy: "private" | "public",
): Promise<string[]> {
  const { server, platform } = slack;
  const names = new Map(Object.entries(server.channels).map(([name, id]) => [id, name]));
  const look = platform.lookAtAccess(team(slack));
  const person = (server.users[who as "bo"] ?? who) as PersonId;
  const channel = (server.channels[room as "general"] ?? room) as ChannelId;
  const place: Place = { platform: "slack", workspace: team(slack), channel };
  const facts = await look.facts({ person, ...(privacy === "public" && { place }) }, never);
  const here = privacy === "public" ? await look.audienceOf(place, never) : undefined;
  const audiences = [...audiencesForAnswer(facts, person, privacy, here)];
  return audiences.map((key) => names.get(key.split("/")[2] ?? "") ?? key).toSorted();
}

describe("in a workspace with guests and a partner", () => {
  let slack: Connected;
  beforeAll(async () => {
    slack = await connect();
  });
  afterAll(async () => {
    await slack[Symbol.asyncDispose]();
  });

  test.for([
    ["ada", ["archived", "elsewhere", "general", "random", "secret", "shared"]],
    ["cy", ["archived", "elsewhere", "general", "random", "shared"]],
    ["guest", ["general"]],
    ["stranger", ["shared"]],
    ["otherBot", ["general"]],
  ] as const)("%s reads %j", async ([who, channels]) => {
    expect(await shown(slack, who, "general", "private")).toEqual(channels);
  });

  test.for([
    // A guest reads along, and reads nothing else.
    ["bo", "general", ["general"]],
    ["bo", "random", ["archived", "elsewhere", "general", "random", "shared"]],
    ["bo", "secret", ["archived", "elsewhere", "general", "random", "secret", "shared"]],
    ["bo", "group", ["archived", "elsewhere", "general", "random", "secret", "shared"]],
    // Of another organisation somebody reads along.
    ["ada", "shared", ["shared"]],
    // Who isn't there gets no more than they read.
    ["cy", "secret", ["archived", "elsewhere", "general", "random", "secret", "shared"]],
    ["guest", "random", ["general", "random"]],
  ] as const)("for everybody, %s in %s is shown %j", async ([who, room, channels]) => {
    expect(await shown(slack, who, room, "public")).toEqual(channels);
  });

  test("alone with Parley there is nobody else", async () => {
    const { server } = slack;
    expect(await shown(slack, "guest", server.im(server.users.guest), "public")).toEqual(["general"]);
  });

  test("the same is asked once", async () => {
    const { server, platform } = slack;
    const look = platform.lookAtAccess(team(slack));
    const question = {
      person: server.users.bo as PersonId,
      place: { platform: "slack", workspace: team(slack), channel: server.channels.secret as ChannelId },
    } as const;
    await Promise.all([look.facts(question, never), look.facts(question, never)]);
    const { length } = server.calls;
    await look.facts(question, never);
    expect(server.calls).toHaveLength(length);
    look.forget({ workspace: team(slack), channel: question.place.channel, person: question.person });
    await look.facts(question, never);
    expect(
      server.calls
        .slice(length)
        .map(({ method }) => method)
        .toSorted(),
    ).toEqual(["conversations.info", "conversations.members", "users.conversations"]);
  });

  test("an outage is no answer, and the next one is", async () => {
    const { server, platform } = slack;
    const look = platform.lookAtAccess(team(slack));
    server.fail("conversations.list", { status: 503 }, 10);
    const question = { person: server.users.bo as PersonId };
    await expect(look.facts(question, never)).rejects.toMatchObject({ code: "platform_unreachable" });
    server.heal();
    expect((await look.facts(question, never)).channels.length).toBeGreaterThan(3);
  });
});

test("everybody counts where many people and channels come in pages", async () => {
  await using slack = await connect();
  const { server } = slack;
  const crowd = Array.from({ length: 40 }, (_, at) => server.addUser({ name: `member-${at}` }));
  const guest = server.addUser({ name: "late-guest", guest: "single" });
  for (let at = 0; at < 1_000; at++) server.addChannel({ name: `project-${at}`, members: [] });
  const there = { type: "group", members: [...crowd, server.bot.userId] } as const;
  const crowded = server.addChannel({ name: "crowded", ...there });
  const [first = ""] = crowd;
  expect(await shown(slack, first, crowded, "public")).toHaveLength(1_000 + 6);
  server.changeChannel({ kind: "invite", as: first, channel: crowded, user: guest });
  expect(await shown(slack, first, crowded, "public")).toEqual([expect.stringContaining(crowded)]);
  expect(server.calls.some(({ method }) => method === "users.list")).toBe(true);
});

test("what changes is told as it happens, and hands nothing in", async () => {
  await using slack = await connect();
  const { server, platform, events } = slack;
  const { ada, bo } = server.users;
  const { random } = server.channels;
  const told: AccessChange[] = [];
  platform.watchAccess((change) => told.push(change));
  const workspace = team(slack);
  const changes: readonly [() => void, AccessChange][] = [
    [
      () => server.changeChannel({ kind: "kick", as: ada, channel: random, user: bo }),
      { workspace, channel: random as ChannelId, person: bo as PersonId },
    ],
    [
      () => server.changeChannel({ kind: "kick", as: ada, channel: random, user: server.bot.userId }),
      { workspace, channel: random as ChannelId },
    ],
    [() => server.changeUser(bo, { guest: true }), { workspace, person: bo as PersonId }],
    [() => server.dropSockets(), { workspace }],
  ];
  for (const [make, change] of changes) {
    make();
    await expect.poll(() => told, { timeout: 15_000 }).toContainEqual(change);
  }
  expect(events.filter(({ kind }) => kind !== "ignored")).toEqual([]);
});

describe("an event", () => {
  const own = { teamId: "T1", userId: "UBOT" };
  const body = (event: object) => ({ type: "event_callback", team_id: "T2", event_id: "Ev1", event });
  const user = { id: "U1", name: "bo" };

  test.for([
    [{ type: "member_joined_channel", user: "U1", channel: "C1" }, { channel: "C1", person: "U1" }, true],
    [{ type: "member_left_channel", user: "UBOT", channel: "C1" }, { channel: "C1" }, true],
    [{ type: "channel_archive", user: "U1", channel: "C1" }, { channel: "C1" }, true],
    [{ type: "channel_created", channel: { id: "C1", creator: "U1" } }, { channel: "C1" }, true],
    [{ type: "user_change", user }, { person: "U1" }, true],
    [{ type: "team_join", user }, { person: "U1" }, true],
    [
      { type: "message", subtype: "channel_join", user: "U1", channel: "C1" },
      { channel: "C1", person: "U1" },
      false,
    ],
    [
      { type: "message", subtype: "channel_convert_to_private", user: "U1", channel: "C1" },
      { channel: "C1" },
      false,
    ],
    // What can't be read may concern anything.
    [{ type: "channel_archive", channel: 7 }, {}, true],
  ] as const)("%j changes %j", ([event, change, isOnlyThat]) => {
    expect(accessChangeIn(body(event), own)).toEqual({
      change: { workspace: "T1", ...change },
      isOnlyThat,
    });
  });

  test.for([
    { type: "message", user: "U1", channel: "C1", text: "hi" },
    { type: "message", subtype: "channel_topic", user: "U1", channel: "C1" },
    { type: "reaction_added", user: "U1" },
  ])("%j changes nothing", (event) => {
    expect(accessChangeIn(body(event), own)).toBeUndefined();
    expect(accessChangeIn(event, own)).toBeUndefined();
  });
});
