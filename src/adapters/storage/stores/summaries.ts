import type { Storage } from "../../../core/storage.ts";
import type { Summaries } from "../../../core/stores.ts";
import type { Summary } from "../../../core/summary.ts";

const collection = "summaries";

/** What is kept where there is no summary any more: its version, for whoever is writing one just now. */
interface Stored {
  readonly summary?: Summary;
}

/** A record a conversation, found by the people of whom something may stand in it. */
export function createSummaries({ records }: Pick<Storage, "records">): Summaries {
  return {
    async get(key) {
      const stored = await records.get<Stored>(collection, key);
      return { value: stored?.value.summary, version: stored?.version ?? 0 };
    },

    putting(key, summary, ifVersion) {
      const value: Stored = summary === undefined ? {} : { summary };
      const person = summary?.people.map((each) => ({ value: each, rank: summary.madeAt })) ?? [];
      return { op: "records.put", collection, id: key, value, ifVersion, indexes: { person } };
    },
  };
}
