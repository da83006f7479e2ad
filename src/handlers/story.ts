import type { Conversation, Turn } from "../core/conversation.ts";
import { toAppError } from "../core/errors.ts";
import type { MessageCreated, MessageEdited, Place } from "../core/event.ts";
import { personKey } from "../core/ids.ts";
import type { CauseId, MessageId } from "../core/ids.ts";
import type { CallContext } from "../core/ledger.ts";
import type {
  ChatMessage,
  ChatModel,
  ChatParameters,
  LiveReply,
  Logger,
  Metrics,
  NewId,
  Now,
  Platform,
  TokenCounter,
} from "../core/ports.ts";
import type { Claim, Storage } from "../core/storage.ts";
import type { Conversations, Ledger, Stops } from "../core/stores.ts";
import type { Words } from "../core/words/en.ts";
import type { Explain } from "./explain.ts";
import type { FloodLimits } from "./flood.ts";
import type { Moderate } from "./moderate.ts";
import type { ContextLimits, PersonaTexts } from "./recall.ts";

/** What answering a message needs of the world. */
export interface ChatMessageDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit" | "counters" | "queue" | "signals">;
  readonly stores: { readonly conversations: Conversations; readonly ledger: Ledger; readonly stops: Stops };
  readonly models: { readonly chat: ChatModel; readonly moderate: Moderate; readonly tokens: TokenCounter };
  readonly settings: {
    readonly personaFor: (place: Place) => ActivePersona;
    readonly limits: ContextLimits;
    readonly flood: FloodLimits;
    /** Stands under every answer in a place. */
    readonly footerFor: (place: Place) => string | undefined;
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

/** A persona as it answers in one place today. */
export interface ActivePersona extends PersonaTexts {
  readonly name: string;
  readonly model: string;
  readonly parameters: ChatParameters;
}

/** One reply on its way: what it answers, and what of it stands on the platform. */
export interface Story {
  readonly claim: Claim;
  readonly platform: Platform;
  readonly questions: readonly [MessageCreated, ...MessageCreated[]];
  /** The newest question: the reply goes where it stands. */
  readonly last: MessageCreated;
  readonly cause: CauseId;
  readonly reply: LiveReply;
  /** Grows as messages are posted. */
  readonly posted: MessageId[];
  /** Questions whose authors know that they were blocked. */
  readonly told: Set<MessageId>;
  /** How it ends, once that is known. */
  ending: Ending | undefined;
}

/** The whole text of a reply. */
export interface Ending {
  readonly kind: "answer" | "explanation";
  readonly text: string;
  /** Keeps the entry for the operator. */
  readonly setAside?: string;
}

/** What the inbox keeps of a story, so that it can be resumed. */
export interface StoryState {
  readonly posted: readonly MessageId[];
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
  readonly pinned: readonly ChatMessage[];
  readonly pinnedTokens: number;
  readonly budgetTokens: number;
}

export function stateOf(story: Story): StoryState {
  const { posted, told, ending } = story;
  return { posted, told: [...told], ...(ending !== undefined && { ending }) };
}

/** Writes down a message that was posted; where the story is somebody else's now, takes it away. @throws AppError */
export async function keepPosted(
  story: Story,
  message: MessageId,
  { storage, ambient }: Pick<ChatMessageDeps, "storage" | "ambient">,
): Promise<void> {
  if (!story.posted.includes(message)) story.posted.push(message);
  try {
    await storage.queue.checkpoint(story.claim.token, stateOf(story));
  } catch (error) {
    if (toAppError(error).code === "superseded") await takeAway(story, message, ambient.log);
    throw error;
  }
}

const takeAwayMs = 30_000;

async function takeAway({ platform, last }: Story, message: MessageId, log: Logger): Promise<void> {
  try {
    await platform.delete(last.place, message, AbortSignal.timeout(takeAwayMs));
  } catch (error) {
    log.error(
      { conversation: last.conversation, code: toAppError(error).code },
      "a superseded message stands",
    );
  }
}

/** For whom a call is made: the author of the newest question. */
export function callContext(
  story: { readonly last: MessageCreated | MessageEdited },
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
