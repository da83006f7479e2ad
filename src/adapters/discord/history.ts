import { Routes } from "discord-api-types/v10";

import type { Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { HistoryMessage } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { refusalCode } from "./errors.ts";
import { authorOf, isWritten, textOf } from "./parse.ts";
import type { NamesInText } from "./read-text.ts";
import { MessagePayload, readMessages } from "./schema.ts";
import type { Threads } from "./threads.ts";

const pageSize = 100;

/** What people and bots wrote in a place, newest first. @throws AppError `platform_*` */
export function createHistory(deps: {
  readonly api: Api;
  readonly threads: Threads;
  readonly names: NamesInText;
}): (place: Place, limit: number, signal: AbortSignal) => Promise<readonly HistoryMessage[]> {
  const { api, threads, names } = deps;

  function recount(message: MessagePayload, guild: string): readonly HistoryMessage[] {
    if (!isWritten(message)) return [];
    // REST leaves out the guild that an event would name.
    const text = textOf({ ...message, ...(guild !== "@me" && { guild_id: guild }) }, names);
    return [
      {
        message: message.id as MessageId,
        author: authorOf(message),
        sentAt: Date.parse(message.timestamp),
        text,
        isOwn: message.author.id === names.botId,
      },
    ];
  }

  /** The message that a thread was opened from stands in the parent channel, under the thread's id. */
  async function rootOf(
    { channel, thread }: Place,
    found: readonly HistoryMessage[],
    signal: AbortSignal,
  ): Promise<MessagePayload | undefined> {
    const isThere = found.some(({ message }) => message === (thread as string | undefined));
    if (thread === undefined || isThere) return undefined;
    const route = Routes.channelMessage(channel, thread);
    try {
      const answer = await api.request({ method: "GET", route, bucket: `message ${channel}` }, signal);
      return MessagePayload.safeParse(answer).data;
    } catch (error) {
      if (refusalCode(error) === undefined) throw error;
      return undefined;
    }
  }

  return async (place, limit, signal) => {
    const { channel } = await threads.find(place, signal);
    const found: HistoryMessage[] = [];
    let before: string | undefined;
    while (found.length < limit) {
      const query = new URLSearchParams({
        limit: String(Math.min(pageSize, limit)),
        ...(before && { before }),
      });
      const answer = await api.request(
        { method: "GET", route: Routes.channelMessages(channel), bucket: `list ${channel}`, query },
        signal,
      );
      const messages = readMessages(answer);
      found.push(...messages.flatMap((message) => recount(message, place.workspace)));
      before = messages.at(-1)?.id;
      if (messages.length < Math.min(pageSize, limit)) break;
    }
    const root = found.length < limit ? await rootOf(place, found, signal) : undefined;
    return [...found, ...(root ? recount(root, place.workspace) : [])].slice(0, limit);
  };
}
