import type { Action } from "./action.ts";
import type { CommandReading } from "./command/parse.ts";
import type { Opinion } from "./feedback.ts";
import type { FilledForm } from "./form.ts";
import { joinKey } from "./ids.ts";
import type {
  ChannelId,
  ConversationKey,
  MessageId,
  PersonId,
  PersonKey,
  PlatformName,
  ThreadId,
  WorkspaceId,
} from "./ids.ts";

/** What the adapters hand in. An event that is not understood is `ignored`, never an exception. */
export type PlatformEvent =
  | MessageCreated
  | MessageEdited
  | MessageDeleted
  | ButtonPressed
  | Reacted
  | CommandGiven
  | EventIgnored;

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

/** A message as it stands. */
interface MessageBase extends EventBase {
  readonly message: MessageId;
  /** Milliseconds since the epoch by the platform's clock. */
  readonly sentAt: number;
  readonly author: Author;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly channelKind: ChannelKind;
  /** The message that it replies to, where the platform shows replies. */
  readonly answers?: MessageId;
  /** Why Parley might answer: named, written to directly, or in a thread in which it may take part (see dispatch). */
  readonly addressed: "mention" | "direct" | "thread" | "none";
}

export interface MessageCreated extends MessageBase {
  readonly kind: "message";
  /** Where an edit came before the message itself: when it was made. */
  readonly editedAt?: number;
  /** A moderator allowed it, as it was judged; no adapter ever says so. */
  readonly allowed?: { readonly hash: string; readonly by: PersonKey };
}

/** `direct`: one person and Parley. `private`: those invited. `public`: the workspace. */
export type ChannelKind = "direct" | "private" | "public";

export interface MessageEdited extends MessageBase {
  readonly kind: "edited";
  readonly editedAt: number;
}

export interface MessageDeleted extends EventBase {
  readonly kind: "deleted";
  readonly message: MessageId;
  readonly deletedAt: number;
}

/** Somebody pressed a button of Parley's. */
export interface ButtonPressed extends EventBase {
  readonly kind: "pressed";
  readonly action: Action;
  /** The platform's own id of the press. */
  readonly press: string;
  /** Milliseconds since the epoch, as close to the platform's clock as is known. */
  readonly sentAt: number;
  readonly by: Author;
  readonly channelKind: ChannelKind;
  /** The message it stands under. */
  readonly message: MessageId;
  /** How the platform takes an answer to the press: for its adapter alone, and a secret. */
  readonly answerTo?: string;
}

/** Somebody put a thumb under a message of Parley's, or took it off. */
export interface Reacted extends Omit<EventBase, "conversation"> {
  readonly kind: "reacted";
  readonly opinion: Opinion;
  readonly isOn: boolean;
  readonly by: PersonId;
  /** Milliseconds since the epoch, as close to the platform's clock as is known. */
  readonly at: number;
  readonly message: MessageId;
}

/** Somebody gave a command, by the platform's own means or in a message to Parley. */
export interface CommandGiven extends EventBase {
  readonly kind: "command";
  /** The platform's own id of it; where it came as a message, that one's. */
  readonly command: string;
  /** Where it came as a message. */
  readonly message?: MessageId;
  /** Milliseconds since the epoch by the platform's clock. */
  readonly sentAt: number;
  readonly by: Author;
  readonly channelKind: ChannelKind;
  readonly reading: CommandReading;
  readonly attachments: readonly Attachment[];
  /** What was filled into the form that the command had opened. */
  readonly form?: FilledForm;
  /** The message whose menu it was given on. */
  readonly about?: MessageId;
  /** How the platform takes the answer: for its adapter alone, and a secret. */
  readonly answerTo?: string;
}

export interface EventIgnored {
  readonly kind: "ignored";
  readonly reason: string;
}

/** What happened, whatever the delivery was called: the same happening has the same id. */
export function identityOf(event: Exclude<PlatformEvent, EventIgnored>): string {
  const { platform, workspace, channel } = event.place;
  const named = (verb: string, ...ids: string[]) => joinKey(verb, platform, workspace, channel, ...ids);
  switch (event.kind) {
    case "message":
      return named("message", event.message);
    case "edited":
      return named("edited", event.message, String(event.editedAt));
    case "deleted":
      return named("deleted", event.message);
    case "pressed":
      // However often it is pressed, there is one reply to stop.
      return event.action.name === "stop" ? named("stop", event.message) : named("pressed", event.press);
    case "reacted":
      return named("reacted", event.message, event.by, event.opinion, String(event.isOn), String(event.at));
    case "command":
      return named("command", event.command);
    default:
      return event satisfies never;
  }
}

/** The identity under which the message that was edited or deleted would have come in. */
export function identityOfMessage(place: Place, message: MessageId): string {
  return joinKey("message", place.platform, place.workspace, place.channel, message);
}

/** The same, where the message gave a command. */
export function identityOfCommand(place: Place, message: MessageId): string {
  return joinKey("command", place.platform, place.workspace, place.channel, message);
}
