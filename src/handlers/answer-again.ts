import type { Answer } from "../core/answer.ts";
import type { Turn } from "../core/conversation.ts";
import type { MessageCreated } from "../core/event.ts";
import type { Operation } from "../core/storage.ts";
import type { Conversations } from "../core/stores.ts";
import type { AnswerAgain } from "./story.ts";

/**
 * Queues that an answer is to be written anew, behind what is under way in its conversation. Twice under one `edition` is
 * once. Nothing where what it answers is no longer remembered.
 */
export async function answeringAgain(
  answer: Answer,
  { edition, ifChanged }: Pick<AnswerAgain, "edition" | "ifChanged">,
  conversations: Conversations,
): Promise<Operation | undefined> {
  const { cause, conversation, place, text, messages } = answer;
  const stored = await Promise.all(answer.questions.map(({ id }) => conversations.turn(conversation, id)));
  const [first, ...more] = stored.flatMap((turn) => (turn ? [asMessage(turn, answer)] : []));
  if (first === undefined) return undefined;
  const again: AnswerAgain = {
    kind: "again",
    place,
    conversation,
    cause,
    edition,
    questions: [first, ...more],
    text,
    messages,
    ifChanged,
  };
  const people = stored.flatMap((turn) => turn?.author?.person ?? []);
  return {
    op: "queue.enqueue",
    key: conversation,
    ids: [`again/${cause}/${edition}`],
    payload: again,
    people: [...new Set(people)],
  };
}

/** A question as it came in, as far as a story needs it. */
function asMessage(turn: Turn, { conversation, place, channelKind, asker }: Answer): MessageCreated {
  const { author } = turn;
  const isAsker = author === undefined || author.id === asker.id;
  return {
    kind: "message",
    deliveryIds: [],
    conversation,
    place,
    message: turn.id as MessageCreated["message"],
    sentAt: turn.at,
    author: isAsker ? asker : { id: author.id, name: author.label, isBot: false },
    text: turn.text,
    attachments: [],
    channelKind,
    addressed: "none",
  };
}
