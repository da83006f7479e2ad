import { ChannelType, PermissionFlagsBits } from "discord-api-types/v10";

import { formError, refusal } from "./discord-error.ts";
import { channelFor, guildFor } from "./look-up.ts";
import { channelPayload, threadMemberPayload } from "./payloads.ts";
import { may, maySee } from "./permissions.ts";
import type { RestRequest, Routes } from "./router.ts";
import type { Service } from "./service.ts";
import { compareIds, isSnowflake } from "./snowflake.ts";
import { threadsIn } from "./threads.ts";
import { threadsOf } from "./world.ts";
import type { Channel } from "./world.ts";

const parents: readonly ChannelType[] = [
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];
const usualPage = 50;

/** Lists of threads (developers/resources/channel, List … Archived Threads; developers/resources/guild, List Active …). */
export function threadRoutes(service: Service): Routes {
  const { world, bot } = service;

  function list(threads: readonly Channel[]): object {
    const members = threads.filter((thread) => thread.thread?.members.has(bot.id));
    return {
      threads: threads.map((thread) => channelPayload(world, thread)),
      members: members.map((thread) => threadMemberPayload(thread, bot.id)),
    };
  }

  /** What is archived in the channel that the request names. @throws DiscordError 50001, 50013, 50024 */
  function archivedIn(request: RestRequest, needed: bigint, isPrivate: boolean): readonly Channel[] {
    const channel = channelFor(service, request);
    if (!parents.includes(channel.type)) throw refusal("wrongChannelType");
    if (!may(world, bot.id, channel, PermissionFlagsBits.ReadMessageHistory)) throw refusal("missingAccess");
    if (!may(world, bot.id, channel, needed)) throw refusal("missingPermissions");
    return threadsIn(world, channel.id).filter(
      (thread) => thread.thread?.archived && (thread.type === ChannelType.PrivateThread) === isPrivate,
    );
  }

  function paged(request: RestRequest, threads: readonly Channel[]): object {
    const limit = limitOf(request);
    return { ...list(threads.slice(0, limit)), has_more: threads.length > limit };
  }

  /** Latest archived first; `before` is a time. */
  function byArchiveTime(request: RestRequest, threads: readonly Channel[]): object {
    const before = request.query.get("before");
    const beforeMs = before === null ? Infinity : Date.parse(before);
    if (Number.isNaN(beforeMs) || isSnowflake(before ?? ""))
      throw formError("before", "DATE_TIME_TYPE_PARSE", `Could not parse ${before}. Should be ISO8601.`);
    const sorted = threads.toSorted((a, b) => archivedMs(b) - archivedMs(a));
    return paged(
      request,
      sorted.filter((thread) => archivedMs(thread) < beforeMs),
    );
  }

  /** Newest first; `before` is a thread. */
  function byId(request: RestRequest, threads: readonly Channel[]): object {
    const before = request.query.get("before");
    if (before !== null && !isSnowflake(before))
      throw formError("before", "NUMBER_TYPE_COERCE", `Value "${before}" is not snowflake.`);
    const older = threads.filter(({ id }) => before === null || compareIds(id, before) < 0);
    return paged(request, older.toSorted(newestFirst));
  }

  return {
    "GET /channels/:channel/threads/archived/public": (request) =>
      byArchiveTime(request, archivedIn(request, 0n, false)),
    "GET /channels/:channel/threads/archived/private": (request) =>
      byArchiveTime(request, archivedIn(request, PermissionFlagsBits.ManageThreads, true)),
    "GET /channels/:channel/users/@me/threads/archived/private": (request) =>
      byId(
        request,
        archivedIn(request, 0n, true).filter(({ thread }) => thread?.members.has(bot.id)),
      ),
    "GET /guilds/:guild/threads/active": (request) => {
      const threads = threadsOf(world, guildFor(service, request).id);
      const active = threads.filter((thread) => !thread.thread?.archived && maySee(world, bot.id, thread));
      return list(active.toSorted(newestFirst));
    },
  };
}

/** The documentation names neither bound; less than 2 and more than 100 are refused. */
function limitOf({ query }: RestRequest): number {
  const limit = Number(query.get("limit") ?? usualPage);
  if (!Number.isInteger(limit)) throw formError("limit", "NUMBER_TYPE_COERCE", `Value is not int.`);
  if (limit < 2)
    throw formError("limit", "NUMBER_TYPE_MIN", "int value should be greater than or equal to 2.");
  if (limit > 100)
    throw formError("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.");
  return limit;
}

function archivedMs({ thread }: Channel): number {
  return Date.parse(thread?.archivedAt ?? "");
}

function newestFirst(a: Channel, b: Channel): number {
  return compareIds(b.id, a.id);
}
