import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";
import type { Client, Guild, GuildBasedChannel } from "discord.js";

import { AppError } from "../../core/errors.ts";
import type { GuildRights, Overwrite } from "../../core/role-permissions.ts";

/** What discord.js keeps of a guild that decides who may read what, as of now. */
export interface GuildAccess {
  readonly rights: GuildRights;
  /** Those that people can have. Of a program's own role it is the only holder. */
  readonly roles: readonly string[];
  readonly channels: readonly GuildChannel[];
  /** Those that Parley is in and that go on, the latest active first. */
  readonly privateThreads: readonly PrivateThread[];
  /** What is known of threads without asking. */
  readonly threads: ReadonlyMap<string, ThreadKind>;
  /** Parley's own id. */
  readonly self: string;
}

export interface GuildChannel {
  readonly id: string;
  readonly overwrites: readonly Overwrite[];
  /** What was said before is read with ReadMessageHistory only; in a voice channel all rights hang on Connect. */
  readonly toRead: bigint;
}

export interface PrivateThread {
  readonly id: string;
  readonly parent: GuildChannel;
}

/** `closed`: for those in it, and those who manage threads. */
export type ThreadKind = "open" | "closed";

const notRead: readonly ChannelType[] = [ChannelType.GuildCategory, ChannelType.GuildDirectory];
const voices: readonly ChannelType[] = [ChannelType.GuildVoice, ChannelType.GuildStageVoice];

export function threadKindOf(type: number): ThreadKind | undefined {
  switch (type as ChannelType) {
    case ChannelType.PrivateThread:
      return "closed";
    case ChannelType.PublicThread:
    case ChannelType.AnnouncementThread:
      return "open";
    default:
      return undefined;
  }
}

/**
 * Reads guilds from the client's caches, which the gateway's events keep up to date: while it is not connected, nobody
 * knows what has changed.
 */
export function createGuildAccess(client: () => Client | undefined, isConnected: () => boolean) {
  return (id: string): GuildAccess | undefined => {
    const connected = client();
    const guild = connected?.guilds.cache.get(id);
    if (!isConnected() || !connected?.user || guild?.available === false)
      throw new AppError("platform_unreachable", "Discord's gateway is not connected");
    return guild && read(guild, connected.user.id);
  };
}

function read(guild: Guild, self: string): GuildAccess {
  const all = [...guild.channels.cache.values()];
  const channels = new Map(all.flatMap((channel) => describe(channel).map((found) => [found.id, found])));
  const threads = all.filter((channel) => channel.isThread());
  const closed = threads
    .filter(({ type }) => threadKindOf(type) === "closed")
    .toSorted((a, b) => Number(BigInt(b.lastMessageId ?? b.id) - BigInt(a.lastMessageId ?? a.id)));
  const roles = [...guild.roles.cache.values()];
  return {
    self,
    rights: {
      guild: guild.id,
      owner: guild.ownerId,
      administrator: P.Administrator,
      roles: new Map(roles.map(({ id, permissions }) => [id, permissions.bitfield])),
    },
    roles: roles.filter(({ id, tags }) => id !== guild.id && tags?.botId === undefined).map(({ id }) => id),
    channels: [...channels.values()],
    threads: new Map(threads.map(({ id, type }) => [id, threadKindOf(type) ?? "closed"])),
    privateThreads: closed.flatMap(({ id, parentId }) => {
      const parent = channels.get(parentId ?? "");
      return parent ? [{ id, parent }] : [];
    }),
  };
}

function describe(channel: GuildBasedChannel): readonly GuildChannel[] {
  if (channel.isThread() || notRead.includes(channel.type)) return [];
  const overwrites = [...channel.permissionOverwrites.cache.values()].map(({ id, allow, deny }) => ({
    id,
    allow: allow.bitfield,
    deny: deny.bitfield,
  }));
  const toRead = P.ViewChannel | P.ReadMessageHistory;
  return [
    { id: channel.id, overwrites, toRead: voices.includes(channel.type) ? toRead | P.Connect : toRead },
  ];
}
