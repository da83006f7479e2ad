import type { Rights } from "./command/permissions.ts";
import type {
  Attachment,
  Author,
  ChannelKind,
  CommandGiven,
  MessageCreated,
  Place,
  PlatformEvent,
} from "./event.ts";
import type { CauseId, ChannelId, MessageId, PersonId, PersonKey, PlatformName, WorkspaceId } from "./ids.ts";
import type { ModelCall } from "./ledger.ts";
import type { Moderated } from "./moderation.ts";

// Every outside thing that Parley needs. Storage has a page of its own: storage.ts.

// ── The model service ────────────────────────────────────────────────────────────────────────────────────────────────

/** Streams one reply. */
export interface ChatModel {
  /** @throws AppError `model_*`, `context_overflow`, `aborted`; what was yielded until then stands. */
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatPart>;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly parameters: ChatParameters;
  readonly tools?: readonly ToolDefinition[];
  /** Sent as a hash, so that the service can tell people apart without knowing them. */
  readonly person: PersonKey;
}

export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: Moderated<string> }
  | {
      readonly role: "assistant";
      readonly content: Moderated<string>;
      readonly toolCalls?: readonly ToolCall[];
    }
  | { readonly role: "tool"; readonly content: Moderated<string>; readonly toolCallId: string };

export interface ChatParameters {
  readonly maxTokens: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly frequencyPenalty?: number;
  readonly presencePenalty?: number;
  readonly stop?: readonly string[];
  readonly reasoningEffort?: "none" | "minimal" | "low" | "medium" | "high";
  readonly verbosity?: "low" | "medium" | "high";
}

export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  /** JSON schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON as the model wrote it; it may be malformed. */
  readonly arguments: string;
}

export type ChatPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "toolCall"; readonly call: ToolCall }
  /** `start` comes with the first chunk, `usage` once at the end; a stream that breaks may end without it. */
  | { readonly kind: "start"; readonly responseId: string; readonly model: string }
  | { readonly kind: "usage"; readonly tokens: TokenUsage }
  | { readonly kind: "finish"; readonly reason: FinishReason };

export type FinishReason = "stop" | "length" | "toolCalls" | "filtered";

export interface TokenUsage {
  /** All input tokens, cached ones included. */
  readonly input: number;
  readonly cachedInput: number;
  readonly cacheWrite: number;
  /** All output tokens, reasoning included. */
  readonly output: number;
  readonly reasoning: number;
}

export interface EmbeddingModel {
  /** One unit vector a text, in order. @throws AppError `model_*` */
  embed(
    texts: readonly Moderated<string>[],
    options: EmbeddingOptions,
    signal: AbortSignal,
  ): Promise<{ readonly vectors: readonly Float32Array[]; readonly call: ModelCall }>;
}

export interface EmbeddingOptions {
  readonly model: string;
  readonly dimensions: number;
  readonly person: PersonKey;
}

/** Judges raw text: the one port of the model service that takes what nobody has judged yet. */
export interface ModerationModel {
  /** One result a text, in order. @throws AppError `moderation_unavailable` with the vendor's error as cause. */
  classify(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly results: readonly CategoryScores[]; readonly call: ModelCall }>;
}

/** Which models the service has. */
export interface ModelList {
  /** Those that answer in chat, in the order of their names. @throws AppError `model_*` */
  names(): Promise<readonly string[]>;
}

/** Category (`harassment`, `self-harm/intent` …) → whether the service flagged it, and its score from 0 to 1. */
export type CategoryScores = Readonly<Record<string, { readonly flagged: boolean; readonly score: number }>>;

// ── The platforms ────────────────────────────────────────────────────────────────────────────────────────────────────

/** Accepts an event; resolves when it is durable, and only then may the platform be acked. */
export type Intake = (event: PlatformEvent) => Promise<void>;

export interface Platform {
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
  notify(place: Place, person: PersonId, text: string, signal: AbortSignal): Promise<NoticePrivacy>;
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
  /** What was said in a place, newest first. */
  history(place: Place, limit: number, signal: AbortSignal): Promise<readonly HistoryMessage[]>;
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
}

/** What a command is answered. */
export interface OutgoingAnswer {
  readonly cause: CauseId;
  /** Markdown of any length. */
  readonly text: string;
  readonly files?: readonly OutgoingFile[];
  /** Where nothing is private, a private answer is given as privately as can be. */
  readonly privacy: "private" | "public";
}

export interface Button {
  /** What comes back when it is pressed. */
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
  readonly text: string;
  readonly isOwn: boolean;
}

export interface PartHealth {
  readonly ok: boolean;
  /** One sentence for the operator. */
  readonly detail: string;
}

// ── The rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Milliseconds since the epoch. */
export type Now = () => number;
export type NewId = () => string;

/** Counts what an operator watches. Seconds, as the field's conventions ask. */
export interface Metrics {
  eventTaken(platform: PlatformName, kind: PlatformEvent["kind"], outcome: EventOutcome): void;
  storyEnded(platform: PlatformName, outcome: StoryOutcome): void;
  commandEnded(platform: PlatformName, outcome: CommandOutcome): void;
  /** A story of an earlier attempt was taken up again. */
  storyResumed(platform: PlatformName): void;
  /** From the moment the newest question was stored. */
  firstTokenAfter(platform: PlatformName, seconds: number): void;
  lastTokenAfter(platform: PlatformName, seconds: number): void;
  /** What was written while Parley was away: taken in, or too old to be answered. */
  missed(platform: PlatformName, outcome: "taken" | "tooOld", count: number): void;
  /** A call had to wait for the platform's rate. */
  rateLimitWaited(platform: PlatformName, method: string, seconds: number): void;
}

export type EventOutcome = "accepted" | "known" | "ignored";
export type StoryOutcome =
  | "answered"
  | "blocked"
  | "explained"
  | "elsewhere"
  | "toldToWait"
  | "withdrawn"
  | "setAside";

/** `misread`: what was written is no command. */
export type CommandOutcome = "ran" | "refused" | "misread" | "failed";

/** One structured event an outcome: a static message, fields for the rest, never message text, never a secret. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Counts tokens as the model does. Resolves later for long texts, so that the event loop stays free. */
export interface TokenCounter {
  count(text: string, model: string): Promise<number>;
  /** The beginning of a text that has at most so many tokens, cut between characters. */
  truncate(
    text: string,
    model: string,
    maxTokens: number,
  ): Promise<{ readonly text: string; readonly tokens: number }>;
  /** Counts of models with the same encoding are the same. */
  encodingOf(model: string): string;
}
