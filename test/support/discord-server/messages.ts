import type { APIMessage, APIUser } from "discord-api-types/v10";
import {
  ChannelType,
  EmbedType,
  MessageFlags,
  MessageType,
  PermissionFlagsBits,
} from "discord-api-types/v10";

import { formError, refusal } from "./discord-error.ts";
import type { UploadedFile } from "./http.ts";
import { pingsReplied, resolveMentions } from "./mentions.ts";
import type { MessageBody } from "./message-body.ts";
import { messageEventPayload } from "./message-payloads.ts";
import { userPayload } from "./payloads.ts";
import { may, sendingPermission } from "./permissions.ts";
import type { Service } from "./service.ts";
import { joinThread, unarchive } from "./thread-state.ts";
import { isoAt, keepMessage, need } from "./world.ts";
import type { Channel, MessageVersion, StoredMessage } from "./world.ts";

/** "In the past few minutes" (developers/resources/message, `enforce_nonce`). */
const nonceWindowMs = 5 * 60_000;
const settableFlags =
  MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications | MessageFlags.IsComponentsV2;
const withoutText: readonly ChannelType[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];
/** What people write and may edit; all else is a system message. */
export const editableTypes: readonly MessageType[] = [
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ContextMenuCommand,
];

export interface MessageOrigin {
  /** Put over the payload: a webhook's author, an interaction's metadata, a system message's type. */
  readonly payload?: Partial<APIMessage>;
  readonly seenBy?: string;
  /** An interaction or a webhook needs no permission to send. */
  readonly permitted?: boolean;
  /** A response that is still to come. */
  readonly mayBeEmpty?: boolean;
}

/**
 * Posts as Discord would for this author.
 * @throws DiscordError when the author may not or the message is none.
 */
export function createMessage(
  service: Service,
  authorId: string,
  channel: Channel,
  body: MessageBody,
  files: readonly UploadedFile[] = [],
  origin: MessageOrigin = {},
): StoredMessage {
  const { world } = service;
  if (!origin.permitted) refuseSender(service, authorId, channel, files);
  const known = body.enforce_nonce === true ? findByNonce(service, authorId, body.nonce) : undefined;
  if (known) return known;
  const content = (body.content ?? "").trim();
  const isSystem = origin.payload?.type !== undefined && !editableTypes.includes(origin.payload.type);
  const isEmpty = !content && !body.embeds?.length && files.length === 0 && !body.components?.length;
  if (isEmpty && !isSystem && !origin.mayBeEmpty) throw refusal("emptyMessage");

  const replied = referencedMessage(service, authorId, channel, body);
  const allowed = body.allowed_mentions ?? undefined;
  const named = resolveMentions(world, channel, authorId, content, allowed);
  const pingsAuthor = replied !== undefined && pingsReplied(allowed) && replied.authorId !== authorId;
  const users = [...new Set([...named.users, ...(pingsAuthor ? [replied.authorId] : [])])];
  const author = world.users.get(authorId);
  const payload: APIMessage = {
    id: world.newId(),
    channel_id: channel.id,
    type: replied ? MessageType.Reply : MessageType.Default,
    author: author ? userPayload(author) : (origin.payload?.author as APIUser),
    content,
    timestamp: isoAt(world.now()),
    edited_timestamp: null,
    tts: body.tts === true,
    mention_everyone: named.everyone,
    mentions: users.map((id) => userPayload(need(world.users, id, "user"))),
    mention_roles: [...named.roles],
    attachments: files.map((file) => storeFile(service, channel, body, file)),
    embeds: (body.embeds ?? []).map((embed) => ({ ...embed, type: EmbedType.Rich })),
    components: body.components ?? [],
    pinned: false,
    flags: (body.flags ?? 0) & settableFlags,
    ...(author?.bot && authorId === service.bot.id && { application_id: service.applicationId }),
    ...(replied && {
      message_reference: {
        type: 0,
        message_id: replied.payload.id,
        channel_id: channel.id,
        ...(channel.guildId !== undefined && { guild_id: channel.guildId }),
      },
    }),
    ...origin.payload,
  };
  const message: StoredMessage = {
    payload,
    channel,
    authorId,
    history: [versionOf(payload, world.now())],
    pings: { users, roles: named.roles, everyone: named.everyone },
    nonce: body.nonce,
    seenBy: origin.seenBy,
    deletedAt: undefined,
  };
  keepMessage(world, message);
  if (channel.thread) enterThread(service, message);
  tellOf(service, "MESSAGE_CREATE", message, body.nonce);
  return message;
}

function refuseSender(
  service: Service,
  authorId: string,
  channel: Channel,
  files: readonly UploadedFile[],
): void {
  const { world } = service;
  if (withoutText.includes(channel.type)) throw refusal("notText");
  if (!may(world, authorId, channel, PermissionFlagsBits.ViewChannel)) throw refusal("missingAccess");
  if (!may(world, authorId, channel, sendingPermission(channel))) throw refusal("missingPermissions");
  if (files.length > 0 && !may(world, authorId, channel, PermissionFlagsBits.AttachFiles)) {
    throw refusal("missingPermissions");
  }
  if (channel.type === ChannelType.DM) {
    const others = channel.recipients.filter((id) => id !== authorId);
    const sharesGuild = (id: string) =>
      [...world.guilds.values()].some(({ members }) => members.has(id) && members.has(authorId));
    if (others.some((id) => world.users.get(id)?.dmsClosed || !sharesGuild(id))) throw refusal("dmsClosed");
  }
  const manages = may(world, authorId, channel, PermissionFlagsBits.ManageThreads);
  if (channel.thread?.locked && !manages) throw refusal("threadLocked");
}

function findByNonce(
  { world }: Service,
  authorId: string,
  nonce: string | number | undefined,
): StoredMessage | undefined {
  if (nonce === undefined) return undefined;
  const found = world.messageByNonce.get(`${authorId} ${nonce}`);
  return found && (found.history[0]?.at ?? 0) >= world.now() - nonceWindowMs ? found : undefined;
}

function referencedMessage(
  { world }: Service,
  authorId: string,
  channel: Channel,
  body: MessageBody,
): StoredMessage | undefined {
  const id = body.message_reference?.message_id;
  if (id === undefined || (body.message_reference?.type ?? 0) !== 0) return undefined;
  if (!may(world, authorId, channel, PermissionFlagsBits.ReadMessageHistory))
    throw refusal("noHistoryToReply");
  const found = world.messageById.get(id);
  const isHere =
    found?.channel.id === channel.id && found.deletedAt === undefined && found.seenBy === undefined;
  if (found && isHere) {
    if (editableTypes.includes(found.payload.type)) return found;
    throw formError(
      "message_reference",
      "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE",
      "Cannot reply to a system message",
    );
  }
  if (body.message_reference?.fail_if_not_exists === false) return undefined;
  throw formError("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
}

export function storeFile(service: Service, channel: Channel, body: MessageBody, file: UploadedFile) {
  const described = body.attachments?.find(({ id }) => String(id) === file.index);
  const named = described?.filename === undefined ? file : { ...file, name: described.filename };
  return service.cdn.store(channel.id, named, described?.description);
}

/** Writing in a thread wakes it, joins it, and brings in whom it names (developers/topics/threads). */
function enterThread(service: Service, message: StoredMessage): void {
  const { channel } = message;
  if (!channel.thread) return;
  if (isCounted(message)) channel.thread.messageCount++;
  if (channel.thread.archived) unarchive(service, channel);
  for (const id of [message.authorId, ...message.pings.users]) joinThread(service, channel, id);
}

/** The message that a thread begins with isn't (developers/resources/channel, `message_count`). */
export function isCounted({ payload, channel, seenBy }: StoredMessage): boolean {
  const isFirst = payload.id === channel.id || payload.type === MessageType.ThreadStarterMessage;
  return !isFirst && seenBy === undefined;
}

/** An ephemeral message is told without its guild and member (developers/events/gateway-events, Message Create). */
export function tellOf(service: Service, t: string, message: StoredMessage, nonce?: string | number): void {
  const d = messageEventPayload(service.world, message);
  if (message.seenBy !== undefined) {
    delete d["guild_id"];
    delete d["member"];
  }
  const { channel } = message;
  service.emit({ t, d: { ...d, ...(nonce !== undefined && { nonce }) }, channel, isMessage: true });
}

export function versionOf(payload: APIMessage, at: number): MessageVersion {
  const { content, embeds, components, flags } = payload;
  return { content, embeds, components, flags: flags ?? 0, at };
}
