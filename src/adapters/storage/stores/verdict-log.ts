import { joinKey } from "../../../core/ids.ts";
import type { VerdictEntry } from "../../../core/moderation/input.ts";
import type { Now } from "../../../core/ports.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import type { VerdictLog } from "../../../core/stores.ts";

const key = "verdicts";
const pageSize = 500;

/** One log for all workspaces, so that what is too old can be dropped at once. */
export function createVerdictLog(
  { log }: Pick<Storage, "log">,
  { keptMs, now }: { readonly keptMs: number; readonly now: Now },
): VerdictLog {
  return {
    adding(entries) {
      const putting = entries.map((entry): Operation => {
        const { at, place, kind, id, hash, person } = entry;
        const people = person === undefined ? [] : [person];
        const name = joinKey(place.platform, place.workspace, place.channel, kind, id, hash);
        return { op: "log.put", key, id: name, order: at, revision: 1, value: entry, people };
      });
      return [...putting, { op: "log.removeBefore", key, order: now() - keptMs }];
    },

    async newest({ platform, workspace }, limit) {
      const found: VerdictEntry[] = [];
      let after: { readonly order: number; readonly id: string } | undefined;
      do {
        const range = { direction: "newestFirst", limit: pageSize, ...(after && { after }) } as const;
        // oxlint-disable-next-line no-await-in-loop -- each page begins after the one before it.
        const page = await log.range<VerdictEntry>(key, range);
        const kept = page.filter(({ order }) => order >= now() - keptMs).map(({ value }) => value);
        const own = ({ place }: VerdictEntry) => place.platform === platform && place.workspace === workspace;
        found.push(...kept.filter(own));
        after = kept.length < pageSize ? undefined : page.at(-1);
      } while (after && found.length < limit);
      return found.slice(0, limit);
    },

    sweep: () => log.removeBefore(key, now() - keptMs),
  };
}
