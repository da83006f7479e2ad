import { ChannelType, PermissionFlagsBits as P, Routes } from "discord-api-types/v10";
import { SnowflakeUtil } from "discord.js";

import { conversationOf } from "../../core/conversation.ts";
import type { Place } from "../../core/event.ts";
import type { MessageId, ThreadId } from "../../core/ids.ts";
import type { PlatformThread, ThreadList } from "../../core/platform-thread.ts";
import type { Api } from "./api.ts";
import type { Directory } from "./directory.ts";
import { refuse, refusals } from "./errors.ts";
import type { GuildView } from "./guild-view.ts";
import { readThreads, Snowflake } from "./schema.ts";
import type { ThreadPayload } from "./schema.ts";
import { categoryOf, directWorkspace } from "./spot.ts";
import type { KnownChannel } from "./spot.ts";

/** The lists that Discord keeps of threads, and after what in one it goes on: a thread's id, or when one was archived. */
interface Cursor {
  readonly list: "active" | "public" | "private" | "joined";
  readonly after?: string;
}

/** developers/topics/threads: where there can be threads, and where private ones. */
const parents: readonly ChannelType[] = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];
/** Of a list of archived threads. */
const maxPage = 100;

/**
 * The threads of a channel, by one request a page: those that are active, newest first, then what is archived, as Discord
 * lists it, the latest archived first. Private ones are those that Parley was brought into, or with Manage Threads all.
 */
export function createListThreads(deps: {
  readonly api: Api;
  readonly guilds: GuildView;
  readonly directory: Pick<Directory, "load">;
}): ThreadList["threads"] {
  const { api, guilds, directory } = deps;

  /** What Parley may in a channel whose threads it may read. @throws AppError `platform_refused` */
  async function rightsIn({ workspace, channel: id }: Place, signal: AbortSignal) {
    if (workspace === directWorkspace) throw refuse(refusals.notInDirect);
    const channel = await directory.load(id, signal);
    const own = guilds.own(workspace);
    const rights = (own && guilds.permissionsIn(id, own)) ?? 0n;
    const isThere = guilds.known(id)?.guild === (workspace as string);
    if (!channel || !isThere || (rights & P.ViewChannel) === 0n) throw refuse(refusals.missingAccess);
    if (!parents.includes(channel.type)) throw refuse(refusals.wrongChannelType);
    // Without it Discord lists some of the threads, and tells nothing of what was said in them.
    if ((rights & P.ReadMessageHistory) === 0n) throw refuse(refusals.noHistory);
    return { channel, rights };
  }

  async function ask(place: Place, { list, after }: Cursor, limit: number, signal: AbortSignal) {
    const { workspace, channel } = place;
    // One more than is told, so that it is known what comes then; Discord refuses to tell of less than 2.
    const size = Math.min(limit + 1, maxPage);
    const query = new URLSearchParams({ limit: String(size), ...(after !== undefined && { before: after }) });
    const call =
      list === "active"
        ? { route: Routes.guildActiveThreads(workspace) }
        : list === "joined"
          ? { route: Routes.channelJoinedArchivedThreads(channel), query }
          : { route: Routes.channelThreads(channel, list), query };
    const bucket = `threads ${list === "active" ? workspace : channel}`;
    const answer = await api.request({ method: "GET", bucket, ...call }, signal);
    const { threads, hasMore } = readThreads(answer);
    if (list !== "active") return { threads, hasMore };
    const newestFirst = threads
      .filter(({ id, parent_id: parent }) => parent === channel && isBefore(id, after))
      .toSorted((a, b) => (isBefore(a.id, b.id) ? 1 : -1));
    return { threads: newestFirst, hasMore: false };
  }

  return async function threads({ platform, workspace, channel: id }, { after, limit }, signal) {
    const cursor: Cursor = after === undefined ? { list: "active" } : readCursor(after);
    const place = { platform, workspace, channel: id };
    const { channel, rights } = await rightsIn(place, signal);
    const page = await ask(place, cursor, limit, signal);
    const { told, goesOn } = isByTime(cursor) ? cutByTime(page, limit) : cutById(page, limit);
    const next = goesOn === undefined ? listAfter(cursor, channel, rights) : { ...cursor, after: goesOn };
    return {
      threads: told.filter(isTalkedIn).map((thread) => tell(thread, { ...place, ...categoryOf(channel) })),
      ...(next && { next: `${next.list}/${next.after ?? ""}` }),
    };
  };
}

function tell({ id, type, last_message_id: last }: ThreadPayload, channel: Place): PlatformThread {
  const place = { ...channel, thread: id as ThreadId };
  return {
    place,
    conversation: conversationOf({ ...place, kind: "discordThread" }),
    // A thread that was opened from a message, and a post's first message, have one id.
    root: id as MessageId,
    ...(typeof last === "string" && { lastAt: SnowflakeUtil.timestampFrom(last) }),
    ...(isPrivate(type) && { isPrivate: true }),
  };
}

/**
 * The first message of a thread isn't counted, nor what was deleted (developers/resources/channel, `message_count`). A private
 * thread hangs on no message: its first is the first that was said in it. Of public ones the list doesn't tell which hang on one.
 */
function isTalkedIn({ type, message_count: count = 2 }: ThreadPayload): boolean {
  return count > (isPrivate(type) ? 1 : 0);
}

function listAfter({ list }: Cursor, { type }: KnownChannel, rights: bigint): Cursor | undefined {
  if (list === "active") return { list: "public" };
  if (list !== "public" || type !== ChannelType.GuildText) return undefined;
  return { list: (rights & P.ManageThreads) === 0n ? "joined" : "private" };
}

function isPrivate(type: ChannelType): boolean {
  return type === ChannelType.PrivateThread;
}

interface Listed {
  readonly threads: readonly ThreadPayload[];
  readonly hasMore: boolean;
}

/** What is told of a page, and before what the list goes on. */
interface Cut {
  readonly told: readonly ThreadPayload[];
  readonly goesOn?: string;
}

/** developers/resources/channel: these lists go by when a thread was archived, the others by ids. */
function isByTime({ list }: Cursor): boolean {
  return list === "public" || list === "private";
}

function cutById({ threads, hasMore }: Listed, limit: number): Cut {
  const told = threads.slice(0, limit);
  const last = told.at(-1);
  return { told, ...(last && (hasMore || threads.length > limit) && { goesOn: last.id }) };
}

/** Many threads can be archived in one moment: those of the next page's first moment are left to it. */
function cutByTime({ threads, hasMore }: Listed, limit: number): Cut {
  const next = threads[limit] ?? (hasMore ? threads.at(-1) : undefined);
  if (!next) return { told: threads };
  const told = threads.slice(0, limit);
  const sure = told.filter((thread) => archivedMs(thread) > archivedMs(next));
  if (sure.length === 0) return { told, goesOn: new Date(archivedMs(next)).toISOString() };
  return { told: sure, goesOn: new Date(archivedMs(next) + 1).toISOString() };
}

function archivedMs({ thread_metadata: { archive_timestamp: archivedAt } }: ThreadPayload): number {
  return Date.parse(archivedAt);
}

function isBefore(id: string, other: string | undefined): boolean {
  return other === undefined || BigInt(id) < BigInt(other);
}

/** @throws AppError `platform_refused` */
function readCursor(written: string): Cursor {
  const [, list, after = ""] = /^(active|public|private|joined)\/(.*)$/.exec(written) ?? [];
  if (list === undefined) throw refuse(refusals.invalidForm);
  const cursor = { list: list as Cursor["list"], ...(after !== "" && { after }) };
  const isRight = isByTime(cursor) ? !Number.isNaN(Date.parse(after)) : Snowflake.safeParse(after).success;
  if (after !== "" && !isRight) throw refuse(refusals.invalidForm);
  return cursor;
}
