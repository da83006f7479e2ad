import { ChannelType, PermissionFlagsBits as P } from "discord-api-types/v10";

import { guildOf } from "./world.ts";
import type { Channel, Guild, Overwrite, World } from "./world.ts";

// The arithmetic of developers/topics/permissions.

export const allPermissions = Object.values(P).reduce((all, bit) => all | bit, 0n);

/** What a person in a DM may do; there are no roles. */
const inDms =
  P.ViewChannel |
  P.SendMessages |
  P.ReadMessageHistory |
  P.EmbedLinks |
  P.AttachFiles |
  P.AddReactions |
  P.UseExternalEmojis |
  P.UseApplicationCommands |
  P.PinMessages;

/** What a timed out member keeps. */
const whileTimedOut = P.ViewChannel | P.ReadMessageHistory;

/** Roles together, without regard to a channel. */
export function basePermissions(guild: Guild, userId: string): bigint {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (guild.ownerId === userId) return allPermissions;
  let bits = guild.roles.get(guild.id)?.permissions ?? 0n;
  for (const role of member.roles) bits |= guild.roles.get(role)?.permissions ?? 0n;
  return (bits & P.Administrator) === 0n ? bits : allPermissions;
}

/** What somebody may do in a channel; 0 when they cannot see it. */
export function permissionsIn(world: World, userId: string, channel: Channel): bigint {
  const guild = guildOf(world, channel);
  if (!guild) return channel.recipients.includes(userId) ? inDms : 0n;
  if (channel.thread) return permissionsInThread(world, userId, channel);
  const member = guild.members.get(userId);
  const base = basePermissions(guild, userId);
  if (!member || base === allPermissions) return base;
  let bits = applyOverwrites(base, channel.overwrites.get(guild.id), []);
  const ofRoles = [...member.roles].flatMap((role) => channel.overwrites.get(role) ?? []);
  bits = applyOverwrites(bits, undefined, ofRoles);
  bits = applyOverwrites(bits, channel.overwrites.get(userId), []);
  if (member.timedOutUntilMs > world.now()) bits &= whileTimedOut;
  return withoutImplied(bits);
}

/** A thread has what its parent has; a private one is for its members and those who manage threads. */
function permissionsInThread(world: World, userId: string, thread: Channel): bigint {
  const parent = world.channels.get(thread.parentId ?? "");
  const bits = parent ? permissionsIn(world, userId, parent) : 0n;
  const isInvited = thread.thread?.members.has(userId) ?? false;
  const isPrivate = thread.type === ChannelType.PrivateThread;
  return isPrivate && !isInvited && (bits & P.ManageThreads) === 0n ? 0n : bits;
}

function applyOverwrites(bits: bigint, single: Overwrite | undefined, several: readonly Overwrite[]): bigint {
  const all = single ? [single, ...several] : several;
  const deny = all.reduce((sum, overwrite) => sum | overwrite.deny, 0n);
  const allow = all.reduce((sum, overwrite) => sum | overwrite.allow, 0n);
  return (bits & ~deny) | allow;
}

/** Without ViewChannel there is nothing, without SendMessages none of what goes with a message. */
function withoutImplied(bits: bigint): bigint {
  if ((bits & P.ViewChannel) === 0n) return 0n;
  if ((bits & (P.SendMessages | P.SendMessagesInThreads)) !== 0n) return bits;
  return bits & ~(P.MentionEveryone | P.SendTTSMessages | P.AttachFiles | P.EmbedLinks);
}

export function maySee(world: World, userId: string, channel: Channel): boolean {
  return may(world, userId, channel, P.ViewChannel);
}

export function may(world: World, userId: string, channel: Channel, permission: bigint): boolean {
  return (permissionsIn(world, userId, channel) & permission) === permission;
}

/** SendMessages counts in channels, SendMessagesInThreads in threads. */
export function sendingPermission(channel: Channel): bigint {
  return channel.thread ? P.SendMessagesInThreads : P.SendMessages;
}
