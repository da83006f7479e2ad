import { Routes } from "discord-api-types/v10";
import { SnowflakeUtil } from "discord.js";

import type { MessageCreated, Place } from "../../core/event.ts";
import type { Platform } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { refusalCode } from "./errors.ts";
import type { GuildView } from "./guild-view.ts";
import type { PacketIntake } from "./intake.ts";
import { directWorkspace } from "./parse.ts";
import { readMessages } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";

const pageSize = 100;
/** Of one channel; who wrote more in one outage gets no answers to the rest. */
const maxPages = 20;

/** The first id of a millisecond. */
const lowest = { increment: 0n, workerId: 0n, processId: 0n };

/**
 * What people wrote while there was no session: one request for each channel and thread of the guilds in which something
 * was said since (the gateway tells the last message of each), then for each other thread and direct channel named.
 */
export function createMissed(deps: {
  readonly api: Api;
  readonly guilds: GuildView;
  readonly understand: PacketIntake["understand"];
}): Platform["missed"] {
  const { api, guilds, understand } = deps;

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
  ): AsyncGenerator<MessageCreated> {
    try {
      for await (const message of messagesSince(channel, since, signal)) {
        const d = guild === directWorkspace ? message : { ...message, guild_id: guild };
        for (const event of await understand({ t: "MESSAGE_CREATE", d }, signal))
          if (event.kind === "message") yield event;
      }
    } catch (error) {
      // Gone, or closed to Parley.
      if (refusalCode(error) === undefined) throw error;
    }
  }

  return async function* missed(since, threads, signal) {
    const spoken = guilds.spokenIn(since);
    const seen = new Set(spoken.map(({ channel }) => channel));
    const others = threads
      .map(standingIn)
      .filter(({ channel }) => !seen.has(channel) && !guilds.isQuiet(channel, since));
    for (const place of [...spoken, ...others]) yield* eventsSince(place, since, signal);
  };
}

function standingIn({ workspace, channel, thread }: Place): {
  readonly channel: string;
  readonly guild: string;
} {
  return { channel: thread ?? channel, guild: workspace };
}
