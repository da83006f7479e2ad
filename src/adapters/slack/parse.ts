import { commandInMessage } from "../../core/command/in-message.ts";
import { conversationOf } from "../../core/conversation.ts";
import type { Attachment, Author, ChannelKind, MessageCreated, PlatformEvent } from "../../core/event.ts";
import type { MessageId, PersonId } from "../../core/ids.ts";
import { withQuotes } from "../../core/quoted.ts";
import { parseSlashCommand } from "./parse-command.ts";
import { parseShortcut, parseSubmission } from "./parse-form.ts";
import { quotedIn, textInBlocks } from "./quoted.ts";
import { readText } from "./read-text.ts";
import type { NamesInText } from "./read-text.ts";
import { parsePress, parseReaction, parseSessionStopped } from "./parse-press.ts";
import {
  ActionBody,
  EventBody,
  FilePayload,
  MessageChanged,
  MessageDeleted,
  MessagePayload,
  MessageShortcut,
  SlashCommand,
  ViewSubmission,
} from "./schema.ts";
import { eventMs, ignored, kindOf, placeOf, surfaceOf, toMs } from "./spot.ts";
import type { Delivery, ParseContext } from "./spot.ts";

/** Subtypes in which somebody writes something (docs.slack.dev/reference/events/message). */
const written = new Set<string | undefined>([
  undefined,
  "file_share",
  "thread_broadcast",
  "me_message",
  "bot_message",
]);

/** Any payload of the Events API, of interactivity or of a slash command. What is not understood is ignored; never throws. */
export function parseBody(body: unknown, context: ParseContext): PlatformEvent {
  const event = EventBody.safeParse(body);
  if (event.success) return parseEvent(event.data, context);
  const action = ActionBody.safeParse(body);
  if (action.success) return parsePress(action.data, context);
  const command = SlashCommand.safeParse(body);
  if (command.success) return parseSlashCommand(command.data, context);
  const shortcut = MessageShortcut.safeParse(body);
  if (shortcut.success)
    return parseShortcut(shortcut.data, context) ?? ignored("a shortcut that Parley doesn't know");
  const submission = ViewSubmission.safeParse(body);
  if (submission.success)
    return parseSubmission(submission.data, context) ?? ignored("a form that Parley doesn't know");
  return ignored(`a payload of type ${typeOf(body)}`);
}

function parseEvent({ event, event_id: eventId }: EventBody, context: ParseContext): PlatformEvent {
  const delivery = { deliveryIds: [eventId] };
  switch (event.type) {
    case "app_mention":
    case "message":
      return parseMessageEvent(event, delivery, context);
    case "agent_session_stopped":
      return parseSessionStopped(event, delivery, context);
    case "reaction_added":
    case "reaction_removed":
      return parseReaction(event, delivery, context);
    default:
      return ignored(`an event of type ${event.type}`);
  }
}

function parseMessageEvent(
  event: { readonly type: string },
  delivery: Delivery,
  context: ParseContext,
): PlatformEvent {
  const { subtype } = event as { readonly subtype?: unknown };
  if (subtype === "message_changed") return parseChanged(event, delivery, context);
  if (subtype === "message_deleted") return parseDeleted(event, delivery, context);
  const { data: message } = MessagePayload.safeParse(event);
  if (!message?.channel) return ignored("a message without the fields that Slack documents");
  return parseMessage(
    { ...message, channel: message.channel },
    event.type === "app_mention",
    delivery,
    context,
  );
}

function parseMessage(
  message: MessagePayload & { readonly channel: string },
  isMention: boolean,
  delivery: Delivery,
  context: ParseContext,
): PlatformEvent {
  if (!written.has(message.subtype)) return ignored(`a message of subtype ${message.subtype}`);
  if (isOwn(message, context)) return ignored("Parley's own message");
  const author = authorOf(message, context);
  if (author === undefined) return ignored("a message without an author");
  const kind = kindOf(message.channel_type, message.channel, context);
  const place = placeOf(message, kind, context);
  const text = message.text ?? "";
  const event: MessageCreated = {
    ...delivery,
    kind: "message",
    conversation: conversationOf(surfaceOf(place, kind)),
    place,
    message: message.ts as MessageId,
    sentAt: toMs(message.ts),
    author,
    text: textOf(message, context),
    attachments: attachmentsOf(message),
    channelKind: kind,
    addressed: addressedBy(message, kind, isMention || mentions(text, context)),
  };
  return commandInMessage(context.table, event, readText(text, context, "ids"));
}

function addressedBy(
  message: MessagePayload,
  kind: ChannelKind,
  isMention: boolean,
): "mention" | "direct" | "thread" | "none" {
  if (kind === "direct") return "direct";
  if (isMention) return "mention";
  return message.thread_ts !== undefined && message.thread_ts !== message.ts ? "thread" : "none";
}

function parseChanged(event: unknown, delivery: Delivery, context: ParseContext): PlatformEvent {
  const { data } = MessageChanged.safeParse(event);
  if (!data) return ignored("a change without the fields that Slack documents");
  const { channel, message, previous_message: before } = data;
  if (isOwn(message, context)) return ignored("a change of Parley's own message");
  const kind = kindOf(data.channel_type, channel, context);
  const place = placeOf({ ...message, channel }, kind, context);
  const conversation = conversationOf(surfaceOf(place, kind));
  const at = { ...delivery, conversation, place, message: message.ts as MessageId };
  // What a thread hangs on stands on, empty, when it is deleted.
  if (message.subtype === "tombstone") return { ...at, kind: "deleted", deletedAt: eventMs(data, context) };
  if (!written.has(message.subtype)) return ignored(`a change of a message of subtype ${message.subtype}`);
  if ((before?.text ?? "") === (message.text ?? "")) return ignored("a change of what nobody wrote");
  const author = authorOf(message, context);
  if (author === undefined) return ignored("a change of a message without an author");
  // What Slack keeps with the message says the second alone, in which somebody may edit twice.
  const editedAt = Math.max(message.edited ? toMs(message.edited.ts) : 0, eventMs(data, context));
  return {
    ...at,
    kind: "edited",
    sentAt: toMs(message.ts),
    editedAt,
    author,
    text: textOf(message, context),
    attachments: attachmentsOf(message),
    channelKind: kind,
    addressed: addressedBy(message, kind, mentions(message.text ?? "", context)),
  };
}

function parseDeleted(event: unknown, delivery: Delivery, context: ParseContext): PlatformEvent {
  const { data } = MessageDeleted.safeParse(event);
  if (!data) return ignored("a deletion without the fields that Slack documents");
  const { channel, deleted_ts: ts, previous_message: before } = data;
  if (before && isOwn(before, context)) return ignored("a deletion of Parley's own message");
  const kind = kindOf(data.channel_type, channel, context);
  const message = { channel, ts, ...(before?.thread_ts !== undefined && { thread_ts: before.thread_ts }) };
  const place = placeOf(message, kind, context);
  return {
    ...delivery,
    kind: "deleted",
    conversation: conversationOf(surfaceOf(place, kind)),
    place,
    message: ts as MessageId,
    deletedAt: eventMs(data, context),
  };
}

export function authorOf(message: Partial<MessagePayload>, context: NamesInText): Author | undefined {
  const isBot = typeof message.bot_id === "string" || message.subtype === "bot_message";
  const id = message.user ?? message.bot_id ?? undefined;
  if (id === undefined)
    return isBot ? { id: "BUNKNOWN" as PersonId, name: message.username ?? "bot", isBot } : undefined;
  return { id: id as PersonId, name: context.userName(id) ?? message.username ?? id, isBot };
}

type Loose = { readonly [Key in keyof MessagePayload]?: MessagePayload[Key] | undefined };

export function isOwn(
  message: Pick<Loose, "user" | "bot_id">,
  { botUserId, botId }: Pick<ParseContext, "botUserId" | "botId">,
): boolean {
  return message.user === botUserId || (botId !== "" && message.bot_id === botId);
}

export function isWritten(message: MessagePayload): boolean {
  return written.has(message.subtype);
}

function mentions(text: string, { botUserId }: ParseContext): boolean {
  return text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
}

/** The text as plain Markdown, with what came along as quotes. What an app wrote stands in its blocks, where it has any. */
export function textOf(message: MessagePayload, names: ParseContext): string {
  const { text, blocks, attachments, bot_id: bot } = message;
  const isOfApp = typeof bot === "string" && !isOwn(message, names);
  const inBlocks = isOfApp ? textInBlocks(blocks, names) : "";
  return withQuotes(inBlocks || readText(text ?? "", names), quotedIn(attachments, names));
}

export function attachmentsOf({ files = [] }: MessagePayload): readonly Attachment[] {
  return files.flatMap((each) => {
    const { data: file } = FilePayload.safeParse(each);
    if (!file) return [];
    return [
      {
        id: file.id,
        name: file.name ?? file.id,
        mediaType: file.mimetype ?? "application/octet-stream",
        sizeBytes: file.size ?? 0,
        ...(file.alt_txt && { altText: file.alt_txt }),
      },
    ];
  });
}

function typeOf(body: unknown): string {
  const type =
    typeof body === "object" && body !== null ? (body as { readonly type?: unknown }).type : undefined;
  return typeof type === "string" ? type.slice(0, 40) : "unknown";
}
