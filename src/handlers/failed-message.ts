import { buttonFor } from "../core/action.ts";
import type { AppError } from "../core/errors.ts";
import type { CauseId } from "../core/ids.ts";
import { splitMarkdown } from "../core/split.ts";
import type { EndStory } from "./end-story.ts";
import { openStory, readStory } from "./open-story.ts";
import { sentenceFor } from "./explain.ts";
import { mayTellFlooded } from "./flood.ts";
import type { HeldClaim } from "./lease.ts";
import { finishing } from "./story.ts";
import type { ChatMessageDeps, Story } from "./story.ts";

/** What people get when what they asked could not be answered, or not where it was asked. */
export interface HandleFailure {
  /** Posts why there is no answer, in place of the answer. */
  explain(claim: HeldClaim, error: AppError, setAside: boolean, signal: AbortSignal): Promise<void>;
  /** Says, where the answer is going to stand, that it takes longer. */
  tellDelayed(claim: HeldClaim, signal: AbortSignal): Promise<void>;
  /** Tells the author alone, as far as the platform can, why there is no answer; of a flood not oftener than every half minute. */
  notify(claim: HeldClaim, error: AppError, signal: AbortSignal): Promise<void>;
  /** Sends the asker directly what can't be posted where it was asked. */
  answerElsewhere(claim: HeldClaim, error: AppError, signal: AbortSignal): Promise<void>;
}

export function createHandleFailedMessage(
  deps: Pick<ChatMessageDeps, "storage" | "stores" | "platformOf" | "ambient">,
  end: EndStory,
): HandleFailure {
  const { storage } = deps;
  const { words, explain, metrics } = deps.ambient;

  return {
    async explain(claim, error, setAside, signal) {
      const story = await openStory(claim, deps, signal);
      const ending = {
        kind: "explanation" as const,
        text: explanationOf(story, error),
        ...(setAside && { setAside: error.code }),
      };
      await end.withReply(story, ending, [], signal);
    },

    async tellDelayed(claim, signal) {
      const { reply, posted, platform } = await openStory(claim, deps, signal);
      if (posted.length > 0) return;
      const buttons = platform.abilities.buttons ? [buttonFor({ name: "stop" }, words)] : [];
      await reply.show([words.delayed], { final: false, buttons, signal });
    },

    async notify(claim, error, signal) {
      const story = readStory(claim, deps);
      const { platform, last, cause } = story;
      await platform.ready(signal);
      if (error.code !== "flooded" || (await mayTellFlooded(last, storage.counters))) {
        await claim.lease.check();
        const text = sentenceFor(error, words);
        const told = await platform.notify(last.place, last.author.id, text, signal);
        if (told === "none") await platform.post(last.place, `notice:${cause}` as CauseId, { text }, signal);
      }
      // What stood there before it was to be written anew stays.
      await storage.commit(finishing(story, story.again ? { text: story.again.text } : {}, deps.stores));
      metrics.storyEnded(platform.name, error.code === "flooded" ? "toldToWait" : "refused");
    },

    async answerElsewhere(claim, error, signal) {
      const story = readStory(claim, deps);
      const { platform, last, cause } = story;
      await platform.ready(signal);
      const text = `${words.elsewhere}\n\n${story.ending?.text ?? explanationOf(story, error)}`;
      for (const [index, part] of splitMarkdown(text, platform.limits.maxMessageChars).entries()) {
        const partCause = `elsewhere:${cause}/${index}` as CauseId;
        await claim.lease.check();
        await platform.sendDirect(last.place.workspace, last.author.id, partCause, part, signal);
      }
      const { setAside } = story.ending ?? {};
      await storage.commit(finishing(story, { setAside }, deps.stores));
      metrics.storyEnded(platform.name, "elsewhere");
    },
  };

  function explanationOf({ last, again }: Pick<Story, "last" | "again">, error: AppError): string {
    const why = explain(error, { conversation: last.conversation, kind: last.kind });
    return again ? `${again.text}\n\n${why}` : why;
  }
}
