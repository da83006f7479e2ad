import { ChannelType } from "discord-api-types/v10";
import type { Client, Guild, GuildBasedChannel, Role } from "discord.js";

import type { KnownChannel } from "./parse.ts";
import { basePermissions, channelPermissions } from "./permissions.ts";
import type { GuildRights, MemberRoles } from "./permissions.ts";

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
  isOwnRole(guild: string, role: string): boolean;
  /** Everything that a member may in a channel; of a thread what its parent allows. `undefined`: unknown. */
  permissionsIn(channel: string, member: MemberRoles): bigint | undefined;
  /** What a member may in the guild as a whole. */
  permissionsOf(guild: string, member: MemberRoles): bigint | undefined;
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

  return {
    get botId() {
      return client()?.user?.id ?? "";
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
      };
    },
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
    own(guild) {
      const me = guildOf(guild)?.members.me;
      return me ? { person: me.id, roles: [...me.roles.cache.keys()] } : undefined;
    },
  };
}

const viewChannel = 1n << 10n;

function isForEverybody(bits: bigint | undefined): boolean {
  return bits !== undefined && (bits & viewChannel) !== 0n;
}

/** Somebody who has no role but everybody's. */
function everybody({ guild }: GuildBasedChannel): MemberRoles {
  return { person: "", roles: [guild.id] };
}

function rightsOf(guild: Guild): GuildRights {
  return {
    guild: guild.id,
    owner: guild.ownerId,
    roles: new Map(
      [...guild.roles.cache].map(([id, role]: [string, Role]) => [id, role.permissions.bitfield]),
    ),
  };
}
