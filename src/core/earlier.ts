import { harmlessName, labelPeople } from "./conversation.ts";
import type { Conversation, Turn } from "./conversation.ts";
import type { Author, Place } from "./event.ts";
import { personKey } from "./ids.ts";
import type { MessageId } from "./ids.ts";
import type { HistoryMessage } from "./platform.ts";
import type { Words } from "./words/en.ts";

/** Whether something may have been said where a message stands, before it. */
export function mayHaveEarlier({
  place,
  answers,
  message,
}: {
  readonly place: Place;
  readonly message: MessageId;
  readonly answers?: MessageId;
}): boolean {
  const { thread } = place;
  return answers !== undefined || (thread !== undefined && (thread as string) !== (message as string));
}

/** Whether what was said before belongs to other conversations as well: a chain of replies, and not a thread. */
export function isSharedEarlier({ thread, replyTo }: Place): boolean {
  return thread === undefined || (thread as string) === replyTo;
}

/**
 * What of a place's history was said until a moment, not too long ago, and isn't known yet; newest first. Messages of one
 * millisecond are told apart by what is known alone.
 */
export function chooseEarlier(
  history: readonly HistoryMessage[],
  bounds: { readonly before: number; readonly since: number; readonly known: ReadonlySet<MessageId> },
): readonly HistoryMessage[] {
  return history
    .filter(
      ({ message, sentAt }) =>
        sentAt >= bounds.since && sentAt <= bounds.before && !bounds.known.has(message),
    )
    .filter(({ text, attachments }) => text.trim() !== "" || attachments.length > 0)
    .toSorted((a, b) => b.sentAt - a.sentAt);
}

/** People who spoke before, in the order in which they first did. */
export function earlierPeople(newestFirst: readonly HistoryMessage[]): readonly Author[] {
  return newestFirst
    .toReversed()
    .filter(({ author, isOwn }) => !isOwn && !author.isBot)
    .map(({ author }) => author);
}

/**
 * Messages of before as turns that nobody has judged or counted yet. Only what Parley itself posted is the model's own;
 * other bots are nobody's labels, and marked as what they are.
 */
export function earlierTurns(
  messages: readonly HistoryMessage[],
  { place, labels }: Pick<Conversation, "place" | "labels">,
  words: Words,
): readonly Omit<Turn, "tokens" | "encoding">[] {
  const bots = messages.filter(({ author, isOwn }) => author.isBot && !isOwn).map(({ author }) => author);
  const unnamed: Pick<Conversation, "labels"> = { labels: {} };
  const named = labelPeople(unnamed, bots).labels;
  return messages.map(({ message, author, text, sentAt, editedAt, isOwn }) => {
    const known = author.isBot ? undefined : labels[author.id];
    const label = author.isBot
      ? words.botLabel(named[author.id] ?? "")
      : (known ?? harmlessName(author.name));
    const person = personKey(place.platform, place.workspace, author.id);
    return {
      id: message,
      role: isOwn ? ("assistant" as const) : ("user" as const),
      ...(!isOwn && { author: { person, id: author.id, label } }),
      text: text.trim() === "" ? words.fileOnly : text,
      messages: [message],
      at: sentAt,
      revision: editedAt ?? sentAt,
    };
  });
}
