import { Routes } from "discord-api-types/v10";
import { SnowflakeUtil } from "discord.js";

import type { CommandGiven, MessageCreated, Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { Acquaintances } from "./acquaintances.ts";
import type { Api } from "./api.ts";
import { refusalCode } from "./errors.ts";
import type { GuildView } from "./guild-view.ts";
import type { PacketIntake } from "./intake.ts";
import type { DirectChannels } from "./notice.ts";
import { directWorkspace } from "./spot.ts";
import { readMessages } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";

const pageSize = 100;
/** Of one channel; who wrote more in one outage gets no answers to the rest. */
const maxPages = 20;
const maxDirect = 50;
/** Discord frowns on apps that open many direct channels at once (developers/resources/user, Create DM). */
const maxOpened = 20;

/** The first id of a millisecond. */
const lowest = { increment: 0n, workerId: 0n, processId: 0n };

/**
 * What people wrote while there was no session: one request for each channel and thread of the guilds in which something
 * was said since (the gateway tells the last message of each), then for each other place that is named, and for the
 * direct channels of those who spoke to Parley lately.
 */
export function createMissed(deps: {
  readonly api: Api;
  readonly guilds: GuildView;
  readonly direct: DirectChannels;
  readonly acquaintances: Acquaintances;
  readonly understand: PacketIntake["understand"];
}): Platform["missed"] {
  const { api, guilds, direct, acquaintances, understand } = deps;

  async function* directChannels(signal: AbortSignal): AsyncGenerator<string> {
    let opened = 0;
    for (const { person, direct: known } of (await acquaintances.list()).slice(0, maxDirect)) {
      if (known !== undefined) yield known;
      else if (opened++ < maxOpened) {
        const channel = await direct.open(person, signal).catch((error: unknown) => {
          if (refusalCode(error) === undefined) throw error;
          return undefined;
        });
        if (channel !== undefined) yield channel;
      }
    }
  }

  /** Oldest first. */
  async function* messagesSince(
    channel: string,
    since: number,
    signal: AbortSignal,
  ): AsyncGenerator<MessagePayload> {
    let after = (SnowflakeUtil.generate({ timestamp: since, ...lowest }) - 1n).toString();
    for (let page = 0; page < maxPages; page++) {
      const query = new URLSearchParams({ after, limit: String(pageSize) });
      const route = Routes.channelMessages(channel);
      const call = { method: "GET", route, bucket: `list ${channel}`, query } as const;
      const list = readMessages(await api.request(call, signal)).toReversed();
      yield* list;
      const last = list.at(-1);
      if (!last || list.length < pageSize) return;
      after = last.id;
    }
  }

  /** REST leaves out which guild a message is of. */
  async function* eventsSince(
    { channel, guild }: { readonly channel: string; readonly guild: string },
    since: number,
    signal: AbortSignal,
  ): AsyncGenerator<MessageCreated | CommandGiven> {
    try {
      for await (const message of messagesSince(channel, since, signal)) {
        const d = guild === directWorkspace ? message : { ...message, guild_id: guild };
        for (const event of await understand({ t: "MESSAGE_CREATE", d }, signal))
          if (event.kind === "message" || event.kind === "command") yield event;
      }
    } catch (error) {
      // Gone, or closed to Parley.
      if (refusalCode(error) === undefined) throw error;
    }
  }

  return async function* missed(since, threads, signal) {
    const seen = new Set<string>();
    const isNew = (channel: string) => !seen.has(channel) && seen.add(channel).has(channel);
    for (const place of guilds.spokenIn(since)) {
      if (isNew(place.channel)) yield* eventsSince(place, since, signal);
    }
    for (const place of threads.map(standingIn)) {
      if (isNew(place.channel) && !guilds.isQuiet(place.channel, since))
        yield* eventsSince(place, since, signal);
    }
    for await (const channel of directChannels(signal)) {
      if (isNew(channel)) yield* eventsSince({ channel, guild: directWorkspace }, since, signal);
    }
  };
}

function standingIn({ workspace, channel, thread }: Place): {
  readonly channel: string;
  readonly guild: string;
} {
  return { channel: thread ?? channel, guild: workspace };
}
