import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";
import { SnowflakeUtil } from "discord.js";
import type { Client, Guild, GuildBasedChannel } from "discord.js";

import { basePermissions, channelPermissions } from "../../core/role-permissions.ts";
import type { GuildRights, MemberRoles } from "../../core/role-permissions.ts";
import type { KnownChannel } from "./spot.ts";

const threadTypes: readonly ChannelType[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

export function isThreadType(type: ChannelType): boolean {
  return threadTypes.includes(type);
}

/** What discord.js keeps of the guilds: channels, roles and overwrites, up to date by the gateway's events. */
export interface GuildView {
  readonly botId: string;
  known(channel: string): (KnownChannel & { readonly name: string; readonly guild: string }) | undefined;
  roleName(guild: string, role: string): string | undefined;
  guildName(guild: string): string | undefined;
  isOwnRole(guild: string, role: string): boolean;
  /** Everything that a member may in a channel; of a thread what its parent allows. `undefined`: unknown. */
  permissionsIn(channel: string, member: MemberRoles): bigint | undefined;
  /** What a member may in the guild as a whole. */
  permissionsOf(guild: string, member: MemberRoles): bigint | undefined;
  /** Channels, then threads, in which something was said since a moment, as far as Parley may read there. */
  spokenIn(since: number): readonly { readonly channel: string; readonly guild: string }[];
  /** Whether it is known that nothing was said in a channel since a moment. */
  isQuiet(channel: string, since: number): boolean;
  /** Parley's own membership, as far as it is known. */
  own(guild: string): MemberRoles | undefined;
}

export function createGuildView(client: () => Client | undefined): GuildView {
  const guildOf = (id: string): Guild | undefined => client()?.guilds.cache.get(id);
  const channelOf = (id: string): GuildBasedChannel | undefined => {
    const channel = client()?.channels.cache.get(id);
    return channel === undefined || channel.isDMBased() ? undefined : channel;
  };

  function permissionsIn(id: string, member: MemberRoles): bigint | undefined {
    const channel = channelOf(id);
    const holder = channel?.isThread() ? channel.parent : channel;
    if (!holder || holder.isThread()) return undefined;
    const overwrites = [...holder.permissionOverwrites.cache.values()].map(({ id: who, allow, deny }) => ({
      id: who,
      allow: allow.bitfield,
      deny: deny.bitfield,
    }));
    return channelPermissions(rightsOf(holder.guild), member, overwrites);
  }

  function own(guild: string): MemberRoles | undefined {
    const me = guildOf(guild)?.members.me;
    return me ? { person: me.id, roles: [...me.roles.cache.keys()] } : undefined;
  }

  return {
    get botId() {
      return client()?.user?.id ?? "";
    },
    own,
    isQuiet(id, since) {
      const channel = channelOf(id);
      return channel !== undefined && spokenAt(channel) < since;
    },
    spokenIn(since) {
      const all = [...(client()?.channels.cache.values() ?? [])].filter((channel) => !channel.isDMBased());
      const spoken = all.filter((channel) => {
        if (spokenAt(channel) < since) return false;
        const me = own(channel.guild.id);
        const rights = (me && permissionsIn(channel.id, me)) ?? 0n;
        return (rights & neededToCatchUp) === neededToCatchUp;
      });
      const threadsLast = spoken.toSorted((a, b) => Number(a.isThread()) - Number(b.isThread()));
      return threadsLast.map(({ id, guild }) => ({ channel: id, guild: guild.id }));
    },
    known(id) {
      const channel = channelOf(id);
      if (!channel) return undefined;
      const isPrivate =
        channel.type === ChannelType.PrivateThread || !isForEverybody(permissionsIn(id, everybody(channel)));
      return {
        id,
        name: channel.name,
        guild: channel.guild.id,
        kind: isPrivate ? "private" : "public",
        type: channel.type,
        ...(channel.isThread() && channel.parentId !== null && { parent: channel.parentId }),
        ...categoryIn(channel),
      };
    },
    guildName: (guild) => guildOf(guild)?.name,
    roleName: (guild, role) => guildOf(guild)?.roles.cache.get(role)?.name,
    isOwnRole: (guild, role) => {
      const botId = client()?.user?.id;
      return botId !== undefined && guildOf(guild)?.roles.cache.get(role)?.tags?.botId === botId;
    },
    permissionsIn,
    permissionsOf(guild, member) {
      const found = guildOf(guild);
      return found && basePermissions(rightsOf(found), member);
    },
  };
}

const neededToCatchUp = P.ViewChannel | P.ReadMessageHistory;

function isForEverybody(bits: bigint | undefined): boolean {
  return bits !== undefined && (bits & P.ViewChannel) !== 0n;
}

function categoryIn(channel: GuildBasedChannel): { readonly category?: string } {
  const category = channel.isThread() ? channel.parent?.parentId : channel.parentId;
  return category ? { category } : {};
}

/** When something was last said, as of the beginning of the session. */
function spokenAt(channel: GuildBasedChannel): number {
  const last = "lastMessageId" in channel ? channel.lastMessageId : null;
  return last === null ? -Infinity : SnowflakeUtil.timestampFrom(last);
}

/** Somebody who has no role but everybody's. */
function everybody({ guild }: GuildBasedChannel): MemberRoles {
  return { person: "", roles: [guild.id] };
}

function rightsOf(guild: Guild): GuildRights {
  return {
    guild: guild.id,
    owner: guild.ownerId,
    administrator: P.Administrator,
    roles: { get: (role) => guild.roles.cache.get(role)?.permissions.bitfield },
  };
}
