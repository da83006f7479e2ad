import { joinKey } from "../../../core/ids.ts";
import { scheduleKey } from "../../../core/schedule.ts";
import type { ReportSchedule } from "../../../core/schedule.ts";
import type { Storage } from "../../../core/storage.ts";
import type { Schedules } from "../../../core/stores.ts";

const collection = "report-schedules";

export function createSchedules({ records }: Pick<Storage, "records">): Schedules {
  return {
    async of(place) {
      const stored = await records.get<ReportSchedule>(collection, scheduleKey(place));
      return { value: stored?.value, version: stored?.version ?? 0 };
    },

    async all({ platform, workspace }, limit) {
      const key = joinKey(platform, workspace);
      const { items } = await records.list<ReportSchedule>(collection, "workspace", key, { limit });
      return items.map(({ value }) => value);
    },

    putting(schedule, ifVersion) {
      const { platform, workspace } = schedule.place;
      return {
        op: "records.put",
        collection,
        id: scheduleKey(schedule.place),
        value: schedule,
        ifVersion,
        indexes: {
          workspace: [{ value: joinKey(platform, workspace) }],
          person: [{ value: schedule.by, rank: schedule.at }],
        },
      };
    },

    removing: (place, ifVersion) => ({ op: "records.delete", collection, id: scheduleKey(place), ifVersion }),
  };
}
