import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";

import { isoAt, need } from "./world.ts";
import type { Channel, Guild, Member, Role, User, World } from "./world.ts";

// A community to test in, and the means to add to it.

/** What @everyone may in a new guild, as far as tests care. */
const everyoneBits =
  P.ViewChannel |
  P.SendMessages |
  P.SendMessagesInThreads |
  P.CreatePublicThreads |
  P.CreatePrivateThreads |
  P.ReadMessageHistory |
  P.AddReactions |
  P.AttachFiles |
  P.EmbedLinks |
  P.Connect |
  P.UseApplicationCommands;

export interface ChannelDraft {
  readonly name: string;
  readonly type?: ChannelType;
  readonly topic?: string;
  readonly parentId?: string;
  readonly overwrites?: readonly OverwriteDraft[];
}

export interface OverwriteDraft {
  readonly id: string;
  readonly type: "role" | "member";
  readonly allow?: bigint;
  readonly deny?: bigint;
}

export function addUser(
  world: World,
  name: string,
  { bot = false, displayName = null as string | null } = {},
): User {
  const user: User = { id: world.newId(), username: name, globalName: displayName, bot, dmsClosed: false };
  world.users.set(user.id, user);
  return user;
}

export function addGuild(world: World, name: string, ownerId: string): Guild {
  const id = world.newId();
  const guild: Guild = { id, name, ownerId, roles: new Map(), members: new Map(), unavailable: false };
  // The role of everybody has the guild's own id (developers/topics/permissions).
  guild.roles.set(id, { id, name: "@everyone", permissions: everyoneBits, position: 0, mentionable: false });
  world.guilds.set(id, guild);
  addMember(world, guild, ownerId, []);
  return guild;
}

export function addRole(world: World, guild: Guild, name: string, permissions: bigint): Role {
  const id = world.newId();
  const role: Role = { id, name, permissions, position: guild.roles.size, mentionable: false };
  guild.roles.set(id, role);
  return role;
}

export function addMember(world: World, guild: Guild, userId: string, roles: readonly string[]): Member {
  const member: Member = {
    user: need(world.users, userId, "user"),
    roles: new Set(roles),
    nick: null,
    joinedAt: isoAt(world.now()),
    timedOutUntilMs: 0,
  };
  guild.members.set(userId, member);
  return member;
}

export function addChannel(world: World, guild: Guild, draft: ChannelDraft): Channel {
  const channel: Channel = {
    id: world.newId(),
    type: draft.type ?? ChannelType.GuildText,
    guildId: guild.id,
    name: draft.name,
    topic: draft.topic ?? null,
    position: world.channels.size,
    parentId: draft.parentId ?? null,
    overwrites: new Map(),
    recipients: [],
    lastMessageId: null,
  };
  for (const overwrite of draft.overwrites ?? []) setOverwrite(channel, overwrite);
  world.channels.set(channel.id, channel);
  return channel;
}

export function setOverwrite(channel: Channel, { id, type, allow = 0n, deny = 0n }: OverwriteDraft): void {
  channel.overwrites.set(id, { id, type: type === "role" ? 0 : 1, allow, deny });
}

/** The DM of two people, made when it isn't there. */
export function openDm(world: World, one: string, other: string): Channel {
  const known = [...world.channels.values()].find(
    ({ type, recipients }) =>
      type === ChannelType.DM && recipients.includes(one) && recipients.includes(other),
  );
  if (known) return known;
  const channel: Channel = {
    id: world.newId(),
    type: ChannelType.DM,
    name: "",
    topic: null,
    position: 0,
    parentId: null,
    overwrites: new Map(),
    recipients: [one, other],
    lastMessageId: null,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

export type Seed = ReturnType<typeof seedWorld>;

/** One guild with people, roles and a channel of each kind. The values are ids. */
export function seedWorld(world: World, bot: User) {
  const people = {
    owner: addUser(world, "owner", { displayName: "Olga Owner" }),
    ada: addUser(world, "ada", { displayName: "Ada" }),
    bo: addUser(world, "bo", { displayName: "Bo" }),
    /** Sees only #general. */
    gil: addUser(world, "gil", { displayName: "Gil" }),
    /** Takes no direct messages. */
    cleo: addUser(world, "cleo", { displayName: "Cleo" }),
    otherBot: addUser(world, "helper-bot", { bot: true }),
    /** In no guild. */
    stranger: addUser(world, "stranger"),
  };
  people.cleo.dmsClosed = true;
  const guild = addGuild(world, "Test Guild", people.owner.id);
  const admins = addRole(
    world,
    guild,
    "admins",
    P.ManageGuild | P.ManageMessages | P.ManageThreads | P.MentionEveryone,
  );
  const guests = addRole(world, guild, "guests", 0n);
  const team = addRole(world, guild, "team", 0n);
  addMember(world, guild, bot.id, []);
  addMember(world, guild, people.ada.id, [admins.id, team.id]);
  addMember(world, guild, people.bo.id, []);
  addMember(world, guild, people.gil.id, [guests.id]);
  addMember(world, guild, people.cleo.id, []);
  addMember(world, guild, people.otherBot.id, []);
  const noGuests = { id: guests.id, type: "role", deny: P.ViewChannel } as const;
  const ofBot = (allow: bigint, deny: bigint) => ({ id: bot.id, type: "member", allow, deny }) as const;
  const hidden = { id: guild.id, type: "role", deny: P.ViewChannel } as const;
  const add = (draft: ChannelDraft) => addChannel(world, guild, draft).id;
  const channels = {
    general: add({ name: "general", topic: "Anything" }),
    random: add({ name: "random", overwrites: [noGuests] }),
    /** For the team and the bot. */
    secret: add({
      name: "secret",
      overwrites: [hidden, { id: team.id, type: "role", allow: P.ViewChannel }, ofBot(P.ViewChannel, 0n)],
    }),
    /** For the team, without the bot. */
    board: add({ name: "board", overwrites: [hidden, { id: team.id, type: "role", allow: P.ViewChannel }] }),
    /** The bot may read and not write. */
    readOnly: add({
      name: "read-only",
      overwrites: [noGuests, ofBot(0n, P.SendMessages | P.SendMessagesInThreads)],
    }),
    /** The bot may make no threads. */
    noThreads: add({
      name: "no-threads",
      overwrites: [noGuests, ofBot(0n, P.CreatePublicThreads | P.CreatePrivateThreads)],
    }),
    announcements: add({
      name: "announcements",
      type: ChannelType.GuildAnnouncement,
      overwrites: [noGuests],
    }),
    forum: add({ name: "forum", type: ChannelType.GuildForum, overwrites: [noGuests] }),
    voice: add({ name: "voice", type: ChannelType.GuildVoice, overwrites: [noGuests] }),
  };
  const ids = Object.fromEntries(Object.entries(people).map(([name, { id }]) => [name, id]));
  return {
    people: ids as Record<keyof typeof people, string>,
    guild,
    roles: { admins: admins.id, guests: guests.id, team: team.id },
    channels,
  };
}
