import type { Storage } from "../../../core/storage.ts";
import type { Stops } from "../../../core/stores.ts";

const collection = "stops";

export function createStops({ records }: Pick<Storage, "records">): Stops {
  return {
    async pressed(message) {
      return (await records.get(collection, message)) !== undefined;
    },
    async press(message) {
      await records.put({ collection, id: message, value: {} });
    },
    clearing(message) {
      return { op: "records.delete", collection, id: message };
    },
  };
}
