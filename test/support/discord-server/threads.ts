import { ChannelType, MessageFlags, MessageType, PermissionFlagsBits } from "discord-api-types/v10";

import { createFormErrors, refusal } from "./discord-error.ts";
import { readMessageBody } from "./message-body.ts";
import { createMessage } from "./messages.ts";
import { messageEventPayload } from "./message-payloads.ts";
import { channelPayload } from "./payloads.ts";
import { may } from "./permissions.ts";
import type { Service } from "./service.ts";
import { announceThread } from "./thread-state.ts";
import { isoAt } from "./world.ts";
import type { Channel, StoredMessage, World } from "./world.ts";

/** Starting, changing and ending threads (developers/topics/threads, developers/resources/channel). */

export interface ThreadBody {
  readonly name?: unknown;
  readonly auto_archive_duration?: unknown;
  readonly type?: unknown;
  readonly invitable?: unknown;
  /** Of a post in a forum. */
  readonly message?: unknown;
}

const archiveMinutes = [60, 1_440, 4_320, 10_080];
const forums: readonly ChannelType[] = [ChannelType.GuildForum, ChannelType.GuildMedia];

/** @throws DiscordError 50013, 50021, 50024, 50035, 160004 */
export function startThreadFromMessage(
  service: Service,
  actorId: string,
  message: StoredMessage,
  body: ThreadBody,
): Channel {
  const { channel, payload } = message;
  const isNews = channel.type === ChannelType.GuildAnnouncement;
  if (!isNews && channel.type !== ChannelType.GuildText) throw refusal("wrongChannelType");
  if (!may(service.world, actorId, channel, PermissionFlagsBits.CreatePublicThreads)) {
    throw refusal("missingPermissions");
  }
  const isSystem = payload.type !== MessageType.Default && payload.type !== MessageType.Reply;
  if (isSystem && payload.type !== MessageType.ChatInputCommand) throw refusal("systemMessage");
  if (service.world.channels.has(payload.id)) throw refusal("threadExists");
  const type = isNews ? ChannelType.AnnouncementThread : ChannelType.PublicThread;
  const isLatest = channel.lastMessageId === payload.id;
  const thread = openThread(service, actorId, channel, payload.id, type, body);
  payload.flags = (payload.flags ?? 0) | MessageFlags.HasThread;
  payload.thread = channelPayload(service.world, thread);
  service.emit({
    t: "MESSAGE_UPDATE",
    d: messageEventPayload(service.world, message),
    channel,
    isMessage: true,
  });
  postSystem(service, actorId, thread, MessageType.ThreadStarterMessage, "", {
    message_id: payload.id,
    channel_id: channel.id,
  });
  if (!isLatest) postCreated(service, actorId, channel, thread);
  return thread;
}

/** A private thread unless the type says otherwise; in a forum a post. */
export function startThread(service: Service, actorId: string, channel: Channel, body: ThreadBody): Channel {
  const { world } = service;
  if (forums.includes(channel.type)) return startPost(service, actorId, channel, body);
  if (channel.type !== ChannelType.GuildText) throw refusal("wrongChannelType");
  const isPublic = body.type === ChannelType.PublicThread;
  const needed = isPublic
    ? PermissionFlagsBits.CreatePublicThreads
    : PermissionFlagsBits.CreatePrivateThreads;
  if (!may(world, actorId, channel, needed)) throw refusal("missingPermissions");
  const type = isPublic ? ChannelType.PublicThread : ChannelType.PrivateThread;
  const thread = openThread(service, actorId, channel, world.newId(), type, body);
  if (isPublic) postCreated(service, actorId, channel, thread);
  return thread;
}

/** The first message of a post has the thread's id (developers/resources/channel, Start Thread in Forum). */
function startPost(service: Service, actorId: string, forum: Channel, body: ThreadBody): Channel {
  const { world } = service;
  if (!may(world, actorId, forum, PermissionFlagsBits.SendMessages)) throw refusal("missingPermissions");
  const first = readMessageBody(body.message, []);
  const thread = openThread(service, actorId, forum, world.newId(), ChannelType.PublicThread, body);
  createMessage(service, actorId, thread, first, [], { payload: { id: thread.id } });
  return thread;
}

function openThread(
  service: Service,
  ownerId: string,
  parent: Channel,
  id: string,
  type: ChannelType,
  body: ThreadBody,
): Channel {
  const { world } = service;
  const { name, autoArchiveMinutes } = readThreadBody(body);
  const at = isoAt(world.now());
  const thread: Channel = {
    id,
    type,
    ...(parent.guildId !== undefined && { guildId: parent.guildId }),
    name,
    topic: null,
    position: 0,
    parentId: parent.id,
    overwrites: new Map(),
    recipients: [],
    lastMessageId: null,
    thread: {
      ownerId,
      members: new Map([[ownerId, at]]),
      archived: false,
      archivedAt: at,
      autoArchiveMinutes,
      locked: false,
      invitable: body.invitable !== false,
      createdAt: at,
      messageCount: 0,
    },
  };
  world.channels.set(id, thread);
  announceThread(service, thread, true);
  return thread;
}

function readThreadBody(body: ThreadBody): { readonly name: string; readonly autoArchiveMinutes: number } {
  const errors = createFormErrors();
  const { name, auto_archive_duration: minutes } = body;
  if (typeof name !== "string") errors.add("name", "BASE_TYPE_REQUIRED", "This field is required");
  else if (name.trim().length < 1 || name.length > 100) {
    errors.add("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.");
  }
  if (minutes !== undefined && minutes !== null && !archiveMinutes.includes(Number(minutes))) {
    errors.add("auto_archive_duration", "BASE_TYPE_CHOICES", "Value must be one of {60, 1440, 4320, 10080}.");
  }
  errors.throwIfAny();
  return { name: String(name).trim(), autoArchiveMinutes: Number(minutes ?? 1_440) };
}

function postCreated(service: Service, actorId: string, parent: Channel, thread: Channel): void {
  postSystem(service, actorId, parent, MessageType.ThreadCreated, thread.name, { channel_id: thread.id });
}

/** A message that Discord writes in somebody's name. */
export function postSystem(
  service: Service,
  authorId: string,
  channel: Channel,
  type: MessageType,
  content = "",
  reference?: { readonly channel_id: string; readonly message_id?: string },
): StoredMessage {
  const guild = channel.guildId === undefined ? {} : { guild_id: channel.guildId };
  return createMessage(service, authorId, channel, {}, [], {
    permitted: true,
    payload: {
      type,
      content,
      ...(reference && { message_reference: { ...reference, ...guild } }),
    },
  });
}

export interface ThreadChange {
  readonly name?: string;
  readonly archived?: boolean;
  readonly locked?: boolean;
  readonly auto_archive_duration?: number;
}

/** @throws DiscordError 50013, 50083 when the thread is archived and stays so */
export function changeThread(
  service: Service,
  actorId: string,
  channel: Channel,
  change: ThreadChange,
): void {
  const { thread } = channel;
  if (!thread) throw refusal("wrongChannelType");
  const { world } = service;
  const manages = may(world, actorId, channel, PermissionFlagsBits.ManageThreads);
  const onlyWakes = change.archived === false && Object.keys(change).length === 1 && !thread.locked;
  // Only who manages threads wakes a locked one (developers/topics/threads, Active & Archived Threads).
  const isOwner = thread.ownerId === actorId && change.locked === undefined && !thread.locked;
  if (!manages && !isOwner && !(onlyWakes && thread.members.has(actorId)))
    throw refusal("missingPermissions");
  if (thread.archived && change.archived !== false) throw refusal("archivedThread");
  if (change.name !== undefined) channel.name = readThreadBody({ name: change.name }).name;
  if (change.locked !== undefined) thread.locked = change.locked;
  if (change.auto_archive_duration !== undefined) thread.autoArchiveMinutes = change.auto_archive_duration;
  if (change.archived !== undefined) {
    thread.archived = change.archived;
    thread.archivedAt = isoAt(world.now());
  }
  service.emit({ t: "THREAD_UPDATE", d: channelPayload(world, channel), channel });
}

/** A channel or thread goes, and all that was said in it. */
export function removeChannel({ world, emit }: Service, channel: Channel): void {
  const { id, guildId, parentId, type } = channel;
  const d = channel.thread
    ? { id, guild_id: guildId, parent_id: parentId, type }
    : channelPayload(world, channel);
  emit({ t: channel.thread ? "THREAD_DELETE" : "CHANNEL_DELETE", d, channel });
  world.channels.delete(id);
  for (const message of world.messages.get(id) ?? []) message.deletedAt ??= world.now();
  for (const thread of threadsIn(world, id)) world.channels.delete(thread.id);
}

export function threadsIn(world: World, parentId: string): Channel[] {
  return [...world.channels.values()].filter((channel) => channel.thread && channel.parentId === parentId);
}
