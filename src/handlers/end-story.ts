import { splitMarkdown } from "../core/split.ts";
import type { Operation } from "../core/storage.ts";
import { checkpoint, finishing } from "./story.ts";
import type { ChatMessageDeps, Ending, Story } from "./story.ts";

/** The ways in which a story ends. */
export interface EndStory {
  /**
   * Keeps the text that ends the story together with `operations`, then shows it. From there on only the platform is
   * needed: an attempt that fails there, or dies, is followed by one that shows this text.
   * @throws AppError `platform_*`, `storage_*`, `superseded`
   */
  withReply(
    story: Story,
    ending: Ending,
    operations: readonly Operation[],
    signal: AbortSignal,
  ): Promise<void>;
  /** Shows the text that an earlier attempt kept. */
  withKeptReply(story: Story, signal: AbortSignal): Promise<void>;
  /** Takes away what was shown: nobody asks any more, or nobody may be answered. */
  withoutReply(story: Story, outcome: "blocked" | "withdrawn", signal: AbortSignal): Promise<void>;
}

export function createEndStory(deps: Pick<ChatMessageDeps, "storage" | "stores" | "ambient">): EndStory {
  const { storage } = deps;
  const { conversations, stops } = deps.stores;
  const { metrics } = deps.ambient;

  return {
    async withReply(story, ending, operations, signal) {
      story.ending = ending;
      await checkpoint(story, operations, deps);
      await show(story, ending, signal);
    },

    async withKeptReply(story, signal) {
      if (story.ending) await show(story, story.ending, signal);
    },

    async withoutReply(story, outcome, signal) {
      if (story.posted.length > 0) await story.reply.remove(signal);
      await storage.commit([
        conversations.removing(story.last.conversation, story.cause),
        ...finishing(story, {}, deps.stores),
      ]);
      metrics.storyEnded(story.platform.name, outcome);
    },
  };

  async function show(story: Story, { kind, text, setAside }: Ending, signal: AbortSignal): Promise<void> {
    const { reply, platform, posted, last, cause } = story;
    const remembered = await conversations.turn(last.conversation, cause);
    await reply.show(splitMarkdown(text, platform.limits.maxMessageChars), {
      final: true,
      buttons: [],
      signal,
    });
    const hasMore = remembered && remembered.messages.length < posted.length;
    const complete = hasMore && { ...remembered, messages: posted, revision: remembered.revision + 1 };
    await storage.commit([
      ...(complete ? [conversations.putting(last.conversation, complete)] : []),
      ...posted.map((message) => stops.clearing(message)),
      ...finishing(story, { text, setAside }, deps.stores),
    ]);
    metrics.storyEnded(platform.name, kind === "answer" ? "answered" : "explained");
  }
}
