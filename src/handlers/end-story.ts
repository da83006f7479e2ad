import { splitMarkdown } from "../core/split.ts";
import type { Operation } from "../core/storage.ts";
import { stateOf } from "./story.ts";
import type { ChatMessageDeps, Story } from "./story.ts";

/** The ways in which a story ends. */
export interface EndStory {
  /**
   * Keeps the text that ends the story together with `operations`, then shows it. From there on only the platform is
   * needed: an attempt that fails there, or dies, is followed by one that shows this text.
   * @throws AppError `platform_*`, `storage_*`, `superseded`
   */
  withReply(story: Story, text: string, operations: readonly Operation[], signal: AbortSignal): Promise<void>;
  /** Shows the text that an earlier attempt kept. */
  withKeptReply(story: Story, signal: AbortSignal): Promise<void>;
  /** Takes away what was shown: nobody asks any more. */
  withoutReply(story: Story, signal: AbortSignal): Promise<void>;
}

export function createEndStory(deps: Pick<ChatMessageDeps, "storage" | "stores">): EndStory {
  const { storage } = deps;
  const { conversations, stops } = deps.stores;

  return {
    async withReply(story, text, operations, signal) {
      story.ending = text;
      await storage.commit([...operations, checkpoint(story)]);
      await show(story, text, signal);
    },

    async withKeptReply(story, signal) {
      await show(story, story.ending ?? "", signal);
    },

    async withoutReply(story, signal) {
      if (story.posted.length > 0) await story.reply.remove(signal);
      await storage.commit([
        conversations.removing(story.last.conversation, story.cause),
        { op: "queue.finish", token: story.claim.token },
      ]);
    },
  };

  async function show(story: Story, text: string, signal: AbortSignal): Promise<void> {
    const { claim, reply, platform, posted, last, cause } = story;
    const remembered = await conversations.turn(last.conversation, cause);
    await reply.show(splitMarkdown(text, platform.limits.maxMessageChars), {
      final: true,
      buttons: [],
      onPosted: async (message) => {
        if (!posted.includes(message)) posted.push(message);
        await storage.commit([checkpoint(story)]);
      },
      signal,
    });
    const hasMore = remembered && remembered.messages.length < posted.length;
    const complete = hasMore && { ...remembered, messages: posted, revision: remembered.revision + 1 };
    await storage.commit([
      ...(complete ? [conversations.putting(last.conversation, complete)] : []),
      ...posted.map((message) => stops.clearing(message)),
      { op: "queue.finish", token: claim.token },
    ]);
  }

  function checkpoint(story: Story): Operation {
    return { op: "queue.checkpoint", token: story.claim.token, state: stateOf(story) };
  }
}
