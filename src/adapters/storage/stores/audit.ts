import { joinKey, personKey } from "../../../core/ids.ts";
import type { Place } from "../../../core/event.ts";
import type { Storage } from "../../../core/storage.ts";
import type { Audit, AuditEntry } from "../../../core/stores.ts";

/** One log a workspace. An entry is never revised, so that the first under an id stays. */
export function createAudit({ log }: Pick<Storage, "log">): Audit {
  return {
    adding(entry) {
      const { id, at, place, by } = entry;
      const people = [personKey(place.platform, place.workspace, by)];
      return { op: "log.put", key: keyOf(place), id, order: at, revision: 1, value: entry, people };
    },
    async newest(at, limit) {
      const entries = await log.range<AuditEntry>(keyOf(at), { direction: "newestFirst", limit });
      return entries.map(({ value }) => value);
    },
  };
}

function keyOf({ platform, workspace }: Pick<Place, "platform" | "workspace">): string {
  return joinKey("audit", platform, workspace);
}
