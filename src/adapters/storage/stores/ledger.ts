import { joinKey } from "../../../core/ids.ts";
import type { Ledger } from "../../../core/stores.ts";

/** One log of paid calls a workspace, in the order of their start. */
export function createLedger(): Ledger {
  return {
    adding(entry) {
      return {
        op: "log.put",
        key: `ledger/${joinKey(entry.platform, entry.workspace)}`,
        id: entry.callId,
        order: entry.startedAt,
        revision: 1,
        value: entry,
        people: [entry.person],
      };
    },
  };
}
