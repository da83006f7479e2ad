import type { AnsweredQuestion } from "../core/answer.ts";
import type { Conversation, Turn } from "../core/conversation.ts";
import type { MessageCreated, Place } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { CauseId, ConversationKey, MessageId } from "../core/ids.ts";
import type { CallContext } from "../core/ledger.ts";
import type { Platform } from "../core/platform.ts";
import type { ReplyModeration } from "../core/moderation/policy.ts";
import type { ChatMessage, Logger, Metrics, NewId, Now, TokenCounter } from "../core/ports.ts";
import type { TurnPictures } from "../core/prompt.ts";
import type { ReviewSettings } from "../core/review.ts";
import type { Operation, Storage } from "../core/storage.ts";
import type { Answers, Conversations, Endings, Ledger, Stops, Summaries } from "../core/stores.ts";
import type { Summary } from "../core/summary.ts";
import type { Words } from "../core/words/en.ts";
import type { Explain } from "./explain.ts";
import type { FencedReply } from "./fenced-reply.ts";
import type { FloodLimits } from "./flood.ts";
import type { SummarySettings } from "./fold-summary.ts";
import type { ImportLimits } from "./import-earlier.ts";
import type { HeldClaim } from "./lease.ts";
import type { ModeratePicture } from "./moderate-picture.ts";
import type { Moderate } from "./moderate.ts";
import type { PaidChat } from "./paid-chat.ts";
import type { ActivePersona, PersonaFor } from "./persona-choice.ts";
import type { ReadAttachments, UnreadFile } from "./read-attachments.ts";
import type { ContextLimits } from "./recall.ts";

/** What answering a message needs of the world. */
export interface ChatMessageDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit" | "counters" | "queue" | "signals">;
  readonly stores: {
    readonly answers: Answers;
    readonly conversations: Conversations;
    readonly endings: Endings;
    readonly ledger: Ledger;
    readonly stops: Stops;
    readonly summaries: Summaries;
  };
  readonly models: {
    readonly chat: PaidChat;
    readonly moderate: Moderate;
    readonly moderatePicture: ModeratePicture;
    readonly tokens: TokenCounter;
  };
  readonly readAttachments: ReadAttachments;
  readonly settings: {
    readonly personaFor: PersonaFor;
    readonly limits: ContextLimits;
    readonly flood: FloodLimits;
    readonly earlier: ImportLimits;
    readonly summary: SummarySettings;
    /** What moderators are told. */
    readonly reviews: ReviewSettings;
    readonly replies: ReplyModeration;
    /** Stands under every answer in a place. */
    readonly footerFor: (place: Place) => string | undefined;
    /** Whether buttons stand under finished answers. */
    readonly buttons: "on" | "off";
    /** Whether who asks what was answered before is told where. */
    readonly hints: "on" | "off";
  };
  readonly ambient: Ambient;
}

export interface Ambient {
  readonly words: Words;
  readonly explain: Explain;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly now: Now;
  readonly newId: NewId;
}

/** One reply on its way: what it answers, and what of it stands on the platform. */
export interface Story {
  readonly claim: HeldClaim;
  readonly platform: Platform;
  readonly questions: readonly [MessageCreated, ...MessageCreated[]];
  /** The newest question: the reply goes where it stands. */
  readonly last: MessageCreated;
  readonly cause: CauseId;
  /** Where its answer is written anew. */
  readonly again: AnswerAgain | undefined;
  readonly reply: FencedReply;
  /** Grows as messages are posted. */
  readonly posted: MessageId[];
  /** Since when a message is being posted of which nobody knows yet whether it stands. */
  posting: number | undefined;
  /** Questions whose authors know that they were blocked. */
  readonly told: Set<MessageId>;
  /** How it ends, once that is known. */
  ending: Ending | undefined;
}

/** An answer that is to be written anew, in its own messages, as the inbox keeps it. */
export interface AnswerAgain {
  readonly kind: "again";
  readonly place: Place;
  readonly conversation: ConversationKey;
  readonly cause: CauseId;
  /** Tells one writing from another. */
  readonly edition: string;
  readonly questions: readonly [MessageCreated, ...MessageCreated[]];
  /** What stood there; it is shown once more where there is no other answer. */
  readonly text: string;
  readonly messages: readonly MessageId[];
  /** Only where a question is no longer what was answered. */
  readonly ifChanged: boolean;
}

/** The whole text of a reply. */
export interface Ending {
  readonly kind: "answer" | "explanation";
  readonly text: string;
  /** What was answered, as it was read. */
  readonly answered?: readonly AnsweredQuestion[];
  /** It reached its greatest length. */
  readonly isCut?: boolean;
  /** Keeps the entry for the operator. */
  readonly setAside?: string;
}

/** What the inbox keeps of a story, so that it can be resumed. */
export interface StoryState {
  readonly posted: readonly MessageId[];
  readonly posting?: number;
  readonly told: readonly MessageId[];
  readonly ending?: Ending;
}

/** Everything known before the model is asked. */
export interface Heard {
  readonly conversation: Conversation;
  readonly persona: ActivePersona;
  /** What moderation let in, oldest first. */
  readonly questions: readonly Turn[];
  /** What was said before, newest first. */
  readonly window: readonly Turn[];
  /** The summary that stands for what was said before that; it is pinned. */
  readonly summary?: Pick<Summary, "turns">;
  /** What the model is shown beside the questions; the tokens below have them counted. */
  readonly pictures?: TurnPictures;
  readonly unread?: readonly UnreadFile[];
  readonly pinned: readonly ChatMessage[];
  readonly pinnedTokens: number;
  readonly budgetTokens: number;
}

/**
 * Writes down how far the story is, together with `operations`, in one step.
 * @throws AppError `superseded` where it is somebody else's by now; `storage_*`
 */
export async function checkpoint(
  story: Omit<Story, "reply">,
  operations: readonly Operation[],
  { storage }: Pick<ChatMessageDeps, "storage">,
): Promise<void> {
  const { claim, posted, posting, told, ending } = story;
  const state: StoryState = {
    posted: [...posted],
    ...(posting !== undefined && { posting }),
    told: [...told],
    ...(ending !== undefined && { ending }),
  };
  await storage.commit([...operations, { op: "queue.checkpoint", token: claim.token, state }]);
  claim.state = state;
}

/** What ends a story in the store. Where an earlier owner may still stir, it finds here what should stand. */
export function finishing(
  { claim, cause, posted, again }: Pick<Story, "claim" | "cause" | "posted" | "again">,
  { text, setAside }: { readonly text?: string; readonly setAside?: string | undefined },
  { endings }: Pick<ChatMessageDeps["stores"], "endings">,
): readonly Operation[] {
  // What an earlier owner left behind of another edition is not what should stand.
  const hadOwners = again !== undefined || claim.entries.some((entry) => entry.attempt > 1);
  const shown = { text: text ?? "", messages: text === undefined ? [] : posted };
  return [
    ...(hadOwners ? endings.keeping(cause, shown) : []),
    { op: "queue.finish", token: claim.token, ...(setAside !== undefined && { setAside }) },
  ];
}

/** For whom a call is made: the author of the newest question. */
export function callContext(
  story: { readonly last: Pick<MessageCreated, "place" | "conversation" | "author"> },
  persona: string,
): CallContext {
  const { last } = story;
  const { platform, workspace, channel, thread } = last.place;
  return {
    platform,
    workspace,
    channel,
    ...(thread !== undefined && { thread }),
    conversation: last.conversation,
    person: personKey(platform, workspace, last.author.id),
    persona,
  };
}
