import { MessageFlags, Routes } from "discord-api-types/v10";
import type { Keyv } from "keyv";

import { splitAnswer } from "../../core/answer-parts.ts";
import { toAppError } from "../../core/errors.ts";
import type { CommandGiven } from "../../core/event.ts";
import type { CauseId } from "../../core/ids.ts";
import type { Button, OutgoingAnswer, OutgoingFile, Platform } from "../../core/platform.ts";
import type { Logger } from "../../core/ports.ts";
import { en } from "../../core/words/en.ts";
import type { AnswerTo } from "./answer-to.ts";
import { readAnswerTo } from "./answer-to.ts";
import type { Api, ApiCall } from "./api.ts";
import { refusalCode } from "./errors.ts";
import type { Interactions } from "./interactions.ts";
import { bodyOf, rawFile } from "./messages.ts";
import type { DirectPost } from "./post.ts";
import { renderMessages } from "./render.ts";

const maxMessages = 5;
/** Longer than the token of an interaction works. */
const rememberedMs = 3_600_000;

/**
 * Answers a command: an interaction by its own token, the first message in place of the sign that it is under way, and a
 * message by a reply or directly. Which messages were sent is remembered, as an interaction's can't be looked up.
 */
export function createAnswerCommand(deps: {
  readonly api: Api;
  readonly interactions: Interactions;
  readonly post: Platform["post"];
  readonly sendDirect: DirectPost;
  readonly cache: Keyv;
  readonly maxMessageChars: number;
  readonly log: Logger;
}): Platform["answerCommand"] {
  const { api, interactions, post, sendDirect, cache, maxMessageChars, log } = deps;

  async function answerInteraction(
    to: AnswerTo,
    { texts, files, buttons }: Parts,
    privacy: OutgoingAnswer["privacy"],
    signal: AbortSignal,
  ): Promise<void> {
    await interactions.deferred(to.id);
    const hook = Routes.webhook(to.application, to.token);
    const original = Routes.webhookMessage(to.application, to.token);
    const request = (call: Pick<ApiCall, "method" | "route" | "body" | "files">) =>
      api.request({ ...call, bucket: `interaction ${to.id}`, byInteraction: true }, signal);
    const isTurned = privacy === "private" && !to.isPrivate;
    // Everybody would read what stands in place of an open sign.
    if (isTurned)
      await once(`${to.id}/removed`, () => request({ method: "DELETE", route: original }).catch(ifGone));
    const messages = texts.flatMap((text) => renderMessages(text));
    for (const [index, text] of messages.entries()) {
      const isLast = index === messages.length - 1;
      const attached = isLast && files.length > 0 ? files : undefined;
      const content = bodyOf({
        text,
        ...(attached && { files: attached }),
        ...(isLast && buttons && { buttons }),
      });
      const flags = content.flags | (privacy === "private" ? MessageFlags.Ephemeral : 0);
      const sent = { body: { ...content, flags }, ...(attached && { files: attached.map(rawFile) }) };
      const isFirst = index === 0 && !isTurned;
      await once(`${to.id}/${index}`, () =>
        request(
          isFirst ? { method: "PATCH", route: original, ...sent } : { method: "POST", route: hook, ...sent },
        ),
      );
    }
  }

  async function once(key: string, send: () => Promise<unknown>): Promise<void> {
    const sentKey = `discord/answered/${key}`;
    const isSent = await cache.get<boolean>(sentKey).catch(() => false);
    if (isSent) return;
    await send();
    await cache.set(sentKey, true, rememberedMs).catch((error: unknown) => {
      log.debug({ error: String(error) }, "what was answered could not be remembered");
    });
  }

  async function answerOpenly(
    { place }: CommandGiven,
    cause: CauseId,
    { texts, files }: Parts,
    signal: AbortSignal,
  ): Promise<void> {
    for (const [index, text] of texts.entries()) {
      const attached = index === texts.length - 1 && files.length > 0 ? { files } : {};
      await post(place, partOf(cause, index), { text, ...attached }, signal);
    }
  }

  async function answerPrivately(
    command: CommandGiven,
    cause: CauseId,
    { texts, files }: Parts,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for (const [index, text] of texts.entries()) {
        const isLast = index === texts.length - 1;
        const attached = isLast && files.length > 0 ? { files } : {};
        await sendDirect(command.by.id, partOf(cause, index), { text, ...attached }, signal);
      }
    } catch (error) {
      if (toAppError(error).code !== "platform_refused") throw error;
      // Who takes no direct messages reads it where it was asked.
      await answerOpenly(command, cause, { texts, files }, signal);
    }
  }

  return async (command, answer, signal) => {
    const { cause, privacy } = answer;
    const { buttons } = answer;
    const split = splitAnswer(answer, { maxMessageChars, maxMessages }, en.commands);
    const parts: Parts = { ...split, ...(buttons && { buttons }) };
    if (command.answerTo !== undefined) {
      try {
        return await answerInteraction(readAnswerTo(command.answerTo), parts, privacy, signal);
      } catch (error) {
        // The token ran out, or Discord never heard that the command was under way.
        if (refusalCode(error) === undefined) throw error;
        log.info(
          { code: refusalCode(error) },
          "an interaction can't be answered any more; answering otherwise",
        );
      }
    }
    const isOpen = privacy === "public" || command.channelKind === "direct";
    return isOpen
      ? answerOpenly(command, cause, parts, signal)
      : answerPrivately(command, cause, parts, signal);
  };
}

interface Parts {
  readonly texts: readonly string[];
  readonly files: readonly OutgoingFile[];
  readonly buttons?: readonly Button[];
}

function ifGone(error: unknown): void {
  if (refusalCode(error) === undefined) throw error;
}

function partOf(cause: CauseId, index: number): CauseId {
  return `${cause}/${index}` as CauseId;
}
