import type { Turn } from "../../core/conversation.ts";
import type { AudienceKey, ConversationKey, MessageId, PersonKey } from "../../core/ids.ts";
import type { Place } from "../../core/event.ts";
import type { Conversations, ThreadExclusions, Threads } from "../../core/stores.ts";
import { titleOf } from "../../core/threads/thread.ts";
import type { Visibility } from "../visible-audiences.ts";

/** What a thread is indexed from. */
export interface ThreadSource {
  readonly conversation: ConversationKey;
  readonly place: Place;
  /** Who may see it. */
  readonly audience: AudienceKey;
  readonly source: "memory" | "history";
  /** How it began, in a line; nothing where its beginning is too long ago, or where a channel is one conversation. */
  readonly heading?: string;
  /** Oldest first, without what may not be found. */
  readonly turns: readonly [SourceTurn, ...SourceTurn[]];
}

/** One message, as whoever looks for it reads it. */
export interface SourceTurn {
  readonly id: string;
  readonly isQuestion: boolean;
  readonly person?: PersonKey;
  readonly text: string;
  readonly at: number;
  readonly message: MessageId;
}

/** A conversation as Parley remembers it; `undefined` where it may not be found. @throws AppError `storage_*`, `platform_*` */
export type ReadSource = (
  conversation: ConversationKey,
  signal: AbortSignal,
) => Promise<ThreadSource | undefined>;

/** Reads a thread from its platform; `undefined` where nothing of it may be found. @throws AppError `platform_*` */
export type ReadThread = (
  thread: Pick<ThreadSource, "place" | "conversation">,
  signal: AbortSignal,
) => Promise<ThreadSource | undefined>;

const pageSize = 200;
/** Of a conversation that never ends, the latest are found. */
const maxTurns = 2_000;

export function createReadSource(deps: {
  readonly conversations: Pick<Conversations, "get" | "newest">;
  readonly exclusions: Pick<ThreadExclusions, "channel" | "people">;
  readonly visible: Pick<Visibility, "audienceOf">;
  readonly threads: Pick<Threads, "get">;
  readonly readThread: ReadThread;
}): ReadSource {
  const { conversations, exclusions, visible, threads, readThread } = deps;

  return async (key, signal) => {
    const conversation = await conversations.get(key);
    if (conversation === undefined) return readAgain(key, signal);
    if (conversation.channelKind === "direct") return undefined;
    const { place } = conversation;
    const [{ value: hidden }, audience] = await Promise.all([
      exclusions.channel(place),
      visible.audienceOf(place, signal),
    ]);
    if (hidden !== undefined || audience === undefined) return undefined;
    const newestFirst = await readTurns(key);
    const turns = newestFirst.toReversed().flatMap(sourceTurn);
    const [first, ...rest] = await withoutExcluded(turns, exclusions);
    if (first === undefined) return undefined;
    const heading = place.thread !== undefined && newestFirst.length < maxTurns ? titleOf(first.text) : "";
    return {
      conversation: key,
      place,
      audience,
      source: "memory",
      ...(heading && { heading }),
      turns: [first, ...rest],
    };
  };

  /** Of what Parley doesn't remember, the platform is asked, as when it was indexed first. */
  async function readAgain(key: ConversationKey, signal: AbortSignal): Promise<ThreadSource | undefined> {
    const { value: known } = await threads.get(key);
    if (known?.source !== "history") return undefined;
    const { value: hidden } = await exclusions.channel(known.place);
    return hidden === undefined ? readThread(known, signal) : undefined;
  }

  async function readTurns(key: ConversationKey): Promise<readonly Turn[]> {
    const turns: Turn[] = [];
    for (let last: Turn | undefined; turns.length < maxTurns;) {
      // oxlint-disable-next-line no-await-in-loop -- each page begins after the one before it.
      const page = await conversations.newest(key, pageSize, last);
      turns.push(...page);
      last = page.at(-1);
      if (page.length < pageSize || last === undefined) break;
    }
    return turns;
  }
}

/**
 * Without what people wrote who don't want to be found, and the answers to that. What such a person began isn't found at all.
 */
export async function withoutExcluded(
  turns: readonly SourceTurn[],
  exclusions: Pick<ThreadExclusions, "people">,
): Promise<readonly SourceTurn[]> {
  const people = [...new Set(turns.flatMap(({ person }) => person ?? []))];
  const excluded = await exclusions.people(people);
  if (excluded.size === 0) return turns;
  const isTheirs = ({ person }: SourceTurn) => person !== undefined && excluded.has(person);
  const [first] = turns;
  if (first === undefined || isTheirs(first)) return [];
  let answersTheirs = false;
  return turns.filter((turn) => {
    if (turn.isQuestion) answersTheirs = isTheirs(turn);
    return !answersTheirs;
  });
}

function sourceTurn({ id, role, author, text, messages, at }: Turn): readonly SourceTurn[] {
  const [message] = messages;
  if (message === undefined || text.trim() === "" || role === "tool") return [];
  return [{ id, isQuestion: role === "user", ...(author && { person: author.person }), text, at, message }];
}
