import type { ChannelId, ConversationKey, MessageId, PersonId, PlatformName, ThreadId, WorkspaceId } from "./ids.ts";

/** What the adapters hand in. An event that is not understood is `ignored`, never an exception. */
export type PlatformEvent = MessageCreated | MessageEdited | MessageDeleted | StopRequested | EventIgnored;

/** Where something stands or is to be posted. */
export interface Place {
  readonly platform: PlatformName;
  readonly workspace: WorkspaceId;
  readonly channel: ChannelId;
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
  /** Every identity under which the platform may send this again (event id, message id), the surest first. */
  readonly ids: readonly [string, ...string[]];
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
  /** Why Parley might answer: named, written to directly, or in a thread. */
  readonly addressed: "mention" | "direct" | "thread" | "none";
}

/** `direct`: one person and Parley. `private`: those invited. `public`: the workspace. */
export type ChannelKind = "direct" | "private" | "public";

export interface MessageEdited extends EventBase {
  readonly kind: "edited";
  readonly message: MessageId;
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
