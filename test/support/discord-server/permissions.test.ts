import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";
import { expect, test } from "vitest";

import { may } from "./permissions.ts";
import { addChannel, addGuild, addMember, addRole, addUser, setOverwrite } from "./seeded-world.ts";
import { createWorld } from "./world.ts";

const { ViewChannel, SendMessages, MentionEveryone, Administrator, ManageThreads } = P;

function build() {
  const world = createWorld(Date.now);
  const owner = addUser(world, "owner");
  const person = addUser(world, "person");
  const guild = addGuild(world, "Guild", owner.id);
  const low = addRole(world, guild, "low", 0n);
  const high = addRole(world, guild, "high", 0n);
  const member = addMember(world, guild, person.id, [low.id, high.id]);
  const channel = addChannel(world, guild, { name: "here" });
  return { world, owner, person, guild, low, high, member, channel };
}

type Built = ReturnType<typeof build>;
const everyone = ({ guild }: Built) => ({ id: guild.id, type: "role" }) as const;
const self = ({ person }: Built) => ({ id: person.id, type: "member" }) as const;

test.each<readonly [string, (b: Built) => void, bigint, boolean]>([
  ["a member has what everyone has", () => undefined, ViewChannel, true],
  ["and nothing more", () => undefined, MentionEveryone, false],
  ["roles add to it", (b) => (b.low.permissions = MentionEveryone), MentionEveryone, true],
  [
    "a channel denies to everyone",
    (b) => setOverwrite(b.channel, { ...everyone(b), deny: ViewChannel }),
    ViewChannel,
    false,
  ],
  [
    "one role's allowance outweighs another's denial",
    (b) => {
      setOverwrite(b.channel, { id: b.low.id, type: "role", allow: ViewChannel });
      setOverwrite(b.channel, { id: b.high.id, type: "role", deny: ViewChannel });
    },
    ViewChannel,
    true,
  ],
  [
    "the member's own outweighs the roles'",
    (b) => {
      setOverwrite(b.channel, { id: b.low.id, type: "role", allow: ViewChannel });
      setOverwrite(b.channel, { ...self(b), deny: ViewChannel });
    },
    ViewChannel,
    false,
  ],
  [
    "an administrator is denied nothing",
    (b) => {
      b.low.permissions = Administrator;
      setOverwrite(b.channel, { ...self(b), deny: ViewChannel });
    },
    ViewChannel,
    true,
  ],
  [
    "who does not see may not write",
    (b) => setOverwrite(b.channel, { ...self(b), deny: ViewChannel }),
    SendMessages,
    false,
  ],
  [
    "who may not write may not name everyone",
    (b) => {
      b.low.permissions = MentionEveryone;
      setOverwrite(b.channel, { ...self(b), deny: SendMessages | P.SendMessagesInThreads });
    },
    MentionEveryone,
    false,
  ],
  ["who is timed out sees", (b) => (b.member.timedOutUntilMs = Date.now() + 60_000), ViewChannel, true],
  ["and does not write", (b) => (b.member.timedOutUntilMs = Date.now() + 60_000), SendMessages, false],
  ["a time-out ends", (b) => (b.member.timedOutUntilMs = Date.now() - 1), SendMessages, true],
  ["who left has nothing", (b) => b.guild.members.delete(b.person.id), ViewChannel, false],
])("%s", (_, change, permission, expected) => {
  const built = build();
  change(built);
  expect(may(built.world, built.person.id, built.channel, permission)).toBe(expected);
});

test("the owner may all", () => {
  const { world, owner, channel } = build();
  setOverwrite(channel, { id: owner.id, type: "member", deny: ViewChannel });
  expect(may(world, owner.id, channel, Administrator)).toBe(true);
});

test.each<readonly [string, ChannelType, (b: Built, members: Map<string, string>) => void, boolean]>([
  ["a public thread is seen by all of its channel", ChannelType.PublicThread, () => undefined, true],
  ["a private thread isn't", ChannelType.PrivateThread, () => undefined, false],
  ["but by its members", ChannelType.PrivateThread, (b, members) => members.set(b.person.id, ""), true],
  [
    "and by those who manage threads",
    ChannelType.PrivateThread,
    (b) => (b.low.permissions = ManageThreads),
    true,
  ],
  [
    "no thread is seen without its channel",
    ChannelType.PublicThread,
    (b, members) => {
      members.set(b.person.id, "");
      setOverwrite(b.channel, { ...self(b), deny: ViewChannel });
    },
    false,
  ],
])("%s", (_, type, change, expected) => {
  const built = build();
  const { world, channel, owner } = built;
  const members = new Map<string, string>();
  const state = { archived: false, archivedAt: "", autoArchiveMinutes: 60, locked: false, invitable: true };
  const thread = { ...state, ownerId: owner.id, members, createdAt: "", messageCount: 0 };
  change(built, members);
  expect(may(world, built.person.id, { ...channel, type, parentId: channel.id, thread }, ViewChannel)).toBe(
    expected,
  );
});
