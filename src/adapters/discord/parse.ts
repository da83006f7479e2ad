import { InteractionType, MessageReferenceType, MessageType } from "discord-api-types/v10";

import { commandInMessage } from "../../core/command/in-message.ts";
import type { Attachment, Author, MessageCreated, PlatformEvent } from "../../core/event.ts";
import type { MessageId, PersonId } from "../../core/ids.ts";
import { linesOf, withQuotes } from "../../core/quoted.ts";
import { parseCommandInteraction, parseModalSubmit } from "./parse-command.ts";
import { textInComponents, textOfEmbed, textOfPoll } from "./quoted.ts";
import { readText } from "./read-text.ts";
import type { NamesInText } from "./read-text.ts";
import { channelOf, opensThreads, spotOf } from "./spot.ts";
import type { Chain, KnownChannel } from "./spot.ts";
import { BulkDeletion, CommandInteraction, MessageDeletion, MessagePayload } from "./schema.ts";
import { nameOf } from "./name.ts";
import { events, ignored } from "./parsed.ts";
import type { Parsed, ParseContext } from "./parsed.ts";
import { parsePress, parseReaction } from "./parse-press.ts";

/** A gateway dispatch: its name and its data. */
export interface Packet {
  readonly t: string;
  readonly d: unknown;
}

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
    case "MESSAGE_REACTION_ADD":
    case "MESSAGE_REACTION_REMOVE":
      return parseReaction(d, t === "MESSAGE_REACTION_ADD", context);
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
    ...answersOf(message),
  };
  return events(commandInMessage(context.table, event, readText(message, context, "ids")));
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
    attachments: attachmentsOf(message),
    channelKind: channel.kind,
    addressed: addressedBy(message, channel, context),
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
    if (context.wasRemoved(id)) {
      gone.push({ kind: "ignored", reason: "taken away by Parley" });
      continue;
    }
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
  const type = (d as { readonly type?: unknown } | null)?.type;
  if (type === InteractionType.ApplicationCommand) return parseCommand(d, context, parseCommandInteraction);
  if (type === InteractionType.ModalSubmit) return parseCommand(d, context, parseModalSubmit);
  if (type !== InteractionType.MessageComponent)
    return ignored("an interaction that is no command, form or button");
  return parsePress(d, context);
}

function parseCommand(
  d: unknown,
  context: ParseContext,
  parse: typeof parseCommandInteraction | typeof parseModalSubmit,
): Parsed {
  const { data: interaction } = CommandInteraction.safeParse(d);
  if (!interaction) return ignored("malformed interaction");
  const channel = channelOf(interaction, context);
  if (!channel) return { kind: "missing", need: { what: "channel", channel: interaction.channel_id } };
  const command = parse(interaction, channel, context);
  return command ? events(command) : ignored("a command that nobody knows");
}

// ── Who and where ────────────────────────────────────────────────────────────────────────────────────────────────────

function reasonToIgnore(message: MessagePayload, { botId }: ParseContext): string | undefined {
  if (message.author.id === botId) return "Parley's own message";
  if (!isWritten(message)) return `a message of type ${message.type}`;
  return undefined;
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

/** What a message replies to, where Discord shows it as a reply. */
export function repliedTo({ type, message_reference: reference }: MessagePayload): string | undefined {
  return type === replyType ? reference?.message_id : undefined;
}

function answersOf(message: MessagePayload): Pick<MessageCreated, "answers"> {
  const answers = repliedTo(message);
  return answers === undefined ? {} : { answers: answers as MessageId };
}

/** A reply to somebody else's message begins something new where it gets a thread of its own. */
function chainOf(
  message: MessagePayload,
  channel: KnownChannel,
  addressed: MessageCreated["addressed"],
  context: ParseContext,
): Chain {
  const reference = repliedTo(message);
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

/** The text as plain Markdown, with what came along as quotes: forwarded messages, embeds, polls, an app's components. */
export function textOf(message: MessagePayload, context: NamesInText): string {
  const isForward = message.message_reference?.type === MessageReferenceType.Forward;
  const snapshots = isForward ? (message.message_snapshots ?? []) : [];
  const forwarded = snapshots.map(({ message: { content, embeds } }) =>
    linesOf(readText({ ...message, content }, context), ...embeds.map(textOfEmbed)),
  );
  const { author, embeds, poll, components } = message;
  const buttons = author.id === context.botId ? "" : textInComponents(components);
  const shown = [...embeds.map(textOfEmbed), poll ? textOfPoll(poll) : "", buttons];
  return withQuotes(readText(message, context), [...forwarded, ...shown]);
}

export function attachmentsOf(message: MessagePayload): readonly Attachment[] {
  const forwarded = (message.message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments);
  return [...message.attachments, ...forwarded].map((file) => ({
    id: `${message.channel_id}/${message.id}/${file.id}`,
    name: file.filename,
    mediaType: file.content_type ?? "application/octet-stream",
    sizeBytes: file.size,
    ...(typeof file.description === "string" && { altText: file.description }),
  }));
}
