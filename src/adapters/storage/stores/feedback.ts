import type { Feedback } from "../../../core/feedback.ts";
import { joinKey } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type { FeedbackStore } from "../../../core/stores.ts";

const collection = "feedback";

/** One record an answer and person, found by person, conversation and answer. */
export function createFeedback({ records }: Pick<Storage, "records">): FeedbackStore {
  return {
    async of(answer, person) {
      return (await records.get<Feedback>(collection, joinKey(answer, person)))?.value;
    },
    saving(feedback) {
      const { answer, person, conversation, at: rank } = feedback;
      return {
        op: "records.put",
        collection,
        id: joinKey(answer, person),
        value: feedback,
        indexes: {
          person: [{ value: person, rank }],
          conversation: [{ value: conversation, rank }],
          answer: [{ value: answer, rank }],
        },
      };
    },
    async list(of, limit, after) {
      const [[index, value] = ["", ""]] = Object.entries(of) as [string, string][];
      const page = await records.list<Feedback>(collection, index, value, {
        limit,
        order: "desc",
        ...(after !== undefined && { after }),
      });
      const items = page.items.map((item) => item.value);
      return { items, ...(page.next !== undefined && { next: page.next }) };
    },
  };
}
