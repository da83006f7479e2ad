import { channelPayload, threadMemberPayload } from "./payloads.ts";
import { maySee } from "./permissions.ts";
import type { Service } from "./service.ts";
import { isoAt } from "./world.ts";
import type { Channel } from "./world.ts";

/** Adds somebody to a thread whose parent they see; told to bots as THREAD_MEMBERS_UPDATE. */
export function joinThread(service: Service, channel: Channel, userId: string): void {
  const { world } = service;
  const parent = world.channels.get(channel.parentId ?? "");
  const { thread } = channel;
  if (!thread || !parent || thread.members.has(userId) || !maySee(world, userId, parent)) return;
  thread.members.set(userId, isoAt(world.now()));
  // Sent whether or not the bot knew the thread (developers/topics/threads, Gaining Access).
  if (userId === service.bot.id) announceThread(service, channel, false);
  service.emit({
    t: "THREAD_MEMBERS_UPDATE",
    d: {
      id: channel.id,
      guild_id: channel.guildId,
      member_count: thread.members.size,
      added_members: [threadMemberPayload(channel, userId)],
      removed_member_ids: [],
    },
    channel,
    always: userId === service.bot.id,
  });
}

export function leaveThread(service: Service, channel: Channel, userId: string): void {
  if (!channel.thread?.members.has(userId)) return;
  const event = {
    t: "THREAD_MEMBERS_UPDATE",
    d: {
      id: channel.id,
      guild_id: channel.guildId,
      member_count: channel.thread.members.size - 1,
      added_members: [],
      removed_member_ids: [userId],
    },
    channel,
    always: userId === service.bot.id,
  };
  // Told before they leave, as who is taken out of a private thread is told too.
  service.emit(event);
  channel.thread.members.delete(userId);
}

/** THREAD_CREATE: of a new thread, or of one that the bot was added to. */
export function announceThread(service: Service, channel: Channel, isNew: boolean): void {
  const isMember = channel.thread?.members.has(service.bot.id) ?? false;
  service.emit({
    t: "THREAD_CREATE",
    d: {
      ...channelPayload(service.world, channel),
      ...(isNew && { newly_created: true }),
      ...(isMember && { member: threadMemberPayload(channel, service.bot.id) }),
    },
    channel,
  });
}

export function unarchive(service: Service, channel: Channel): void {
  if (!channel.thread) return;
  channel.thread.archived = false;
  channel.thread.archivedAt = isoAt(service.world.now());
  service.emit({ t: "THREAD_UPDATE", d: channelPayload(service.world, channel), channel });
}
