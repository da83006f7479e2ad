import type { Conversation, Turn } from "./conversation.ts";
import type { Place } from "./event.ts";
import type { CauseId, ConversationKey, MessageId, PersonId, PlatformName } from "./ids.ts";
import type { LedgerEntry } from "./ledger.ts";
import type { CommandOutcome } from "./ports.ts";
import type { Operation } from "./storage.ts";

// The domain stores. Reads answer at once; writes are operations, so that a handler can make several of them one step
// with `storage.commit`.

export interface Conversations {
  get(key: ConversationKey): Promise<Conversation | undefined>;
  turn(key: ConversationKey, id: string): Promise<Turn | undefined>;
  /** Turns newest first; `before` is the last turn of the page before. */
  newest(key: ConversationKey, limit: number, before?: Pick<Turn, "id" | "at">): Promise<readonly Turn[]>;
  /** Those active since a moment, the latest first. */
  recent(platform: PlatformName, since: number, limit: number): Promise<readonly Conversation[]>;
  saving(conversation: Conversation): Operation;
  /** Adds a turn, or amends it where the revision is higher; a removed turn stays away. */
  putting(key: ConversationKey, turn: Turn): Operation;
  removing(key: ConversationKey, turnId: string): Operation;
}

export interface Ledger {
  /** An entry is counted once, however often its call id is added. */
  adding(entry: LedgerEntry): Operation;
}

/** Who did what of that which not everyone may. What stands in it is never changed. */
export interface Audit {
  /** An entry stands once, however often its id is added. */
  adding(entry: AuditEntry): Operation;
  /** Those of a workspace, newest first. */
  newest(at: Pick<Place, "platform" | "workspace">, limit: number): Promise<readonly AuditEntry[]>;
}

export interface AuditEntry {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly place: Place;
  readonly by: PersonId;
  /** The command as it is written, without free text. */
  readonly command: string;
  readonly outcome: Exclude<CommandOutcome, "misread">;
}

/** The threads that Parley was called into. */
export interface Participation {
  /** `at`: when the first message that calls it was sent. */
  join(thread: ConversationKey, at: number): Promise<void>;
  joinedAt(thread: ConversationKey): Promise<number | undefined>;
}

/** When each platform was last heard: what was written later may have been missed. */
export interface Presence {
  note(platform: PlatformName, at: number): Promise<void>;
  heardAt(platform: PlatformName): Promise<number | undefined>;
}

/** How replies ended that had more than one owner, for about an hour. */
export interface Endings {
  get(cause: CauseId): Promise<ShownEnding | undefined>;
  keeping(cause: CauseId, ending: ShownEnding): readonly Operation[];
}

export interface ShownEnding {
  /** The whole text; it is in `messages`, in order. */
  readonly text: string;
  /** None where the reply was taken away. */
  readonly messages: readonly MessageId[];
}

/** Marks that somebody pressed stop under a reply, so that a restart doesn't go on with it. */
export interface Stops {
  pressed(message: string): Promise<boolean>;
  press(message: string): Promise<void>;
  clearing(message: string): Operation;
}
