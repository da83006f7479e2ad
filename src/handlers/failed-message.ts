import type { AppError } from "../core/errors.ts";
import type { CauseId } from "../core/ids.ts";
import { splitMarkdown } from "../core/split.ts";
import type { Claim } from "../core/storage.ts";
import type { EndStory } from "./end-story.ts";
import { openStory } from "./open-story.ts";
import { sentenceFor } from "./explain.ts";
import { mayTellFlooded } from "./flood.ts";
import type { ChatMessageDeps, Story } from "./story.ts";

/** What people get when a message could not be answered, or not where it was asked. */
export interface HandleFailedMessage {
  /** Posts why there is no answer, in place of the answer. */
  explain(claim: Claim, error: AppError, setAside: boolean, signal: AbortSignal): Promise<void>;
  /** Tells the author alone, as far as the platform can, why there is no answer; not oftener than every half minute. */
  notify(claim: Claim, error: AppError, signal: AbortSignal): Promise<void>;
  /** Sends the asker directly what can't be posted where it was asked. */
  answerElsewhere(claim: Claim, error: AppError, signal: AbortSignal): Promise<void>;
}

export function createHandleFailedMessage(
  { storage, platformOf, ambient }: Pick<ChatMessageDeps, "storage" | "platformOf" | "ambient">,
  end: EndStory,
): HandleFailedMessage {
  const { words, explain, metrics } = ambient;

  return {
    async explain(claim, error, setAside, signal) {
      const story = await openStory(claim, platformOf, signal);
      const ending = {
        kind: "explanation" as const,
        text: explanationOf(story, error),
        ...(setAside && { setAside: error.code }),
      };
      await end.withReply(story, ending, [], signal);
    },

    async notify(claim, error, signal) {
      const { platform, last, cause } = await openStory(claim, platformOf, signal);
      if (await mayTellFlooded(last, storage.counters)) {
        const text = sentenceFor(error, words);
        const told = await platform.notify(last.place, last.author.id, text, signal);
        if (told === "none") await platform.post(last.place, `notice:${cause}` as CauseId, { text }, signal);
      }
      await storage.queue.finish(claim.token);
      metrics.storyEnded(platform.name, "toldToWait");
    },

    async answerElsewhere(claim, error, signal) {
      const story = await openStory(claim, platformOf, signal);
      const { platform, last, cause } = story;
      const text = `${words.elsewhere}\n\n${story.ending?.text ?? explanationOf(story, error)}`;
      for (const [index, part] of splitMarkdown(text, platform.limits.maxMessageChars).entries()) {
        const partCause = `elsewhere:${cause}/${index}` as CauseId;
        await platform.sendDirect(last.place.workspace, last.author.id, partCause, part, signal);
      }
      await storage.queue.finish(claim.token);
      metrics.storyEnded(platform.name, "elsewhere");
    },
  };

  function explanationOf(story: Story, error: AppError): string {
    return explain(error, { conversation: story.last.conversation, kind: story.last.kind });
  }
}
