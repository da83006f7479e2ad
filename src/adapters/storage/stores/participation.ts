import type { Storage } from "../../../core/storage.ts";
import type { Participation } from "../../../core/stores.ts";

const collection = "participation";

export function createParticipation({ records }: Pick<Storage, "records">): Participation {
  return {
    async join(thread) {
      await records.put({ collection, id: thread, value: {} });
    },
    async joined(thread) {
      return (await records.get(collection, thread)) !== undefined;
    },
  };
}
