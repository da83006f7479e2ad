import type { Pause } from "../../../core/review.ts";
import type { Storage } from "../../../core/storage.ts";
import type { PauseStore } from "../../../core/stores.ts";

const collection = "pauses";

export function createPauses({ records }: Pick<Storage, "records">): PauseStore {
  return {
    async of(person) {
      return (await records.get<Pause>(collection, person))?.value;
    },
    putting(person, pause) {
      const indexes = { person: [{ value: person, rank: pause.until }] };
      return { op: "records.put", collection, id: person, value: pause, indexes };
    },
    lifting: (person) => ({ op: "records.delete", collection, id: person }),
  };
}
