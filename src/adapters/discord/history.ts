import { Routes } from "discord-api-types/v10";

import type { Place } from "../../core/event.ts";
import type { MessageId } from "../../core/ids.ts";
import type { HistoryMessage, Platform } from "../../core/platform.ts";
import type { Api } from "./api.ts";
import { refusalCode, refusals } from "./errors.ts";
import { attachmentsOf, authorOf, isWritten, repliedTo, textOf } from "./parse.ts";
import type { NamesInText } from "./read-text.ts";
import { MessagePayload, readMessages } from "./schema.ts";
import { directWorkspace } from "./spot.ts";
import type { Threads } from "./threads.ts";

const pageSize = 100;
const maxPages = 100;
/** Each step up a chain of replies is a request of its own. */
const maxSteps = 25;

/** What people and bots wrote in a place. @throws AppError `platform_*` */
export function createHistory(deps: {
  readonly api: Api;
  readonly threads: Threads;
  readonly names: NamesInText;
}): Pick<Platform, "history" | "message"> {
  const { api, threads, names } = deps;

  function recount(message: MessagePayload, guild: string): readonly HistoryMessage[] {
    if (!isWritten(message)) return [];
    // REST leaves out the guild that an event would name.
    const text = textOf({ ...message, ...(guild !== directWorkspace && { guild_id: guild }) }, names);
    const editedAt = Date.parse(message.edited_timestamp ?? "");
    return [
      {
        message: message.id as MessageId,
        author: authorOf(message),
        sentAt: Date.parse(message.timestamp),
        text,
        ...(!Number.isNaN(editedAt) && { editedAt }),
        attachments: attachmentsOf(message),
        isOwn: message.author.id === names.botId,
      },
    ];
  }

  async function listIn(
    channel: string,
    { workspace }: Place,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly HistoryMessage[]> {
    const found: HistoryMessage[] = [];
    let before: string | undefined;
    const size = Math.min(pageSize, limit);
    for (let page = 0; page < maxPages && found.length < limit; page++) {
      const query = new URLSearchParams({
        limit: String(size),
        ...(before && { before }),
      });
      const answer = await api.request(
        { method: "GET", route: Routes.channelMessages(channel), bucket: `list ${channel}`, query },
        signal,
      );
      const messages = readMessages(answer);
      found.push(...messages.flatMap((message) => recount(message, workspace)));
      before = messages.at(-1)?.id;
      const isLast = !Array.isArray(answer) || answer.length < size;
      if (isLast || before === undefined) break;
    }
    return found;
  }

  /** A message and what it replies to, step by step: the newest first. */
  async function chainFrom(
    message: string,
    { channel, workspace }: Place,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly HistoryMessage[]> {
    const found: HistoryMessage[] = [];
    let at: string | undefined = message;
    for (let step = 0; step < maxSteps && found.length < limit && at !== undefined; step++) {
      const payload: MessagePayload | undefined = await fetchMessage(channel, at, signal);
      if (payload) found.push(...recount(payload, workspace));
      at = payload && repliedTo(payload);
    }
    return found;
  }

  /** `undefined` for one that is gone. */
  async function fetchMessage(
    channel: string,
    message: string,
    signal: AbortSignal,
  ): Promise<MessagePayload | undefined> {
    const route = Routes.channelMessage(channel, message);
    try {
      const answer = await api.request({ method: "GET", route, bucket: `message ${channel}` }, signal);
      return MessagePayload.safeParse(answer).data;
    } catch (error) {
      if (refusalCode(error) !== refusals.unknownMessage) throw error;
      return undefined;
    }
  }

  const history: Platform["history"] = async (place, limit, signal) => {
    const { channel: inside } = await threads.find(place, signal);
    const { channel, workspace, thread, replyTo } = place;
    const isThere = thread === undefined || inside !== (channel as string);
    const isChain = thread === undefined && replyTo !== undefined && workspace !== directWorkspace;
    const found = isThere && !isChain ? await listIn(inside, place, limit, signal) : [];
    // The message that a thread was opened from stands in the parent channel, under the thread's id.
    const above = isChain ? replyTo : thread;
    const isKnown = found.some(({ message }) => message === (above as string | undefined));
    if (above === undefined || isKnown || found.length >= limit) return found.slice(0, limit);
    const chain = await chainFrom(above, place, limit - found.length, signal);
    return [...found, ...chain].slice(0, limit);
  };

  return {
    history,
    async message(place, id, signal) {
      const { channel } = await threads.find(place, signal);
      const isRoot = (place.thread as string | undefined) === id;
      const found = await fetchMessage(isRoot ? place.channel : channel, id, signal);
      return found && recount(found, place.workspace)[0];
    },
  };
}
