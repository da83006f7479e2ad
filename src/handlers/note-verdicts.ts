import type { Place } from "../core/event.ts";
import type { Verdict } from "../core/moderation.ts";
import type { InputSource, VerdictEntry } from "../core/moderation/input.ts";
import type { Now } from "../core/ports.ts";
import type { Storage } from "../core/storage.ts";
import type { VerdictLog } from "../core/stores.ts";

/** Keeps what was flagged or blocked, without its words; the same input is kept once. @throws AppError `storage_*` */
export type NoteVerdicts = (
  place: Place,
  inputs: readonly InputSource[],
  verdicts: readonly Verdict[],
) => Promise<void>;

export function createNoteVerdicts(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly verdicts: VerdictLog;
  readonly now: Now;
}): NoteVerdicts {
  const { storage, verdicts: log, now } = deps;
  return async (place, inputs, verdicts) => {
    const entries = inputs.flatMap(({ kind, id, person }, i): VerdictEntry[] => {
      const { decision = "allow", textHash: hash = "", scores = {} } = verdicts[i] ?? {};
      if (decision === "allow") return [];
      return [
        { kind, id, ...(person !== undefined && { person }), at: now(), place, hash, decision, scores },
      ];
    });
    if (entries.length > 0) await storage.commit(log.adding(entries));
  };
}
