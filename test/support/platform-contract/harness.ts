import { setTimeout as sleep } from "node:timers/promises";

import type { MessageCreated, Place } from "../../../src/core/event.ts";
import type { CauseId, ChannelId, MessageId, PersonId, WorkspaceId } from "../../../src/core/ids.ts";
import type {
  ChannelFacts,
  PersonFacts,
  Platform,
  ReplyIntent,
  ShowOptions,
} from "../../../src/core/platform.ts";
import type { FormClient } from "../form-client.ts";
import type { RecordedIntake } from "./recorded-intake.ts";
import { unwatched } from "../fence.ts";

/** `admin` administers the workspace, `guest` sees only what is open to guests. All three can be written to. */
export type Who = "admin" | "member" | "guest";

/** `public` is for everyone but perhaps guests, `private` for admin and member; `direct` is the own one of whoever speaks. */
export type Room = "public" | "private" | "direct";

/** What is known of a platform before anything runs; what its port says of itself isn't repeated here. */
export interface PlatformTraits {
  /** It is told that an event was taken in, and delivers again what was not. */
  readonly acks: boolean;
  /** It tells guests from members. */
  readonly guests: boolean;
  /** People go into channels and leave them. */
  readonly moves: boolean;
  /** Other programs write there. */
  readonly otherBots: boolean;
  /** A message can reply to another one outside of a thread. */
  readonly replies: boolean;
  readonly attachments: boolean;
  /** It is a service of its own, which is reached over a network with a token. */
  readonly remote: boolean;
  /** Nothing can keep a picture at a link from showing itself. */
  readonly previews: boolean;
  /** What is wrong with a form is said at its fields. */
  readonly fieldErrors: boolean;
  /** Where it shows that Parley is at work. */
  readonly activityIn: readonly Room[];
}

/** Opens a world of its own, with the adapter connected to it; all of it is gone when the test ends. */
export type OpenHarness = (options?: OpenOptions) => Promise<Harness>;

export interface OpenOptions {
  /** The platform knows another token; opening doesn't wait for a connection. */
  readonly wrongToken?: boolean;
}

/** A platform with people in it, and the adapter under test. */
export interface Harness extends AsyncDisposable {
  /** The adapter that runs now. */
  readonly platform: Platform;
  readonly intake: RecordedIntake;
  readonly people: Readonly<Record<Who, PersonFacts & { readonly id: PersonId }>>;
  /** Somebody who can't be told anything about what is said in the public channel. */
  readonly unreachable: PersonId;
  readonly names: Names;
  /** Every channel there is. */
  readonly channels: readonly KnownChannel[];
  /** One of them that Parley may not read, where there are such. */
  readonly closed?: ChannelId;

  say(saying: Saying): Promise<Said>;
  /** Gives a command by the platform's own means, without waiting for what becomes of it. */
  give(command: Omit<Spot, "thread"> & { readonly text: string }): Promise<GivenCommand>;
  readonly forms: FormClient;
  edit(said: Said, text: string): Promise<void>;
  /** By its author, unless somebody else is named. */
  remove(said: Said, as?: Who): Promise<void>;
  /** Presses a button under a message of Parley's. */
  press(as: Who, place: Place, message: MessageId, action: string): Promise<void>;
  /** Puts a thumb under a message, or takes it off. */
  react(as: Who, place: Place, message: MessageId, emoji: "👍" | "👎", isOn: boolean): Promise<void>;
  /** An admin takes away what Parley wrote. */
  removeOwn(place: Place, message: MessageId): Promise<void>;
  /** Everything of the platform's that is no message of a person's: joins, pins, previews that arrive … */
  makeNoise(said: Said): Promise<void>;
  /** Another program says something. With `otherBots`. */
  botSays(room: Room, text: string): Promise<MessageId>;
  /** Delivers it once more, in every way the platform may. */
  deliverAgain(said: Said): Promise<void>;
  /** The platform regards the message of this text as taken in. With `acks`. */
  wasAcked(text: string): boolean;

  /** What Parley wrote where this place leads, as a person sees it, oldest first. */
  shown(place: Place, as?: Who): Promise<readonly Shown[]>;
  /** What Parley told this person alone about a place. */
  notices(place: Place, who: Who): Promise<readonly Shown[]>;
  /** The texts of everything that this person sees anywhere. */
  everythingSeenBy(who: Who): Promise<readonly string[]>;
  canSee(who: Who, channel: KnownChannel): boolean;
  /** Lets somebody into the private room, or takes them out of it. With `moves`. */
  letIn(who: Who, isIn: boolean): Promise<void>;
  /** Signs of Parley at work that were given in a place. */
  activity(place: Place): number;

  /** The next call that posts (or edits) goes wrong so. With `remote`. */
  disturb(call: "post" | "edit", trouble: Trouble): void;

  /** Ends the adapter and begins another one with the same storage, as another process would; `meanwhile` in between. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

/** A command, as whoever gave it sees it. */
export interface GivenCommand {
  /** The platform regards it as taken in. */
  isAcked(): boolean;
  /** What that person sees since, oldest first. */
  answers(): Promise<readonly { readonly text: string; readonly files: readonly string[] }[]>;
}

/** It is done and nobody hears of it, it comes too soon after others, or the service is out of order. */
export type Trouble = "answerLost" | "rateUsedUp" | "failing";

export interface Names {
  /** What is left of a mention at the beginning of a text, and further on. */
  readonly parley: Named & { readonly heardWithin: string };
  person(who: Who): Named;
  channel(room: "public" | "private"): Named;
  /** A link that people send with a title of their own. */
  readonly link: Named;
  /** What reaches the platform when somebody types just this text. */
  typed(text: string): string;
  /** What would notify somebody or name something, were it written by a person. */
  readonly live: readonly string[];
}

/** What the platform sends, and what Parley is to read. */
export interface Named {
  readonly typed: string;
  readonly heard: string;
}

export interface KnownChannel {
  readonly workspace: WorkspaceId;
  readonly id: ChannelId;
  /** Of a thread that is a channel of its own. */
  readonly parent?: ChannelId;
  /** Missing where Parley isn't in the channel and need not know it. */
  readonly facts?: ChannelFacts;
  readonly title: string;
}

export interface Spot {
  readonly as: Who;
  readonly room: Room;
  /** The message that the thread hangs on. */
  readonly thread?: MessageId;
}

export interface Saying extends Spot {
  /** As the platform takes it. */
  readonly text: string;
  readonly replyTo?: MessageId;
  readonly files?: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly bytes: Uint8Array;
  }[];
}

export interface Said extends Spot {
  readonly id: MessageId;
}

/** A message as a person sees it. */
export interface Shown {
  readonly id: MessageId;
  /** As the platform keeps it. */
  readonly source: string;
  /** What is read, without marks. */
  readonly text: string;
  /** What stands in blocks of code. */
  readonly code: string;
  /** Where its links lead. */
  readonly links: readonly string[];
  /** Pictures in it, and pages that show themselves below it. */
  readonly previews: readonly string[];
  /** Whom and what it notifies. */
  readonly pings: readonly string[];
  readonly buttons: readonly string[];
  /** More text seems to come. */
  readonly isGrowing: boolean;
  readonly files: readonly string[];
  /** What its pictures are said to show. */
  readonly pictures: readonly string[];
}

export const never = new AbortController().signal;

const patienceMs = 15_000;
const pollMs = 5;

/** Polls until the probe answers something. */
export async function until<T>(
  probe: () => T | Promise<T>,
  what: string,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== null && found !== false) return found as never;
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(pollMs);
  }
}

/** Says something, and answers the event that it came in as. */
export async function ask(harness: Harness, saying: Saying): Promise<MessageCreated> {
  const said = await harness.say(saying);
  return harness.intake.message(said.id);
}

/** A question to Parley of this person, and the event that it came in as. */
export function question(harness: Harness, room: Room, as: Who = "member"): Promise<MessageCreated> {
  const text = room === "direct" ? "a question" : `${harness.names.parley.typed} a question`;
  return ask(harness, { as, room, text });
}

/** Resolves when everything that was delivered in a room before has been handed in. */
export async function settle(harness: Harness, room: Room, as: Who = "member"): Promise<void> {
  const { message } = await ask(harness, { as, room, text: `mark ${harness.intake.events.length}` });
  harness.intake.forget(message);
}

export function intentOf(cause: string, posted: readonly MessageId[], asker: PersonId): ReplyIntent {
  return { cause: causeOf(cause), posted, asker };
}

export const causeOf = (name: string): CauseId => name as CauseId;

/** Options of `show`, with the ids it posted. */
export function showing(
  final: boolean,
  signal: AbortSignal = never,
): ShowOptions & { readonly posted: MessageId[] } {
  const posted: MessageId[] = [];
  return {
    final,
    buttons: final ? [] : [{ action: "stop", label: "Stop" }],
    ...unwatched(signal),
    onPosted: async (message) => {
      posted.push(message);
    },
    posted,
  };
}
