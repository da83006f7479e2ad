import { joinKey } from "../../core/ids.ts";
import { scheduleKey } from "../../core/schedule.ts";
import type { ReportSchedule } from "../../core/schedule.ts";
import type { Operation } from "../../core/storage.ts";

/** What the inbox holds where a report is to be posted. */
export interface ReportDue {
  readonly kind: "report";
  readonly place: ReportSchedule["place"];
  /** The command that had made the schedule so. */
  readonly cause: string;
  /** Milliseconds since the epoch. */
  readonly due: number;
}

/** Puts a report into the inbox, once a time at which it is due. */
export function posting({ place, cause }: Pick<ReportSchedule, "place" | "cause">, due: number): Operation {
  const key = joinKey("report", scheduleKey(place), cause);
  const payload: ReportDue = { kind: "report", place, cause, due };
  return { op: "queue.enqueue", key, ids: [joinKey(key, String(due))], payload, runAt: due };
}
