import type { Answer } from "./answer.ts";
import type { Budget, CallStop } from "./budget.ts";
import type { Change, ChannelPlace, ChannelSettings, WorkspacePlace } from "./channel-settings.ts";
import type { Conversation, Turn } from "./conversation.ts";
import type { Place } from "./event.ts";
import type { Feedback } from "./feedback.ts";
import type { CauseId, ConversationKey, MessageId, PersonId, PersonKey, PlatformName } from "./ids.ts";
import type { LedgerEntry, PaidCall, SpentTokens } from "./ledger.ts";
import type { BindingScope, PersonaBinding } from "./persona-binding.ts";
import type { VerdictEntry } from "./moderation/input.ts";
import type { CategoryRules } from "./moderation/policy.ts";
import type { PersonaSpec } from "./persona.ts";
import type { CommandOutcome } from "./ports.ts";
import type { Pause, Review } from "./review.ts";
import type { ReportSchedule } from "./schedule.ts";
import type { Period, SpendingScope } from "./spending.ts";
import type { Operation } from "./storage.ts";
import type { Hint } from "./threads/hint.ts";
import type { HistoryJob } from "./threads/history-job.ts";
import type { ThreadEntry } from "./threads/thread.ts";
import type { SignInLink, ViewedPlace, Viewer, WebSession } from "./viewer.ts";
import type { Summary } from "./summary.ts";

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
  /** The conversation begins anew: turns of before this moment are gone, also those that come in only later. */
  beginning(key: ConversationKey, reset: Reset): readonly Operation[];
  lastReset(key: ConversationKey): Promise<Reset | undefined>;
  /** Notes that a conversation took in a message that may belong to another one as well. */
  importing(place: MessagePlace, message: MessageId, into: ConversationKey): Operation;
  /** The conversations that took in a message that belongs elsewhere. */
  importedInto(place: MessagePlace, message: MessageId): Promise<readonly ConversationKey[]>;
}

/** A message's id is unique in its channel. */
export type MessagePlace = Pick<Place, "platform" | "workspace" | "channel">;

/** What stands for the beginning of conversations that have grown too long. */
export interface Summaries {
  get(key: ConversationKey): Promise<Versioned<Summary | undefined>>;
  /** Without a summary there is none any more. Fails the commit with `version_conflict` where it was changed since. */
  putting(key: ConversationKey, summary: Summary | undefined, ifVersion: number): Operation;
}

export interface Reset {
  /** By the platform's clock, as the turns' own times. */
  readonly before: number;
  /** What asked for it. */
  readonly cause: string;
}

export interface Ledger {
  /**
   * Prices a call and keeps it, in the ledger and in the sums of all whom it concerns, all in one step or not at all. An
   * entry is counted once, however often its call id is added.
   */
  adding(call: PaidCall): readonly Operation[];
  /** What all calls for a conversation came to, by model and kind. */
  spentOn(conversation: ConversationKey): Promise<readonly SpentTokens[]>;
  /** The entries of a workspace that began in a period, newest first, in pages. */
  entries(at: WorkspacePlace, period: Period): AsyncIterable<readonly LedgerEntry[]>;
  /** Those of one person there, in pages, in no order. */
  entriesOf(person: PersonKey, at: WorkspacePlace, period: Period): AsyncIterable<readonly LedgerEntry[]>;
  /**
   * Gives an entry the price that it has by now, and corrects all sums by the difference. Nothing where that is the one it
   * has, or where it isn't known. Two that do so at once do it once.
   */
  repricing(entry: LedgerEntry, cause: string): Repriced | undefined;
}

export interface Repriced {
  /** As it is afterwards. */
  readonly entry: LedgerEntry;
  readonly operations: readonly Operation[];
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

/** What moderation flagged or blocked, without the words, for as long as the config says. */
export interface VerdictLog {
  /** The same input of a place is kept once. What is too old goes. */
  adding(entries: readonly VerdictEntry[]): readonly Operation[];
  /** Those of a workspace, newest first. */
  newest(at: WorkspacePlace, limit: number): Promise<readonly VerdictEntry[]>;
  /** Drops what is too old, also where nothing new comes. */
  sweep(): Promise<void>;
}

/** What admins made of the policy of moderation in chat, for a workspace or one channel of it. */
export interface ModerationRules {
  get(scope: RulesScope): Promise<Versioned<CategoryRules>>;
  /** Fails the commit with `version_conflict` where they were changed since. */
  putting(scope: RulesScope, rules: CategoryRules, ifVersion: number, change: Change): Operation;
}

/** What moderators are to look at, for a day. */
export interface Reviews {
  get(id: string): Promise<Versioned<Review | undefined>>;
  /** Fails the commit with `version_conflict` where it was changed since. */
  putting(review: Review, ifVersion: number): Operation;
  /** Drops those of before a moment. */
  sweep(before: number): Promise<void>;
}

/** Whom Parley doesn't answer for a while. */
export interface PauseStore {
  of(person: PersonKey): Promise<Pause | undefined>;
  putting(person: PersonKey, pause: Pause): Operation;
  lifting(person: PersonKey): Operation;
}

export type RulesScope = WorkspacePlace & Partial<Pick<Place, "channel">>;

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

/** The answers that stand, found by what they answer and by the messages they stand in. */
export interface Answers {
  get(cause: CauseId): Promise<Answer | undefined>;
  inMessage(place: Place, message: MessageId): Promise<Answer | undefined>;
  toQuestion(place: Place, question: MessageId): Promise<Answer | undefined>;
  newest(conversation: ConversationKey): Promise<Answer | undefined>;
  saving(answer: Answer): Operation;
  removing(cause: CauseId): Operation;
}

/** What people think of answers. What was taken back is kept without an opinion. */
export interface FeedbackStore {
  of(answer: CauseId, person: PersonKey): Promise<Feedback | undefined>;
  saving(feedback: Feedback): Operation;
  /** The newest first; `after` is `next` of the page before. */
  list(of: FeedbackOf, limit: number, after?: string): Promise<FeedbackPage>;
}

export type FeedbackOf =
  | { readonly person: PersonKey }
  | { readonly conversation: ConversationKey }
  | { readonly answer: CauseId };

export interface FeedbackPage {
  readonly items: readonly Feedback[];
  readonly next?: string;
}

/** Private answers that may be shared, for a day. */
export interface Shares {
  /** Nothing where it is unknown, or was too long ago. */
  get(id: string): Promise<Share | undefined>;
  keeping(share: Share): readonly Operation[];
  /** It was shared: its texts are kept no longer. */
  closing(share: Share): Operation;
}

export interface Share {
  readonly id: string;
  readonly place: Place;
  readonly person: PersonId;
  /** Empty once it was shared. */
  readonly question: string;
  readonly answer: string;
  readonly isShared: boolean;
  readonly at: number;
}

/** Marks that somebody pressed stop under a reply, so that a restart doesn't go on with it. */
export interface Stops {
  pressed(message: string): Promise<boolean>;
  press(message: string): Promise<void>;
  clearing(message: string): Operation;
}

/** A value with the version that a change of it has to name; 0 where there is none yet. */
export interface Versioned<Value> {
  readonly value: Value;
  readonly version: number;
}

/** What was set in chat for channels. */
export interface ChannelSettingsStore {
  get(channel: ChannelPlace): Promise<Versioned<ChannelSettings>>;
  /** Fails the commit with `version_conflict` where it was changed since. */
  putting(channel: ChannelPlace, settings: ChannelSettings, ifVersion: number, change: Change): Operation;
}

/** Personas that were made in chat, by workspace. Every version is kept, also of those that were deleted. */
export interface SavedPersonas {
  get(workspace: WorkspacePlace, name: string): Promise<Versioned<PersonaSpec | undefined>>;
  /** In the order of their names. */
  all(workspace: WorkspacePlace, limit: number): Promise<readonly PersonaSpec[]>;
  /** The newest first. */
  versions(workspace: WorkspacePlace, name: string, limit: number): Promise<readonly PersonaVersion[]>;
  /** Without a spec it is deleted. Fails the commit with `version_conflict` where it was changed since. */
  putting(
    workspace: WorkspacePlace,
    name: string,
    spec: PersonaSpec | undefined,
    ifVersion: number,
    change: Change,
  ): readonly Operation[];
}

export interface PersonaVersion {
  readonly version: number;
  /** Missing where it was deleted. */
  readonly spec?: PersonaSpec;
  readonly change: Change;
}

/** Who answers where, as it was chosen in chat. */
export interface PersonaBindings {
  /** Those that hold in a place, the nearest first. */
  holding(place: Place): Promise<readonly PersonaBinding[]>;
  /** Of a persona, or of the whole workspace. */
  all(
    workspace: WorkspacePlace,
    persona: string | undefined,
    limit: number,
  ): Promise<readonly PersonaBinding[]>;
  /** @throws AppError `internal` where the place has no such scope */
  binding(scope: BindingScope, place: Place, persona: string, change: Change): Operation;
  releasing(scope: BindingScope, place: Place): Operation;
}

/** What may be spent, as it was set in chat, and what was told about it. */
export interface BudgetStore {
  /** In the order asked for. */
  of(
    place: WorkspacePlace,
    scopes: readonly SpendingScope[],
  ): Promise<readonly Versioned<Budget | undefined>[]>;
  all(place: WorkspacePlace, limit: number): Promise<readonly Budget[]>;
  /** Fails the commit with `version_conflict` where it was changed since. */
  putting(place: WorkspacePlace, budget: Budget, ifVersion: number): Operation;
  removing(place: WorkspacePlace, scope: SpendingScope, ifVersion: number): Operation;
  /** An admin's stop that holds in a workspace. */
  stopOf(place: WorkspacePlace): Promise<CallStop | undefined>;
  stopping(reach: StopReach, change: Change): Operation;
  goingOn(reach: StopReach): Operation;
  /** The marks of a sum that people know of, in percent. */
  marksTold(key: string): Promise<Versioned<readonly number[]>>;
  telling(key: string, told: readonly number[], ifVersion: number): Operation;
}

/** Reports that are posted again and again. */
export interface Schedules {
  of(place: ReportSchedule["place"]): Promise<Versioned<ReportSchedule | undefined>>;
  all(place: WorkspacePlace, limit: number): Promise<readonly ReportSchedule[]>;
  /** Fails the commit with `version_conflict` where it was changed since. */
  putting(schedule: ReportSchedule, ifVersion: number): Operation;
  removing(place: ReportSchedule["place"], ifVersion: number): Operation;
}

/** Who may look at the dashboard, and for how long. Ids prove a secret; they aren't it. */
export interface WebSessions {
  offering(id: string, link: SignInLink): Operation;
  /** Whose link it is, once. */
  take(id: string, now: number): Promise<Viewer | undefined>;
  session(id: string, now: number): Promise<WebSession | undefined>;
  opening(id: string, session: WebSession): Operation;
  ending(id: string): Operation;
  /** Drops what is over. */
  sweep(now: number): Promise<void>;
  /** Notes a workspace in which models answer. */
  seeing(place: ViewedPlace): Operation;
  workspaces(limit: number): Promise<readonly ViewedPlace[]>;
}

export type StopReach = WorkspacePlace | "everywhere";

/** Conversations that can be found, and who doesn't want to be. */
export interface Threads {
  get(conversation: ConversationKey): Promise<Versioned<ThreadEntry | undefined>>;
  /** In the order asked for; `undefined` where there is none. */
  getMany(conversations: readonly ConversationKey[]): Promise<readonly (ThreadEntry | undefined)[]>;
  /** Those of a channel, the latest active first. */
  ofChannel(place: ChannelPlace, page: ThreadPageOptions): Promise<ThreadPage>;
  /** Those in which somebody wrote. */
  ofPerson(person: PersonKey, page: ThreadPageOptions): Promise<ThreadPage>;
  /** Those of a workspace whose vectors stand in a collection. */
  inCollection(collection: string, page: ThreadPageOptions): Promise<ThreadPage>;
  putting(entry: ThreadEntry, ifVersion: number): Operation;
  removing(conversation: ConversationKey, ifVersion?: number): Operation;
}

export interface ThreadPageOptions {
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface ThreadPage {
  readonly items: readonly ThreadEntry[];
  readonly next?: string;
}

/** What people were told of earlier threads, and how often that was of no help to them. */
export interface Hints {
  get(id: string): Promise<Hint | undefined>;
  keeping(hint: Hint): readonly Operation[];
  /** In a workspace. */
  unhelpful(place: WorkspacePlace): Promise<number>;
  /** Once a hint. */
  notHelpful(hint: Hint): Operation;
}

/** What is made findable of what was said before; one job a channel. */
export interface HistoryJobs {
  of(place: ChannelPlace): Promise<Versioned<HistoryJob | undefined>>;
  putting(job: HistoryJob, ifVersion: number): Operation;
}

/** Channels that are not indexed, and people whose words are not. */
export interface ThreadExclusions {
  channel(place: ChannelPlace): Promise<Versioned<Exclusion | undefined>>;
  /** Of these, those who opted out. */
  people(people: readonly PersonKey[]): Promise<ReadonlySet<PersonKey>>;
  hiding(place: ChannelPlace, change: Change): Operation;
  unhiding(place: ChannelPlace): Operation;
  optingOut(person: PersonKey, change: Change): Operation;
  optingIn(person: PersonKey): Operation;
}

export type Exclusion = Change;
