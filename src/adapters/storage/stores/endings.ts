import type { Now } from "../../../core/ports.ts";
import type { Storage } from "../../../core/storage.ts";
import type { Endings, ShownEnding } from "../../../core/stores.ts";

const key = "endings";
/** A superseded owner that comes to itself later than this finds nothing to put right. */
const keptMs = 3_600_000;

export function createEndings({ log }: Pick<Storage, "log">, now: Now): Endings {
  return {
    async get(cause) {
      return (await log.get<ShownEnding>(key, cause))?.value;
    },
    keeping(cause, ending) {
      const at = now();
      return [
        { op: "log.put", key, id: cause, order: at, revision: at, value: ending },
        { op: "log.removeBefore", key, order: at - keptMs },
      ];
    },
  };
}
