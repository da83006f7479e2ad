import type { AttachmentContent, Picture } from "./attachment.ts";
import type { PlatformEvent } from "./event.ts";
import type { PersonKey, PlatformName } from "./ids.ts";
import type { LedgerEntry, ModelCall } from "./ledger.ts";
import type { Moderated } from "./moderation.ts";
import type { InputKind } from "./moderation/input.ts";
import type { Decision } from "./moderation/policy.ts";
import type { CostChart } from "./report/chart.ts";
import type { ThreadGroups } from "./threads/analysis.ts";
import type { Pair } from "./threads/duplicates.ts";
import type { MapChart } from "./threads/map-chart.ts";
import type { Matrix } from "./threads/matrix.ts";

// Every outside thing that Parley needs. The platforms and storage have pages of their own: platform.ts, storage.ts.

// ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Charts {
  /** A PNG, 1,576 pixels wide. @throws AppError `aborted`, `internal` where it can't be drawn */
  drawCosts(chart: CostChart, signal: AbortSignal): Promise<Uint8Array>;
  /** As wide. @throws AppError as `drawCosts` */
  drawMap(chart: MapChart, signal: AbortSignal): Promise<Uint8Array>;
}

// ── Arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** What takes the processor for seconds, beside everything else. Vectors are rows of length 1. */
export interface ThreadAnalysis {
  /** Into `k` groups, or as many as set them apart best. @throws AppError `aborted`, `internal` where it takes too long */
  group(vectors: Matrix, k: number | undefined, signal: AbortSignal): Promise<ThreadGroups>;
  /** At least so near, the nearest first. @throws AppError as `group` */
  pairs(vectors: Matrix, from: number, limit: number, signal: AbortSignal): Promise<readonly Pair[]>;
}

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
  | { readonly role: "system"; readonly content: Moderated<string> }
  | {
      readonly role: "user";
      readonly content: Moderated<string>;
      /** For models that see; shown behind the text. */
      readonly pictures?: readonly Moderated<Picture>[];
    }
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

/** Judges text and pictures: the one port of the model service that takes what nobody has judged yet. */
export interface ModerationModel {
  /** One result a text, in order. @throws AppError `moderation_unavailable` with the vendor's error as cause. */
  classify(
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly results: readonly CategoryScores[]; readonly call?: ModelCall }>;
  /** @throws AppError `moderation_unavailable` */
  classifyPicture(
    picture: Picture,
    signal: AbortSignal,
  ): Promise<{ readonly scores: CategoryScores; readonly call?: ModelCall }>;
}

/** Which models the service has. */
export interface ModelList {
  /** Those that answer in chat, in the order of their names. @throws AppError `model_*` */
  names(): Promise<readonly string[]>;
  /** The day on which the service ends a model, where it says so: `2026-12-11`. @throws AppError `model_*` */
  retirementOf(model: string): Promise<string | undefined>;
}

/** What the model service billed, by its own account. */
export interface BilledCosts {
  /** By days of UTC, in order; a day without any may be missing. @throws AppError `model_*`, `aborted` */
  days(
    period: { readonly from: number; readonly to: number },
    signal: AbortSignal,
  ): Promise<readonly BilledDay[]>;
}

export interface BilledDay {
  /** `2026-11-23` */
  readonly date: string;
  readonly items: readonly {
    /** `gpt-6-luna-2026-03-05, cached input`, as the service writes it. */
    readonly lineItem: string;
    readonly microUsd: number;
  }[];
}

/** Category (`harassment`, `self-harm/intent` …) → whether the service flagged it, and its score from 0 to 1. */
export type CategoryScores = Readonly<Record<string, { readonly flagged: boolean; readonly score: number }>>;

// ── The rest ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Finds out what a file is, and reads it. */
export interface AttachmentReader {
  /** Whatever the bytes do, they only end up as `unread`. @throws AppError `aborted` */
  read(bytes: Uint8Array, signal: AbortSignal): Promise<AttachmentContent>;
}

export interface PartHealth {
  readonly ok: boolean;
  /** One sentence for the operator. */
  readonly detail: string;
}

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
  /** What was judged, by how it came in; `isKnown` where its scores were remembered. */
  judged(kind: InputKind, decision: Decision, isKnown: boolean): void;
  /** A call of moderation ended. */
  moderationAnswered(outcome: "answered" | "failed", seconds: number): void;
  /** A call of the model service ended, and has its price. */
  modelCalled(entry: LedgerEntry): void;
  /** A call had to wait for the platform's rate. */
  rateLimitWaited(platform: PlatformName, method: string, seconds: number): void;
  /** A call of the model service was not made, for the money that it costs. */
  callRefused(platform: PlatformName, why: CallRefusal): void;
  /** A call had to wait for the rate of its model. */
  modelWaited(model: string, seconds: number): void;
}

export type CallRefusal = "person" | "channel" | "persona" | "workspace" | "price" | "stopped";

export type EventOutcome = "accepted" | "known" | "ignored";
export type StoryOutcome =
  | "answered"
  | "blocked"
  | "explained"
  | "elsewhere"
  | "toldToWait"
  | "refused"
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
