import type { Storage } from "../../../core/storage.ts";
import type { Presence } from "../../../core/stores.ts";

const collection = "presence";

export function createPresence({ records }: Pick<Storage, "records">): Presence {
  return {
    async note(platform, at) {
      await records.put({ collection, id: platform, value: { at } });
    },
    async heardAt(platform) {
      return (await records.get<{ readonly at: number }>(collection, platform))?.value.at;
    },
  };
}
