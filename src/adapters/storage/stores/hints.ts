import { joinKey, personKey } from "../../../core/ids.ts";
import type { Now } from "../../../core/ports.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import type { Hints } from "../../../core/stores.ts";
import type { Hint } from "../../../core/threads/hint.ts";

const key = "hints";
const keptMs = 7 * 24 * 3_600_000;
const unhelpful = "unhelpful";

/** One log: what is older than a week goes when something new comes. */
export function createHints({ log, counters }: Pick<Storage, "log" | "counters">, now: Now): Hints {
  return {
    async get(id) {
      const hint = (await log.get<Hint>(key, id))?.value;
      return hint && now() - hint.at < keptMs ? hint : undefined;
    },

    keeping(hint): readonly Operation[] {
      const { platform, workspace } = hint.place;
      const people = [personKey(platform, workspace, hint.person)];
      return [
        { op: "log.put", key, id: hint.id, order: hint.at, revision: 1, value: hint, people },
        { op: "log.removeBefore", key, order: now() - keptMs },
      ];
    },

    async unhelpful(place) {
      const [fields] = await counters.read([countKey(place)]);
      return fields?.[unhelpful] ?? 0;
    },

    notHelpful: ({ id, place }) => ({
      op: "counters.add",
      key: countKey(place),
      fields: { [unhelpful]: 1 },
      once: joinKey("hint", id),
    }),
  };
}

function countKey({ platform, workspace }: Parameters<Hints["unhelpful"]>[0]): string {
  return joinKey("hints", platform, workspace);
}
