import { messagePayload, tombstone } from "./message-payload.ts";
import type { AppEvent, Service } from "./service.ts";
import { keepMessage } from "./workspace.ts";
import type { Channel, Json, MessageVersion, StoredFile, StoredMessage, Stream } from "./workspace.ts";

export interface MessageDraft {
  readonly channel: Channel;
  readonly user: string;
  readonly text: string;
  readonly isMarkdown?: boolean;
  readonly threadTs?: string | undefined;
  readonly blocks?: readonly Json[] | undefined;
  readonly attachments?: readonly Json[] | undefined;
  readonly metadata?: Json | undefined;
  readonly subtype?: string | undefined;
  readonly extra?: Json;
  readonly username?: string | undefined;
  readonly files?: readonly StoredFile[];
  readonly unfurl?: StoredMessage["unfurl"];
  readonly stream?: Stream;
  /** Slack's clients send one with what people write. */
  readonly clientMsgId?: string;
}

export interface MessageChange {
  readonly text?: string;
  readonly isMarkdown?: boolean;
  readonly blocks?: readonly Json[] | undefined;
  readonly attachments?: readonly Json[] | undefined;
  readonly metadata?: Json | undefined;
  /** Shown as edited, by whom. */
  readonly editedBy?: string;
}

const subscriptionOf = {
  channel: "message.channels",
  group: "message.groups",
  im: "message.im",
  mpim: "message.mpim",
} as const;

/** Keeps a message and tells the app of it. */
export function postMessage(service: Service, draft: MessageDraft): StoredMessage {
  const { workspace } = service;
  const author = workspace.users.get(draft.user);
  const message: StoredMessage = {
    ts: workspace.newTs(),
    channel: draft.channel,
    user: draft.user,
    botId: author?.bot?.botId,
    appId: author?.bot?.appId,
    username: draft.username,
    subtype: draft.subtype,
    threadTs: draft.threadTs,
    extra: draft.extra ?? {},
    clientMsgId: draft.clientMsgId,
    files: draft.files ?? [],
    unfurl: draft.unfurl ?? { links: true, media: true },
    text: draft.text,
    blocks: draft.blocks,
    isMarkdown: draft.isMarkdown ?? false,
    attachments: draft.attachments,
    metadata: draft.metadata,
    edited: undefined,
    stream: draft.stream,
    deleted: false,
    reactions: new Map(),
    history: [],
  };
  message.history.push(versionOf(service, message));
  keepMessage(workspace, message);
  for (const file of message.files) file.channels.add(message.channel.id);
  const isNamed = mentions(message, service.bot.id) && author?.id !== service.bot.id;
  if (isNamed && service.mentionFirst) emitMention(service, message);
  emitMessage(service, message.channel, messageEvent(service, message));
  if (isNamed && !service.mentionFirst) emitMention(service, message);
  return message;
}

export function changeMessage(service: Service, message: StoredMessage, change: MessageChange): void {
  const previous = messagePayload(service, message);
  const wasNamed = mentions(message, service.bot.id);
  if (change.text !== undefined) message.text = change.text;
  if (change.isMarkdown !== undefined) message.isMarkdown = change.isMarkdown;
  if ("blocks" in change) message.blocks = change.blocks;
  if ("attachments" in change) message.attachments = change.attachments;
  if ("metadata" in change) message.metadata = change.metadata;
  if (change.editedBy !== undefined) {
    message.edited = { user: change.editedBy, ts: wholeSecond(service.workspace.newTs()) };
  }
  announceChange(service, message, previous);
  const isPerson = message.botId === undefined;
  if (isPerson && !wasNamed && mentions(message, service.bot.id)) emitMention(service, message);
}

/** Notes a new version of the message and sends its `message_changed`. */
export function announceChange(service: Service, message: StoredMessage, previous: Json): void {
  message.history.push(versionOf(service, message));
  const ts = service.workspace.newTs();
  emitMessage(service, message.channel, {
    type: "message",
    subtype: "message_changed",
    message: messagePayload(service, message),
    previous_message: previous,
    channel: message.channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: message.channel.type,
  });
}

/** A root that has replies stays as a tombstone, which Slack tells as a change. */
export function deleteMessage(service: Service, message: StoredMessage): void {
  const previous = messagePayload(service, message);
  message.deleted = true;
  const ts = service.workspace.newTs();
  const leavesTombstone = "reply_count" in previous;
  emitMessage(service, message.channel, {
    type: "message",
    ...(leavesTombstone
      ? { subtype: "message_changed", message: tombstone(service, message) }
      : { subtype: "message_deleted", deleted_ts: message.ts }),
    previous_message: previous,
    channel: message.channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: message.channel.type,
  });
}

/** The `message` event of a message, as when it was just posted. */
export function messageEvent(service: Service, message: StoredMessage): AppEvent {
  const { channel, ts } = message;
  return {
    ...messagePayload(service, message),
    type: "message",
    channel: channel.id,
    event_ts: ts,
    channel_type: channel.type,
  };
}

/** The `app_mention` event of a message (reference/events/app_mention): it has no `channel_type`. */
export function mentionEvent(service: Service, message: StoredMessage): AppEvent {
  const { subtype: _, ...payload } = messagePayload(service, message);
  return { ...payload, type: "app_mention", channel: message.channel.id, event_ts: message.ts };
}

function emitMessage(service: Service, channel: Channel, event: AppEvent): void {
  service.emit(event, { channel, subscription: subscriptionOf[channel.type] });
}

function emitMention(service: Service, message: StoredMessage): void {
  // In direct messages the `message.im` event is all that comes (reference/events/app_mention).
  if (message.channel.type === "im") return;
  service.emit(mentionEvent(service, message), { channel: message.channel, subscription: "app_mention" });
}

function mentions(message: StoredMessage, user: string): boolean {
  return message.text.includes(`<@${user}>`) || message.text.includes(`<@${user}|`);
}

function versionOf(service: Service, { text, blocks, stream }: StoredMessage): MessageVersion {
  return { text, blocks, streamingState: stream?.state, at: service.workspace.now() };
}

/** When a message was edited is told without fractions. */
function wholeSecond(ts: string): string {
  return `${ts.split(".")[0] ?? ts}.000000`;
}
