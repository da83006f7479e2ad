import type { CommandGiven, MessageCreated, Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { refusalOf } from "./errors.ts";
import { readSince } from "./find.ts";
import type { EventIntake } from "./intake.ts";
import { ChannelPayload } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";

const pageSize = 200;
const maxPages = 20;

/**
 * What people wrote while nobody listened: one request for each channel that Parley is in, and one for each thread that is
 * named or was answered in since. Slack tells of replies to older messages only in their threads.
 */
export function createMissed({
  api,
  understand,
}: {
  api: Api;
  understand: EventIntake["understandMessage"];
}): Platform["missed"] {
  async function* ownChannels(signal: AbortSignal): AsyncGenerator<ChannelPayload> {
    let cursor = "";
    for (let page = 0; page < maxPages; page++) {
      const args = {
        types: "public_channel,private_channel,mpim,im",
        exclude_archived: true,
        limit: pageSize,
        ...(cursor !== "" && { cursor }),
      };
      const answer = (await api.call("conversations.list", args, {
        repeatable: true,
        signal,
      })) as ChannelsPage;
      for (const each of answer.channels ?? []) {
        const { data } = ChannelPayload.safeParse(each);
        if (data && (data.is_im || data.is_mpim || data.is_member)) yield data;
      }
      cursor = answer.response_metadata?.next_cursor ?? "";
      if (cursor === "") return;
    }
  }

  async function read(place: Pick<Place, "channel" | "thread">, oldest: string, signal: AbortSignal) {
    try {
      return await readSince(api, place, oldest, signal);
    } catch (error) {
      // A channel that was left, a thread that was deleted: nothing was missed there.
      if (refusalOf(error) !== undefined) return [];
      throw error;
    }
  }

  async function* tell(
    messages: readonly MessagePayload[],
    channel: string,
    since: number,
    signal: AbortSignal,
  ): AsyncGenerator<MessageCreated | CommandGiven> {
    for (const message of messages) {
      if (Number(message.ts) * 1_000 < since) continue;
      const event = await understand({ ...message, channel }, signal);
      if (event.kind === "message" || event.kind === "command") yield event;
    }
  }

  return async function* missed(since, threads, signal) {
    const oldest = (since / 1_000).toFixed(6);
    const told = new Set<string>();
    for await (const { id } of ownChannels(signal)) {
      const channel = id as Place["channel"];
      const messages = await read({ channel }, oldest, signal);
      yield* tell(messages, channel, since, signal);
      for (const { ts, latest_reply: latest } of messages) {
        if (latest === undefined) continue;
        told.add(`${channel} ${ts}`);
        const thread = ts as NonNullable<Place["thread"]>;
        yield* tell(await read({ channel, thread }, oldest, signal), channel, since, signal);
      }
    }
    for (const { channel, thread } of threads) {
      if (thread === undefined || told.has(`${channel} ${thread}`)) continue;
      yield* tell(await read({ channel, thread }, oldest, signal), channel, since, signal);
    }
  };
}

interface ChannelsPage {
  readonly channels?: readonly unknown[];
  readonly response_metadata?: { readonly next_cursor?: string };
}
