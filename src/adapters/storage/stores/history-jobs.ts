import { joinKey } from "../../../core/ids.ts";
import type { Storage } from "../../../core/storage.ts";
import type { HistoryJobs } from "../../../core/stores.ts";
import type { HistoryJob } from "../../../core/threads/history-job.ts";

const collection = "history-jobs";

export function createHistoryJobs({ records }: Pick<Storage, "records">): HistoryJobs {
  return {
    async of({ platform, workspace, channel }) {
      const stored = await records.get<HistoryJob>(collection, joinKey(platform, workspace, channel));
      return { value: stored?.value, version: stored?.version ?? 0 };
    },

    putting(job, ifVersion) {
      const { platform, workspace, channel } = job.place;
      return {
        op: "records.put",
        collection,
        id: joinKey(platform, workspace, channel),
        value: job,
        ifVersion,
        indexes: { person: [{ value: job.asked.by, rank: job.asked.at }] },
      };
    },
  };
}
