import { Routes } from "discord-api-types/v10";
import type { Keyv } from "keyv";

import { AppError } from "../../core/errors.ts";
import type { Place } from "../../core/event.ts";
import type { CauseId, MessageId, PersonId } from "../../core/ids.ts";
import type { OutgoingMessage, Platform } from "../../core/platform.ts";
import type { Logger } from "../../core/ports.ts";
import type { Api } from "./api.ts";
import { isInChain } from "./chains.ts";
import type { Chains } from "./chains.ts";
import { nonceOf } from "./messages.ts";
import type { Messages } from "./messages.ts";
import type { DirectChannels } from "./notice.ts";
import { renderMessages } from "./render.ts";
import { readMessages } from "./schema.ts";
import type { MessagePayload } from "./schema.ts";
import type { Target, Threads } from "./threads.ts";

export interface PostDeps {
  readonly api: Api;
  readonly messages: Messages;
  readonly threads: Threads;
  readonly chains: Chains;
  readonly direct: DirectChannels;
  readonly cache: Keyv;
  readonly botId: () => string;
  readonly onShown: (place: Place) => void;
  readonly log: Logger;
}

/** developers/resources/message, Get Channel Messages. */
const pageSize = 100;
const maxPages = 5;
const maxContentChars = 2_000;
/** Causes are asked for again within the life of an entry of the inbox. */
const rememberedMs = 24 * 3_600_000;

export type Post = Pick<Platform, "post" | "edit" | "delete" | "findPosted" | "sendDirect">;

/** A message in the direct channel with one person; twice under one cause is once. @throws AppError `platform_*` */
export type DirectPost = (
  person: PersonId,
  cause: CauseId,
  message: OutgoingMessage,
  signal: AbortSignal,
) => Promise<void>;

export function createPost(deps: PostDeps): Post & { readonly postDirect: DirectPost } {
  const { api, messages, threads, chains, direct, cache, botId, onShown, log } = deps;

  /** Posts what may need more than one message; answers the first. */
  async function postAll(
    target: Target,
    cause: CauseId,
    { text, buttons, files, onBehalfOf }: OutgoingMessage,
    signal: AbortSignal,
  ): Promise<readonly MessageId[]> {
    const ids: MessageId[] = [];
    const texts = withAbove(headingOf(onBehalfOf), renderMessages(text));
    for (const [index, part] of texts.entries()) {
      const content = {
        text: part,
        ...(index === texts.length - 1 && { ...(buttons && { buttons }), ...(files && { files }) }),
      };
      ids.push(await messages.create(target, nonceOf(cause, index), content, { signal }));
    }
    return ids;
  }

  async function remember(key: string, value: unknown): Promise<void> {
    try {
      await cache.set(key, value, rememberedMs);
    } catch (error) {
      log.debug({ error: String(error) }, "what was posted could not be remembered");
    }
  }

  async function recall<Value>(key: string): Promise<Value | undefined> {
    try {
      return await cache.get<Value>(key);
    } catch (error) {
      log.debug({ error: String(error) }, "what was posted could not be recalled");
      return undefined;
    }
  }

  /** Own messages after the question, oldest first. */
  async function ownSince(
    channel: string,
    question: string,
    signal: AbortSignal,
  ): Promise<readonly MessagePayload[]> {
    const found: MessagePayload[] = [];
    let after = question;
    for (let page = 0; page < maxPages; page++) {
      const query = new URLSearchParams({ after, limit: String(pageSize) });
      const call = {
        method: "GET",
        route: Routes.channelMessages(channel),
        bucket: `list ${channel}`,
        query,
      } as const;
      const oldestFirst = readMessages(await api.request(call, signal)).toReversed();
      found.push(...oldestFirst.filter(({ author }) => author.id === botId()));
      const last = oldestFirst.at(-1);
      if (oldestFirst.length < pageSize || !last) break;
      after = last.id;
    }
    return found;
  }

  return {
    async post(place, cause, message, signal) {
      const known = await recall<MessageId>(postedKey(place, cause));
      if (known !== undefined && !signal.aborted) return known;
      const target = await threads.open(place, signal);
      const [first, ...more] = await postAll(target, cause, message, signal);
      if (first === undefined) throw new AppError("internal", "nothing was posted");
      // What stands under another cause is not taken for the reply to the same question.
      for (const id of [first, ...more]) await remember(otherCauseKey(id), cause);
      // Discord remembers the nonce for some minutes only.
      await remember(postedKey(place, cause), first);
      onShown(place);
      if (isInChain(place, target)) await chains.remember(first, target.reference);
      return first;
    },

    async edit(place, id, { text, buttons, files, onBehalfOf }, signal) {
      const { channel } = await threads.find(place, signal);
      const [first = ""] = withAbove(headingOf(onBehalfOf), renderMessages(text));
      const content = { text: first, ...(buttons && { buttons }), ...(files && { files }) };
      const stands = await messages.replace(channel, id, content, { signal });
      if (!stands) throw new AppError("platform_refused", "the message is gone");
    },

    async delete(place, id, signal) {
      const { channel } = await threads.find(place, signal);
      await messages.remove(channel, id, { signal });
    },

    async findPosted(place, cause, signal) {
      const { channel, reference } = await threads.find(place, signal);
      const question = place.replyTo;
      if (question === undefined) return [];
      const own = await ownSince(channel, question, signal);
      const answers = belonging(own, reference);
      const causes = await Promise.all(answers.map(({ id }) => recall<string>(otherCauseKey(id))));
      return answers.flatMap(({ id }, index) =>
        causes[index] === undefined || causes[index] === cause ? [id as MessageId] : [],
      );
    },

    postDirect,
    sendDirect: (_workspace, person, cause, text, signal) => postDirect(person, cause, { text }, signal),
  };

  async function postDirect(...[person, cause, message, signal]: Parameters<DirectPost>): Promise<void> {
    const key = `discord/direct/${person}/${nonceOf(cause, 0)}`;
    if (await recall(key)) return;
    const channel = await direct.open(person, signal);
    await postAll({ channel }, cause, message, signal);
    await remember(key, true);
  }
}

/** In the first message where there is room for it. */
/** The name rings nobody, as no mention of Parley's does. */
function headingOf(onBehalfOf: OutgoingMessage["onBehalfOf"]): readonly string[] {
  return onBehalfOf ? [`<@${onBehalfOf.person}> ${onBehalfOf.says}`] : [];
}

function withAbove(above: readonly string[], texts: readonly string[]): readonly string[] {
  const [first = "", ...more] = texts;
  const joined = [...above, first].join("\n");
  return joined.length <= maxContentChars ? [joined, ...more] : [...above, ...texts];
}

const postedKey = ({ channel }: Place, cause: CauseId) => `discord/posted/${channel}/${nonceOf(cause, 0)}`;
const otherCauseKey = (message: string) => `discord/cause/${message}`;

/**
 * Which of Parley's messages answer the question: those that reply to it, and what follows them without a reply. In a
 * thread that was opened from the question nothing replies to it, while every other answer there replies to something.
 * Discord's history shows no nonce.
 */
function belonging(
  own: readonly MessagePayload[],
  question: MessageId | undefined,
): readonly MessagePayload[] {
  let isFollowing = question === undefined;
  return own.filter((message) => {
    const answered = message.message_reference?.message_id;
    if (answered !== undefined) isFollowing = answered === question;
    else if (question === undefined) isFollowing = true;
    return isFollowing;
  });
}
