import { hash } from "node:crypto";

import type { Author, ChannelKind, MessageCreated, Place } from "./event.ts";
import { identityOfMessage } from "./event.ts";
import type { ConversationKey, MessageId, PersonId } from "./ids.ts";
import type { Verdict } from "./moderation.ts";
import type { Decision } from "./moderation/policy.ts";

/** A message that was flagged or blocked, for moderators to look at. It is kept for a day. */
export interface Review {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly decision: Exclude<Decision, "allow">;
  /** Categories that led to it, with their scores from 0 to 1. */
  readonly scores: Readonly<Record<string, number>>;
  readonly conversation: ConversationKey;
  readonly place: Place;
  readonly channelKind: ChannelKind;
  readonly message: MessageId;
  readonly author: Author;
  /** What moderators may be shown of it. */
  readonly excerpt?: string;
  /** What may be allowed once: the question, and the hash of what was judged. */
  readonly question?: { readonly event: MessageCreated; readonly hash: string };
  /** Where moderators were told. */
  readonly notice?: { readonly place: Place; readonly message: MessageId };
  readonly state: "open" | "allowed" | "kept";
  readonly decidedBy?: Pick<Author, "id" | "name">;
}

/** Whose messages moderators are told about, and what of them. */
export interface ReviewSettings {
  /** By platform: the channel in which moderators are told. */
  readonly channels: Readonly<Partial<Record<Place["platform"], Place["channel"]>>>;
  readonly excerpts: "all" | "public" | "none";
  /** So many blocked messages in so long pause their author for so long; none where it is off. */
  readonly repeat?: { readonly blocks: number; readonly withinMs: number; readonly pauseMs: number };
}

const maxExcerptChars = 1_500;

/** What moderators are to look at, or nothing where nobody wants to know. */
export function reviewOf(
  event: Pick<MessageCreated, "conversation" | "place" | "channelKind" | "message" | "author" | "text">,
  { decision, scores = {}, textHash }: Verdict,
  {
    settings,
    now,
    question,
  }: {
    readonly settings: ReviewSettings;
    readonly now: number;
    /** Where it may be allowed. */
    readonly question?: MessageCreated;
  },
): Review | undefined {
  if (decision === "allow") return undefined;
  const { conversation, place, channelKind, message, author, text } = event;
  if (settings.channels[place.platform] === undefined && settings.repeat === undefined) return undefined;
  const isShown = settings.excerpts === "all" || (settings.excerpts === "public" && channelKind === "public");
  const mayBeAllowed = decision === "block" && question !== undefined;
  return {
    id: reviewId(place, message),
    at: now,
    decision,
    scores,
    conversation,
    place,
    channelKind,
    message,
    author,
    ...(isShown && { excerpt: text.slice(0, maxExcerptChars).toWellFormed() }),
    ...(mayBeAllowed && { question: { event: question, hash: textHash } }),
    state: "open",
  };
}

/** Short enough for a button. */
export function reviewId(place: Place, message: MessageId): string {
  return hash("sha256", identityOfMessage(place, message), "base64url").slice(0, 22);
}

/** The same without what its author wrote. */
export function withoutWords(review: Review): Review {
  const { excerpt: _excerpt, question: _question, ...rest } = review;
  return rest;
}

const barWidth = 10;

/** Scores as bars, the highest first: `violence            ████████░░ 0.82`. */
export function scoreBars(scores: Review["scores"]): string {
  const sorted = Object.entries(scores).toSorted(([, a], [, b]) => b - a);
  const width = Math.max(0, ...sorted.map(([category]) => category.length));
  return sorted
    .map(([category, score]) => {
      const filled = Math.round(Math.min(Math.max(score, 0), 1) * barWidth);
      return `${category.padEnd(width)} ${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${score.toFixed(2)}`;
    })
    .join("\n");
}

/** Whom Parley doesn't answer, and until when. */
export interface Pause {
  /** Milliseconds since the epoch. */
  readonly until: number;
  /** Nobody where it came of itself. */
  readonly by?: PersonId;
}
