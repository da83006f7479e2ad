import type { AccessChange, AccessLook } from "./access.ts";
import type { Rights } from "./command/permissions.ts";
import type {
  Attachment,
  Author,
  ButtonPressed,
  ChannelKind,
  CommandGiven,
  MessageCreated,
  Place,
  PlatformEvent,
} from "./event.ts";
import type { FormLimits } from "./form.ts";
import type { CauseId, ChannelId, MessageId, PersonId, PlatformName, WorkspaceId } from "./ids.ts";

import type { Links } from "./links.ts";
import type { Mentionable } from "./mentions.ts";
import type { ThreadList } from "./platform-thread.ts";
import type { PartHealth } from "./ports.ts";

// A place where people talk: Slack, Discord, the playground.

/** Accepts an event; resolves when it is durable, and only then may the platform be acked. */
export type Intake = (event: PlatformEvent) => Promise<void>;

export interface Platform extends ThreadList, Links {
  readonly name: PlatformName;
  readonly limits: PlatformLimits;
  readonly abilities: PlatformAbilities;

  /**
   * Begins to connect. `onGap` is called whenever it is connected and may have missed something before: at first, and
   * after a connection broke in a way that loses events. What the platform refuses (a wrong token …) is said by `health`, so that the others go on.
   * @throws AppError only for what is wrong before anything is asked of the platform
   */
  start(intake: Intake, onGap: () => void): Promise<void>;
  /**
   * Resolves once Parley was connected for the first time: what an earlier process posted can't be told apart before.
   * @throws AppError `platform_unreachable` when that takes too long, `aborted`
   */
  ready(signal: AbortSignal): Promise<void>;
  /** Takes in nothing more; what is being posted may go on until `stop`. */
  stopIntake(): Promise<void>;
  stop(): Promise<void>;
  health(): PartHealth;

  /** A reply that grows. @throws AppError `platform_*` from its methods */
  openReply(place: Place, intent: ReplyIntent): LiveReply;
  post(place: Place, cause: CauseId, message: OutgoingMessage, signal: AbortSignal): Promise<MessageId>;
  edit(place: Place, message: MessageId, content: OutgoingMessage, signal: AbortSignal): Promise<void>;
  /** A message that is gone already is no error. */
  delete(place: Place, message: MessageId, signal: AbortSignal): Promise<void>;
  /** Own messages that were posted under a cause, in order: how an unknown outcome is looked up. */
  findPosted(place: Place, cause: CauseId, signal: AbortSignal): Promise<readonly MessageId[]>;
  /** Tells one person something, as privately as the platform can; answers how private that was. */
  notify(
    place: Place,
    person: PersonId,
    text: string,
    signal: AbortSignal,
    buttons?: readonly Button[],
  ): Promise<NoticePrivacy>;
  /**
   * Tells whoever pressed a button something, and nobody else; where the button stood in a message for that person alone,
   * in place of it. Where the platform no longer takes it, nothing is told. @throws AppError `platform_unreachable`
   */
  answerPress(press: ButtonPressed, text: string, signal: AbortSignal): Promise<void>;
  /** A message in the direct channel with one person; twice under one cause is once. @throws AppError `platform_*` */
  sendDirect(
    workspace: WorkspaceId,
    person: PersonId,
    cause: CauseId,
    text: string,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Answers a command where it was given. What is too long is split or attached as a file. Twice under one cause is once,
   * as far as the platform lets it be found out. @throws AppError `platform_*`
   */
  answerCommand(command: CommandGiven, answer: OutgoingAnswer, signal: AbortSignal): Promise<void>;
  /** Shows that Parley is at work; clears itself. */
  showActivity(place: Place, signal: AbortSignal): Promise<void>;

  channel(workspace: WorkspaceId, channel: ChannelId, signal: AbortSignal): Promise<ChannelFacts | undefined>;
  person(workspace: WorkspaceId, person: PersonId, signal: AbortSignal): Promise<PersonFacts | undefined>;
  /** What the person may there now; asked of the platform each time. @throws AppError `platform_*` */
  rights(place: Place, person: PersonId, signal: AbortSignal): Promise<Rights>;
  /** Whether the person can read the channel now, by the platform's own rules. */
  canRead(
    workspace: WorkspaceId,
    person: PersonId,
    channel: ChannelId,
    signal: AbortSignal,
  ): Promise<boolean>;
  /** Begins to look at who may read what in a workspace. */
  lookAtAccess(workspace: WorkspaceId): AccessLook;
  /** Tells one listener what changes in who may read what, as far as the platform tells it. */
  watchAccess(onChange: (change: AccessChange) => void): void;
  /** Whether the person can write there now, as far as the platform says so to others. */
  canWrite(place: Place, person: PersonId, signal: AbortSignal): Promise<boolean>;
  /**
   * What people wrote since a moment in the channels that Parley is in and in `threads` (the latest active first), as
   * `start` would have handed it in: in order within a conversation, as far as the platform's rates allow.
   * @throws AppError `platform_*`
   */
  missed(
    since: number,
    threads: readonly Place[],
    signal: AbortSignal,
  ): AsyncIterable<MessageCreated | CommandGiven>;
  /**
   * What was said in a place, newest first: in a thread with the message that it hangs on, in a chain of replies what the
   * place's message replies to, step by step. What was deleted isn't there. @throws AppError `platform_*`
   */
  history(place: Place, limit: number, signal: AbortSignal): Promise<readonly HistoryMessage[]>;
  /** One message of a place, as it stands now. @throws AppError `platform_*` */
  message(place: Place, message: MessageId, signal: AbortSignal): Promise<HistoryMessage | undefined>;
  /** What people call the workspace, as far as that is known without asking. */
  workspaceName(workspace: WorkspaceId): string | undefined;
  /** An attachment's bytes through the platform's own client. @throws AppError `platform_refused` over `maxBytes` */
  download(attachment: Attachment, maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** What a reply is for. */
export interface ReplyIntent {
  readonly cause: CauseId;
  /** Who is answered: a platform may show the text live to this person alone. */
  readonly asker: PersonId;
  /** Messages that an earlier attempt under the same cause is known to have posted. */
  readonly posted: readonly MessageId[];
  /** Where it is written anew: what it posts now is none of what it posted before. */
  readonly edition?: string;
}

/** One reply in one or more messages, made to look like `parts` by posting what is missing and editing what changed. */
export interface LiveReply {
  /**
   * Answers the ids of the messages that stand now, in order. `onPosted` is awaited after each new one.
   * A message that is shown again with other text has its whole text replaced.
   */
  show(parts: readonly string[], options: ShowOptions): Promise<readonly MessageId[]>;
  /** Takes all of its messages away. */
  remove(fence: Fence): Promise<void>;
}

export interface ShowOptions extends Fence {
  /** The text is complete: no more throttling, no sign of writing, final buttons. */
  readonly final: boolean;
  readonly buttons: readonly Button[];
  /** Of a complete text: who is called where it names them, by `@` and their label. Nobody else ever is. */
  readonly people?: readonly Mentionable[];
  /** Awaited before each new message: where its answer is lost, it is known that it may stand. */
  readonly onPosting: () => Promise<void>;
  readonly onPosted: (message: MessageId) => Promise<void>;
}

/** What keeps a call that others see from being made by somebody who may no longer make it. */
export interface Fence {
  readonly signal: AbortSignal;
  /** Awaited before each request; where it rejects, none is made. */
  readonly check: () => Promise<void>;
}

export interface OutgoingMessage {
  /** Markdown, within `limits.maxMessageChars`. */
  readonly text: string;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OutgoingFile[];
  /** Whose words they are: named above the text as the platform names people, without ringing anybody. */
  readonly onBehalfOf?: { readonly person: PersonId; readonly name: string; readonly says: string };
}

/** What a command is answered. */
export interface OutgoingAnswer {
  readonly cause: CauseId;
  /** Markdown of any length. */
  readonly text: string;
  readonly buttons?: readonly Button[];
  readonly files?: readonly OutgoingFile[];
  /** Where nothing is private, a private answer is given as privately as can be. */
  readonly privacy: "private" | "public";
}

export interface Button {
  /** What comes back when it is pressed (action.ts). */
  readonly action: string;
  readonly label: string;
  readonly style?: "primary" | "danger";
}

export interface OutgoingFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly altText: string;
}

export interface PlatformLimits {
  /** Characters (UTF-16 code units) of one message. */
  readonly maxMessageChars: number;
  /** Least time between two edits of a message that grows. */
  readonly editIntervalMs: number;
  /** What was asked for and not answered by then is done, or never will be. */
  readonly requestMs: number;
  readonly maxButtons: number;
  readonly maxFileBytes: number;
  readonly form: FormLimits;
}

export interface PlatformAbilities {
  readonly liveText: "native" | "edit" | "none";
  readonly editMessages: boolean;
  /** A message that is posted again under one cause is the same message. */
  readonly postsOnce: boolean;
  readonly deleteMessages: boolean;
  /** The best that `notify` can do. */
  readonly privateNotice: NoticePrivacy;
  readonly buttons: boolean;
  readonly modals: boolean;
  readonly files: boolean;
  readonly threads: boolean;
}

export type NoticePrivacy = "ephemeral" | "dm" | "none";

export interface ChannelFacts {
  readonly name: string;
  readonly kind: ChannelKind;
}

export interface PersonFacts {
  readonly name: string;
  readonly isAdmin: boolean;
  readonly isGuest: boolean;
  readonly isBot: boolean;
}

export interface HistoryMessage {
  readonly message: MessageId;
  readonly author: Author;
  readonly sentAt: number;
  /** As it stands now. */
  readonly text: string;
  /** When it was edited last, by the platform's clock. */
  readonly editedAt?: number;
  readonly attachments: readonly Attachment[];
  /** Parley itself posted it, by the platform's ids. */
  readonly isOwn: boolean;
}
