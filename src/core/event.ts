import { joinKey } from "./ids.ts";
import type {
  ChannelId,
  ConversationKey,
  MessageId,
  PersonId,
  PlatformName,
  ThreadId,
  WorkspaceId,
} from "./ids.ts";

/** What the adapters hand in. An event that is not understood is `ignored`, never an exception. */
export type PlatformEvent = MessageCreated | MessageEdited | MessageDeleted | StopRequested | EventIgnored;

/** Where something stands or is to be posted. */
export interface Place {
  readonly platform: PlatformName;
  readonly workspace: WorkspaceId;
  readonly channel: ChannelId;
  /** What the platform groups channels in, where it does and where that is known. */
  readonly category?: ChannelId;
  /** The thread to post into. */
  readonly thread?: ThreadId;
  /** The message to answer, where the platform shows replies (a Discord reply chain). */
  readonly replyTo?: MessageId;
}

export interface Author {
  readonly id: PersonId;
  /** What people see; anybody can choose it, so it identifies nobody. */
  readonly name: string;
  readonly isBot: boolean;
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly altText?: string;
}

interface EventBase {
  /** Ids of the delivery (an event id …) under which the platform may send this again. */
  readonly deliveryIds: readonly string[];
  readonly conversation: ConversationKey;
  readonly place: Place;
}

export interface MessageCreated extends EventBase {
  readonly kind: "message";
  readonly message: MessageId;
  /** Milliseconds since the epoch by the platform's clock. */
  readonly sentAt: number;
  readonly author: Author;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly channelKind: ChannelKind;
  /** Why Parley might answer: named, written to directly, or in a thread in which it may take part (see dispatch). */
  readonly addressed: "mention" | "direct" | "thread" | "none";
}

/** `direct`: one person and Parley. `private`: those invited. `public`: the workspace. */
export type ChannelKind = "direct" | "private" | "public";

export interface MessageEdited extends EventBase {
  readonly kind: "edited";
  readonly message: MessageId;
  readonly sentAt: number;
  readonly editedAt: number;
  readonly author: Author;
  readonly text: string;
}

export interface MessageDeleted extends EventBase {
  readonly kind: "deleted";
  readonly message: MessageId;
  readonly deletedAt: number;
}

/** Somebody pressed stop under a reply that is being written. */
export interface StopRequested extends EventBase {
  readonly kind: "stop";
  readonly by: PersonId;
  /** The reply's message. */
  readonly message: MessageId;
}

export interface EventIgnored {
  readonly kind: "ignored";
  readonly reason: string;
}

/** What happened, whatever the delivery was called: the same happening has the same id. */
export function identityOf(event: Exclude<PlatformEvent, EventIgnored>): string {
  const { platform, workspace, channel } = event.place;
  const message = (verb: string, ...more: string[]) =>
    joinKey(verb, platform, workspace, channel, event.message, ...more);
  switch (event.kind) {
    case "message":
      return message("message");
    case "edited":
      return message("edited", String(event.editedAt));
    case "deleted":
      return message("deleted");
    case "stop":
      return message("stop");
    default:
      return event satisfies never;
  }
}

/** The identity under which the message that was edited or deleted would have come in. */
export function identityOfMessage(place: Place, message: MessageId): string {
  return joinKey("message", place.platform, place.workspace, place.channel, message);
}
