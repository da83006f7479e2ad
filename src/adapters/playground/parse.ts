import type { Action } from "../../core/action.ts";
import { commandInMessage } from "../../core/command/in-message.ts";
import type { CommandReading } from "../../core/command/parse.ts";
import type { CommandTable } from "../../core/command/shape.ts";
import { conversationKey } from "../../core/conversation.ts";
import type {
  CommandGiven,
  MessageCreated,
  MessageDeleted,
  MessageEdited,
  Place,
  Reacted,
  ButtonPressed,
} from "../../core/event.ts";
import { joinKey, type PersonId, type ThreadId } from "../../core/ids.ts";
import { mentionsParley, withoutMention } from "./mention.ts";
import type { PlaygroundMessage } from "./messages.ts";
import { findMember, workspaceId, type Channel } from "./workspace.ts";

/** Where a reply to the message goes: a direct channel has no threads; elsewhere a message is the root of its own thread. */
export function placeOf(message: Pick<PlaygroundMessage, "id" | "thread">, channel: Channel): Place {
  const place = { platform: "playground", workspace: workspaceId, channel: channel.id } as const;
  return channel.kind === "direct"
    ? place
    : { ...place, thread: message.thread ?? (message.id as string as ThreadId) };
}

export function parseMessage(
  message: PlaygroundMessage,
  channel: Channel,
  table: CommandTable,
): MessageCreated | CommandGiven {
  const text = withoutMention(message.text);
  const created: MessageCreated = {
    ...common(message, channel, joinKey("playground", "message", message.id)),
    kind: "message",
    message: message.id,
    sentAt: message.sentAt,
    author: authorOf(message.author),
    text,
    attachments: [],
    channelKind: channel.kind,
    addressed: addressedBy(message, channel),
  };
  return commandInMessage(table, created, text);
}

/** A command that was given by other means than a message. Nothing of it is kept as one. */
export function commandFrom(
  given: Pick<PlaygroundMessage, "id" | "author" | "sentAt"> & { readonly place: Place },
  channel: Channel,
  reading: CommandReading,
): CommandGiven {
  const { id, author, sentAt, place } = given;
  return {
    kind: "command",
    deliveryIds: [],
    conversation: conversationKey(place),
    place,
    command: id,
    sentAt,
    by: authorOf(author),
    channelKind: channel.kind,
    reading,
    attachments: [],
  };
}

export function parseEdit(message: PlaygroundMessage, channel: Channel): MessageEdited {
  return {
    ...common(message, channel, joinKey("playground", "edit", message.id, message.editId ?? "")),
    kind: "edited",
    message: message.id,
    sentAt: message.sentAt,
    editedAt: message.editedAt ?? message.sentAt,
    author: authorOf(message.author),
    text: withoutMention(message.text),
    attachments: [],
    channelKind: channel.kind,
    addressed: addressedBy(message, channel),
  };
}

export function parseDeletion(
  message: PlaygroundMessage,
  channel: Channel,
  deletedAt: number,
): MessageDeleted {
  return {
    ...common(message, channel, joinKey("playground", "delete", message.id)),
    kind: "deleted",
    message: message.id,
    deletedAt,
  };
}

/** `isNotice`: it stands in what one person alone sees. */
export function parsePress(
  pressed: Pick<PlaygroundMessage, "id" | "thread">,
  channel: Channel,
  press: {
    readonly by: PersonId;
    readonly action: Action;
    readonly pressId: string;
    readonly at: number;
    readonly isNotice: boolean;
  },
): ButtonPressed {
  const { by, action, pressId, at, isNotice } = press;
  return {
    ...common(pressed, channel, joinKey("playground", "press", pressed.id, pressId)),
    kind: "pressed",
    action,
    press: joinKey(pressed.id, by, pressId),
    sentAt: at,
    by: authorOf(by),
    channelKind: channel.kind,
    message: pressed.id,
    ...(isNotice && { answerTo: pressed.id }),
  };
}

export function parseReaction(
  reply: PlaygroundMessage,
  channel: Channel,
  reaction: Pick<Reacted, "by" | "opinion" | "isOn" | "at">,
): Reacted {
  return {
    ...reaction,
    kind: "reacted",
    deliveryIds: [],
    place: placeOf(reply, channel),
    message: reply.id,
  };
}

function common(message: Pick<PlaygroundMessage, "id" | "thread">, channel: Channel, deliveryId: string) {
  const place = placeOf(message, channel);
  return { deliveryIds: [deliveryId], conversation: conversationKey(place), place };
}

function addressedBy(message: PlaygroundMessage, channel: Channel): MessageCreated["addressed"] {
  if (channel.kind === "direct") return "direct";
  if (mentionsParley(message.text)) return "mention";
  return message.thread !== undefined ? "thread" : "none";
}

export function authorOf(id: PersonId): MessageCreated["author"] {
  const member = findMember(id);
  return { id, name: member?.name ?? id, isBot: member?.role === "bot" };
}
