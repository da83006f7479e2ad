import { buttonsUnder } from "../core/answer.ts";
import type { Answer } from "../core/answer.ts";
import { mentionablePeople } from "../core/mentions.ts";
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
  /** Leaves what stands as it is: it need not, or may not, be written anew any more. */
  withoutChange(story: Story): Promise<void>;
  /** Takes away what was shown: nobody asks any more, or nobody may be answered. */
  withoutReply(story: Story, outcome: "blocked" | "withdrawn", signal: AbortSignal): Promise<void>;
}

export function createEndStory(
  deps: Pick<ChatMessageDeps, "storage" | "stores" | "settings" | "ambient">,
): EndStory {
  const { storage, settings } = deps;
  const { answers, conversations, stops } = deps.stores;
  const { words, metrics, now } = deps.ambient;

  return {
    async withReply(story, ending, operations, signal) {
      story.ending = ending;
      // Whoever changes a question from here on finds what answers it.
      await checkpoint(story, [...operations, answers.saving(answerOf(story, ending))], deps);
      await show(story, ending, signal);
    },

    async withKeptReply(story, signal) {
      if (story.ending) await show(story, story.ending, signal);
    },

    async withoutReply(story, outcome, signal) {
      if (story.posted.length > 0) await story.reply.remove(signal);
      await storage.commit([
        conversations.removing(story.last.conversation, story.cause),
        answers.removing(story.cause),
        ...finishing(story, {}, deps.stores),
      ]);
      metrics.storyEnded(story.platform.name, outcome);
    },

    async withoutChange(story) {
      await storage.commit(finishing(story, { text: story.again?.text ?? "" }, deps.stores));
    },
  };

  async function show(story: Story, ending: Ending, signal: AbortSignal): Promise<void> {
    const { kind, text, setAside } = ending;
    const { reply, platform, posted, last, cause } = story;
    const [remembered, conversation] = await Promise.all([
      conversations.turn(last.conversation, cause),
      conversations.get(last.conversation),
    ]);
    const answer = answerOf(story, ending);
    const hasButtons = settings.buttons === "on" && platform.abilities.buttons;
    const messages = await reply.show(splitMarkdown(text, platform.limits.maxMessageChars), {
      final: true,
      buttons: hasButtons ? buttonsUnder(answer, words).slice(0, platform.limits.maxButtons) : [],
      ...(kind === "answer" && conversation && { people: mentionablePeople(conversation) }),
      signal,
    });
    const hasMore = remembered && remembered.messages.length < posted.length;
    const complete = hasMore && { ...remembered, messages: posted, revision: remembered.revision + 1 };
    await storage.commit([
      ...(complete ? [conversations.putting(last.conversation, complete)] : []),
      answers.saving({ ...answer, messages }),
      ...posted.map((message) => stops.clearing(message)),
      ...finishing(story, { text, setAside }, deps.stores),
    ]);
    metrics.storyEnded(platform.name, kind === "answer" ? "answered" : "explained");
  }

  function answerOf({ last, cause, questions, posted, again }: Story, ending: Ending): Answer {
    const { kind, text, isCut, answered } = ending;
    const isFailed = kind === "explanation";
    return {
      cause,
      conversation: last.conversation,
      place: last.place,
      channelKind: last.channelKind,
      questions:
        answered ??
        questions.map(({ message: id, sentAt, editedAt = sentAt }) => ({ id, revision: editedAt })),
      asker: last.author,
      askedAt: last.sentAt,
      messages: posted,
      // Why it could not be written anew is not part of it.
      text: isFailed && again ? again.text : text,
      kind: isFailed && !again ? "failed" : isCut ? "cut" : "whole",
      writtenAt: now(),
    };
  }
}
