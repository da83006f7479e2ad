import type { Answer } from "../../../core/answer.ts";
import type { Place } from "../../../core/event.ts";
import { joinKey, personKey } from "../../../core/ids.ts";
import type { MessageId } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type { Answers } from "../../../core/stores.ts";

const collection = "answers";

/** Answers as records, found by message, question, conversation and person. */
export function createAnswers({ records }: Pick<Storage, "records">): Answers {
  /** The one with the highest rank. */
  async function last(index: string, value: string): Promise<Answer | undefined> {
    const page = await records.list<Answer>(collection, index, value, { limit: 1, order: "desc" });
    return page.items[0]?.value;
  }

  return {
    async get(cause) {
      return (await records.get<Answer>(collection, cause))?.value;
    },
    inMessage: (place, message) => last("message", idIn(place, message)),
    toQuestion: (place, question) => last("question", idIn(place, question)),
    newest: (conversation) => last("conversation", conversation),
    saving(answer) {
      const { cause, conversation, place, questions, asker, askedAt: rank, messages } = answer;
      const person = personKey(place.platform, place.workspace, asker.id);
      return {
        op: "records.put",
        collection,
        id: cause,
        value: answer,
        indexes: {
          message: messages.map((message) => ({ value: idIn(place, message) })),
          question: questions.map(({ id }) => ({ value: idIn(place, id), rank })),
          conversation: [{ value: conversation, rank }],
          person: [{ value: person, rank }],
        },
      };
    },
    removing: (cause) => ({ op: "records.delete", collection, id: cause }),
  };
}

/** Slack's ids of messages are unique in their channel only. */
function idIn({ platform, workspace, channel }: Place, message: MessageId): string {
  return joinKey(platform, workspace, channel, message);
}
