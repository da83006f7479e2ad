import type { APIMessage, ChannelType } from "discord-api-types/v10";

import { compareIds, createSnowflakes } from "./snowflake.ts";
import type { NewSnowflake } from "./snowflake.ts";

// What Discord knows: guilds, people, channels, messages. Changing it here tells nobody; the callers send events.

export interface User {
  readonly id: string;
  username: string;
  globalName: string | null;
  readonly bot: boolean;
  dmsClosed: boolean;
}

export interface Role {
  readonly id: string;
  name: string;
  permissions: bigint;
  position: number;
  mentionable: boolean;
}

export interface Member {
  readonly user: User;
  readonly roles: Set<string>;
  nick: string | null;
  readonly joinedAt: string;
  /** Milliseconds since the epoch; may only read until then. */
  timedOutUntilMs: number;
}

export interface Overwrite {
  readonly id: string;
  /** 0 for a role, 1 for a member. */
  readonly type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export interface ThreadState {
  readonly ownerId: string;
  /** User id → when they joined. */
  readonly members: Map<string, string>;
  archived: boolean;
  archivedAt: string;
  autoArchiveMinutes: number;
  locked: boolean;
  invitable: boolean;
  readonly createdAt: string;
  messageCount: number;
}

export interface Channel {
  readonly id: string;
  readonly type: ChannelType;
  readonly guildId?: string;
  name: string;
  topic: string | null;
  position: number;
  parentId: string | null;
  readonly overwrites: Map<string, Overwrite>;
  /** User ids of a DM. */
  readonly recipients: readonly string[];
  readonly thread?: ThreadState;
  lastMessageId: string | null;
}

export interface Guild {
  readonly id: string;
  name: string;
  ownerId: string;
  readonly roles: Map<string, Role>;
  readonly members: Map<string, Member>;
  /** Discord announces such a guild and takes it away again (an outage). */
  unavailable: boolean;
}

/** Whom a message notified when it was posted. */
export interface Pings {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly everyone: boolean;
}

export interface MessageVersion {
  readonly content: string;
  readonly embeds: APIMessage["embeds"];
  readonly components: APIMessage["components"];
  readonly flags: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface StoredMessage {
  readonly payload: APIMessage;
  readonly channel: Channel;
  readonly authorId: string;
  /** As posted and after each edit. */
  readonly history: MessageVersion[];
  pings: Pings;
  readonly nonce: string | number | undefined;
  /** The only person who sees an ephemeral message. */
  readonly seenBy: string | undefined;
  /** Milliseconds since the epoch. */
  deletedAt: number | undefined;
}

export interface World {
  readonly users: Map<string, User>;
  readonly guilds: Map<string, Guild>;
  readonly channels: Map<string, Channel>;
  /** Oldest first, deleted ones included. */
  readonly messages: Map<string, StoredMessage[]>;
  readonly messageById: Map<string, StoredMessage>;
  /** Under author and nonce, the latest. */
  readonly messageByNonce: Map<string, StoredMessage>;
  readonly newId: NewSnowflake;
  readonly now: () => number;
}

export function createWorld(now: () => number): World {
  return {
    users: new Map(),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    messageById: new Map(),
    messageByNonce: new Map(),
    newId: createSnowflakes(now),
    now,
  };
}

export function isoAt(timeMs: number): string {
  return new Date(timeMs).toISOString().replace("Z", "000+00:00");
}

/** @throws when a test names what isn't there; requests of the tested program are checked before. */
export function need<T>(map: ReadonlyMap<string, T>, id: string, what: string): T {
  const found = map.get(id);
  if (found === undefined) throw new Error(`no ${what} has the id ${id}`);
  return found;
}

export function guildOf(world: World, channel: Channel): Guild | undefined {
  return channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId);
}

export function threadsOf(world: World, guildId: string): Channel[] {
  return [...world.channels.values()].filter((channel) => channel.guildId === guildId && channel.thread);
}

/** The messages that still stand, oldest first. */
export function standingMessages(world: World, channelId: string): StoredMessage[] {
  return (world.messages.get(channelId) ?? []).filter((message) => message.deletedAt === undefined);
}

export function keepMessage(world: World, message: StoredMessage): void {
  const { id } = message.payload;
  const list = world.messages.get(message.channel.id) ?? [];
  list.push(message);
  if (list.length > 1 && compareIds(list.at(-2)?.payload.id ?? "", id) > 0) {
    list.sort((a, b) => compareIds(a.payload.id, b.payload.id));
  }
  world.messages.set(message.channel.id, list);
  world.messageById.set(id, message);
  if (message.nonce !== undefined) world.messageByNonce.set(`${message.authorId} ${message.nonce}`, message);
  if (message.seenBy === undefined) message.channel.lastMessageId = id;
}
