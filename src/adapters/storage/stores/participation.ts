import type { Storage } from "../../../core/storage.ts";
import type { Participation } from "../../../core/stores.ts";

const collection = "participation";

export function createParticipation({ records }: Pick<Storage, "records">): Participation {
  return {
    async join(thread, at) {
      await records.put({ collection, id: thread, value: { at } });
    },
    async joinedAt(thread) {
      return (await records.get<{ readonly at: number }>(collection, thread))?.value.at;
    },
  };
}
