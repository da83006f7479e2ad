import { buttonsUnder } from "../core/answer.ts";
import type { CauseId } from "../core/ids.ts";
import type { Button, Platform } from "../core/platform.ts";
import { splitMarkdown } from "../core/split.ts";
import type { ChatMessageDeps } from "./story.ts";
import type { ReplyOverwritten } from "./fenced-reply.ts";
import type { HeldClaim } from "./lease.ts";

/** Puts a reply right into which a superseded owner wrote, once the story's owner is done with it. */
export type HandleOverwritten = (
  claim: HeldClaim,
  event: ReplyOverwritten,
  signal: AbortSignal,
) => Promise<void>;

const againMs = 1_000;
/** What takes longer was set aside, or is told by somebody who ends it all the same. */
const patienceMs = 15 * 60_000;

export function createHandleOverwritten(
  deps: Pick<ChatMessageDeps, "storage" | "stores" | "settings" | "platformOf" | "ambient">,
): HandleOverwritten {
  const { queue } = deps.storage;
  const { settings } = deps;
  const { answers, endings } = deps.stores;
  const { words, log, now } = deps.ambient;

  return async ({ token, entries, lease }, { place, conversation, cause, asker, messages }, signal) => {
    const ending = await endings.get(cause);
    if (ending === undefined) {
      const isHopeless = now() - entries[0].enqueuedAt > patienceMs;
      if (isHopeless) log.error({ conversation }, "what a superseded owner wrote stands");
      return isHopeless ? queue.finish(token) : queue.retry(token, now() + againMs);
    }
    const platform = deps.platformOf(place);
    await platform.ready(signal);
    for (const message of messages)
      if (!ending.messages.includes(message)) await platform.delete(place, message, signal);
    if (ending.messages.length > 0) {
      const reply = platform.openReply(place, { cause, asker, posted: ending.messages });
      await reply.show(splitMarkdown(ending.text, platform.limits.maxMessageChars), {
        final: true,
        buttons: await buttonsOf(cause, platform),
        onPosting: async () => undefined,
        onPosted: async () => undefined,
        check: () => lease.check(),
        signal,
      });
    }
    log.info({ conversation }, "put right what a superseded owner wrote");
    await queue.finish(token);
  };

  async function buttonsOf(cause: CauseId, { abilities, limits }: Platform): Promise<readonly Button[]> {
    const answer = await answers.get(cause);
    const hasButtons = settings.buttons === "on" && abilities.buttons && answer !== undefined;
    return hasButtons ? buttonsUnder(answer, words).slice(0, limits.maxButtons) : [];
  }
}
