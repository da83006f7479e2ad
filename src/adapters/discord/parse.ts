import { ChannelType, InteractionType, MessageReferenceType, MessageType } from "discord-api-types/v10";

import { conversationOf } from "../../core/conversation.ts";
import type {
  Attachment,
  Author,
  ChannelKind,
  MessageCreated,
  Place,
  PlatformEvent,
} from "../../core/event.ts";
import type {
  ChannelId,
  ConversationKey,
  MessageId,
  PersonId,
  ThreadId,
  WorkspaceId,
} from "../../core/ids.ts";
import { readText } from "./read-text.ts";
import type { NamesInText } from "./read-text.ts";
import { BulkDeletion, ButtonPress, MessageDeletion, MessagePayload } from "./schema.ts";
import type { User } from "./schema.ts";

/** A gateway dispatch: its name and its data. */
export interface Packet {
  readonly t: string;
  readonly d: unknown;
}

/** A channel as far as it decides where a conversation is held. */
export interface KnownChannel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly type: ChannelType;
  /** Of a thread: the channel it belongs to. */
  readonly parent?: string;
}

export interface ParseContext extends NamesInText {
  readonly threads: "open" | "never";
  channel(id: string): KnownChannel | undefined;
  /** Whether this is the role that Discord made for the app; people take it for Parley. */
  isOwnRole(guild: string, role: string): boolean;
  /** The message that a chain of replies began with. */
  rootOf(message: string): string | undefined;
  readonly now: number;
}

/** What has to be looked up before a packet can be understood; then it is parsed again. */
export type Missing =
  | { readonly what: "channel"; readonly channel: string }
  /** `reference` is what the message replies to; without it only what is remembered is asked for. */
  | {
      readonly what: "root";
      readonly channel: string;
      readonly message: string;
      readonly reference?: string;
    };

export type Parsed =
  | { readonly kind: "events"; readonly events: readonly PlatformEvent[] }
  | { readonly kind: "missing"; readonly need: Missing };

/** The workspace of direct messages; Discord's own address has it in the guild's place. */
export const directWorkspace = "@me" as WorkspaceId;

/** Channels in which a thread can be opened from a message (developers/topics/threads). */
const threadParents: readonly ChannelType[] = [ChannelType.GuildText, ChannelType.GuildAnnouncement];
/** All other types are written by Discord, or answer a command (developers/resources/message, Message Types). */
const writtenTypes: readonly number[] = [MessageType.Default, MessageType.Reply];
const replyType: number = MessageType.Reply;

/** Understands one dispatch of the gateway. Never throws; what isn't Parley's is `ignored`, with a reason. */
export function parsePacket({ t, d }: Packet, context: ParseContext): Parsed {
  switch (t) {
    case "MESSAGE_CREATE":
      return parseMessage(d, context);
    case "MESSAGE_UPDATE":
      return parseEdit(d, context);
    case "MESSAGE_DELETE": {
      const { data } = MessageDeletion.safeParse(d);
      return data ? parseDeletions(data, [data.id], context) : ignored("malformed deletion");
    }
    case "MESSAGE_DELETE_BULK": {
      const { data } = BulkDeletion.safeParse(d);
      return data ? parseDeletions(data, data.ids, context) : ignored("malformed deletion");
    }
    case "INTERACTION_CREATE":
      return parseInteraction(d, context);
    default:
      return ignored(`not for Parley: ${t}`);
  }
}

function parseMessage(d: unknown, context: ParseContext): Parsed {
  const { data: message } = MessagePayload.safeParse(d);
  if (!message) return ignored("malformed message");
  const reason = reasonToIgnore(message, context);
  if (reason !== undefined) return ignored(reason);
  const channel = channelOf(message, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: message.channel_id } };
  const addressed = addressedBy(message, channel, context);
  const spot = spotOf(message, channel, chainOf(message, channel, addressed, context), context);
  if ("need" in spot) return { kind: "missing", need: spot.need };
  const event: MessageCreated = {
    ...spot,
    kind: "message",
    deliveryIds: [],
    message: message.id as MessageId,
    sentAt: Date.parse(message.timestamp),
    author: authorOf(message),
    text: textOf(message, context),
    attachments: attachmentsOf(message),
    channelKind: channel.kind,
    addressed,
  };
  return events(event);
}

function parseEdit(d: unknown, context: ParseContext): Parsed {
  const { data: message } = MessagePayload.safeParse(d);
  if (!message) return ignored("an update without the whole message");
  const reason = reasonToIgnore(message, context);
  if (reason !== undefined) return ignored(reason);
  // Previews of links, pins and new threads come as updates too; only the author's own edit has a time.
  const editedAt = Date.parse(message.edited_timestamp ?? "");
  if (Number.isNaN(editedAt)) return ignored("an update that is no edit");
  const channel = channelOf(message, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: message.channel_id } };
  const chain = { effort: message.type === replyType ? "remembered" : "none" } as const;
  const spot = spotOf(message, channel, chain, context);
  if ("need" in spot) return { kind: "missing", need: spot.need };
  return events({
    ...spot,
    kind: "edited",
    deliveryIds: [],
    message: message.id as MessageId,
    sentAt: Date.parse(message.timestamp),
    editedAt,
    author: authorOf(message),
    text: textOf(message, context),
  });
}

function parseDeletions(
  d: { readonly channel_id: string; readonly guild_id?: string | undefined },
  ids: readonly string[],
  context: ParseContext,
): Parsed {
  const channel = channelOf(d, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: d.channel_id } };
  const gone: PlatformEvent[] = [];
  for (const id of ids) {
    // What it replied to is no longer said.
    const spot = spotOf({ ...d, id }, channel, { effort: "remembered" }, context);
    if ("need" in spot) return { kind: "missing", need: spot.need };
    gone.push({
      ...spot,
      kind: "deleted",
      deliveryIds: [],
      message: id as MessageId,
      deletedAt: context.now,
    });
  }
  return { kind: "events", events: gone };
}

function parseInteraction(d: unknown, context: ParseContext): Parsed {
  if ((d as { readonly type?: unknown } | null)?.type !== InteractionType.MessageComponent)
    return ignored("an interaction that is no button");
  const { data: press } = ButtonPress.safeParse(d);
  if (!press) return ignored("malformed interaction");
  if (press.data.custom_id !== "stop") return ignored("a button that nobody knows");
  const by = press.member?.user ?? press.user;
  if (!by) return ignored("a button that nobody pressed");
  const message = { ...press.message, guild_id: press.guild_id, channel_id: press.channel_id };
  const channel = channelOf(message, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: message.channel_id } };
  const reference = message.message_reference?.message_id;
  const spot = spotOf(message, channel, { effort: "walked", reference }, context);
  if ("need" in spot) return { kind: "missing", need: spot.need };
  return events({
    ...spot,
    kind: "stop",
    deliveryIds: [press.id],
    by: by.id as PersonId,
    message: press.message.id as MessageId,
  });
}

// ── Who and where ────────────────────────────────────────────────────────────────────────────────────────────────────

function reasonToIgnore(message: MessagePayload, { botId }: ParseContext): string | undefined {
  if (message.author.id === botId) return "Parley's own message";
  if (!isWritten(message)) return `a message of type ${message.type}`;
  return undefined;
}

/** A direct channel needs no look-up: a message without a guild was sent in one. */
function channelOf(
  d: { readonly channel_id: string; readonly guild_id?: string | undefined },
  context: ParseContext,
): KnownChannel | undefined {
  return d.guild_id === undefined
    ? { id: d.channel_id, kind: "direct", type: ChannelType.DM }
    : context.channel(d.channel_id);
}

function addressedBy(
  message: MessagePayload,
  channel: KnownChannel,
  context: ParseContext,
): MessageCreated["addressed"] {
  if (channel.kind === "direct") return "direct";
  if (namesParley(message, context) || repliesTo(message, context.botId)) return "mention";
  return channel.parent === undefined ? "none" : "thread";
}

function namesParley(message: MessagePayload, context: ParseContext): boolean {
  const { guild_id: guild, mention_roles: roles } = message;
  return (
    message.mentions.some(({ id }) => id === context.botId) ||
    (guild !== undefined && roles.some((role) => context.isOwnRole(guild, role)))
  );
}

/** Whether people wrote it, and not Discord. */
export function isWritten({ type }: MessagePayload): boolean {
  return writtenTypes.includes(type);
}

function repliesTo({ type, referenced_message: replied }: MessagePayload, person: string): boolean {
  return type === replyType && replied?.author.id === person;
}

interface Spot {
  readonly place: Place;
  readonly conversation: ConversationKey;
}

/** How far the beginning of a chain of replies is looked for: not at all, in what is remembered, or message by message. */
interface Chain {
  readonly effort: "none" | "remembered" | "walked";
  /** What the message replies to, where that is known. */
  readonly reference?: string | undefined;
}

/**
 * Where a message stands, and what it belongs to. In a text channel a message that names Parley begins a thread of its
 * own id, unless it goes on with a chain of replies. A chain's key is the same as that of a thread opened from its root.
 */
function spotOf(
  message: { readonly id: string; readonly guild_id?: string | undefined },
  channel: KnownChannel,
  { effort, reference }: Chain,
  context: ParseContext,
): Spot | { readonly need: Missing } {
  const workspace = (message.guild_id ?? directWorkspace) as WorkspaceId;
  const replyTo = message.id as MessageId;
  const base = { platform: "discord", workspace, replyTo } as const;
  if (channel.kind === "direct") {
    const place = { ...base, channel: channel.id as ChannelId };
    return { place, conversation: conversationOf({ ...place, kind: "direct" }) };
  }
  if (channel.parent !== undefined) {
    const place = { ...base, channel: channel.parent as ChannelId, thread: channel.id as ThreadId };
    return { place, conversation: conversationOf({ ...place, kind: "discordThread" }) };
  }
  const known = context.rootOf(message.id);
  if (known === undefined && effort !== "none") {
    const need = { what: "root", channel: channel.id, message: message.id } as const;
    return { need: effort === "walked" && reference !== undefined ? { ...need, reference } : need };
  }
  const root = (known ?? message.id) as MessageId;
  const inChannel = { ...base, channel: channel.id as ChannelId };
  const opensThread = opensThreads(channel, context) && root === replyTo;
  return {
    place: opensThread ? { ...inChannel, thread: message.id as ThreadId } : inChannel,
    conversation: conversationOf({ ...inChannel, kind: "replyChain", root }),
  };
}

function opensThreads({ type }: KnownChannel, { threads }: ParseContext): boolean {
  return threads === "open" && threadParents.includes(type);
}

/** A reply to somebody else's message begins something new where it gets a thread of its own. */
function chainOf(
  message: MessagePayload,
  channel: KnownChannel,
  addressed: MessageCreated["addressed"],
  context: ParseContext,
): Chain {
  const reference = message.type === replyType ? message.message_reference?.message_id : undefined;
  const goesOn = repliesTo(message, context.botId) || !opensThreads(channel, context);
  const isFollowed = addressed !== "none" && reference !== undefined && goesOn;
  return isFollowed ? { effort: "walked", reference } : { effort: "none" };
}

// ── What was said ────────────────────────────────────────────────────────────────────────────────────────────────────

export function authorOf({ author, member, webhook_id: webhook }: MessagePayload): Author {
  return {
    id: author.id as PersonId,
    name: nameOf(author, member?.nick),
    isBot: author.bot === true || typeof webhook === "string",
  };
}

/** What people see: the name chosen in the guild, else the one chosen everywhere, else the account's. */
export function nameOf(user: User, nick?: string | null): string {
  return nick ?? user.global_name ?? user.username;
}

/** The text as plain Markdown; of a message that was forwarded what was forwarded, as a quote. */
export function textOf(message: MessagePayload, context: NamesInText): string {
  const own = readText(message, context);
  if (message.message_reference?.type !== MessageReferenceType.Forward) return own;
  const forwarded = (message.message_snapshots ?? []).map((snapshot) =>
    readText({ ...message, content: snapshot.message.content }, context).replaceAll(/^/gm, "> "),
  );
  return [own, ...forwarded].filter((text) => text.trim() !== "").join("\n\n");
}

function attachmentsOf(message: MessagePayload): readonly Attachment[] {
  const forwarded = (message.message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments);
  return [...message.attachments, ...forwarded].map((file) => ({
    id: `${message.channel_id}/${message.id}/${file.id}`,
    name: file.filename,
    mediaType: file.content_type ?? "application/octet-stream",
    sizeBytes: file.size,
    ...(typeof file.description === "string" && { altText: file.description }),
  }));
}

function events(...list: readonly PlatformEvent[]): Parsed {
  return { kind: "events", events: list };
}

function ignored(reason: string): Parsed {
  return events({ kind: "ignored", reason });
}
