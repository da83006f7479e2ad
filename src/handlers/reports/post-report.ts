import { dateAt } from "../../core/period.ts";
import { toAppError } from "../../core/errors.ts";
import { personIn } from "../../core/ids.ts";
import type { CauseId } from "../../core/ids.ts";
import { quoteText } from "../../core/quote-text.ts";
import { latestRun, nextRun, reportedPeriod, scheduleKey } from "../../core/schedule.ts";
import type { ReportSchedule } from "../../core/schedule.ts";
import type { Schedules } from "../../core/stores.ts";
import type { ChatMessageDeps } from "../story.ts";
import type { MakeReport } from "./make-report.ts";
import type { AskedReport } from "./read-costs.ts";
import type { CostSettings } from "./read-period.ts";
import { posting } from "./report-due.ts";
import type { ReportDue } from "./report-due.ts";

/** Posts a report that is due. @throws AppError `platform_unreachable`, `storage_*` */
export type PostReport = (due: ReportDue, signal: AbortSignal) => Promise<void>;

/**
 * A report is posted once a time at which it is due, and after a time without Parley the last one that was missed. The next one
 * is in the inbox before this one is made, so that nothing that happens to it ends them all.
 */
export function createPostReport(
  deps: Pick<ChatMessageDeps, "platformOf" | "storage" | "ambient"> & {
    readonly stores: { readonly schedules: Schedules };
    readonly makeReport: MakeReport;
    readonly costs: Pick<CostSettings, "timeZone">;
  },
): PostReport {
  const { platformOf, storage, stores, makeReport, costs } = deps;
  const { words, log, now } = deps.ambient;
  const zone = costs.timeZone;

  return async ({ place, cause, due }, signal) => {
    const { value: schedule } = await stores.schedules.of(place);
    if (schedule === undefined || schedule.cause !== cause || schedule.isPaused) return;
    const { run, missed } = latestRun(schedule, due, now(), zone);
    await storage.commit([posting(schedule, nextRun(schedule, Math.max(run, now()), zone))]);
    const platform = platformOf(place);
    await platform.ready(signal);
    try {
      await post(schedule, run, missed, signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== "platform_refused") throw error;
      log.warn(
        { platform: place.platform, code: error.code },
        "a report could not be posted: no more of them",
      );
      await pause(schedule, signal);
    }
  };

  async function post(
    schedule: ReportSchedule,
    run: number,
    missed: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { place, of, theme } = schedule;
    const platform = platformOf(place);
    const postCause = causeOf(schedule, run);
    const { name, period } = reportedPeriod(schedule, run, zone);
    const dates = words.costs.period(
      name,
      words.costs.dates(dateAt(period.from, zone), dateAt(period.to - 1, zone), zone),
    );
    const scope =
      of === "workspace" ? ({ kind: of } as const) : ({ kind: of, channel: place.channel } as const);
    const asked: AskedReport = { place, scope, period, dates, by: "channel", theme, reader: "everybody" };
    const posted = await platform.findPosted(place, postCause, signal);
    const report = await makeReport(asked, signal);
    if (posted.length === 0) {
      const text = [report.text, missed > 0 && words.schedules.missed(missed)].filter(Boolean).join("\n\n");
      await platform.post(place, postCause, { text, files: [report.picture] }, signal);
      log.info({ platform: place.platform, every: schedule.every, missed }, "report posted");
    }
    if (report.isComplete) return;
    const maker = personIn(schedule.by);
    const full = await makeReport({ ...asked, reader: { person: maker } }, signal);
    await tell(schedule, `${postCause}/full`, full.text, signal);
  }

  /** The channel is gone, or closed to Parley. */
  async function pause(schedule: ReportSchedule, signal: AbortSignal): Promise<void> {
    const { value, version } = await stores.schedules.of(schedule.place);
    if (value?.cause !== schedule.cause || value.isPaused) return;
    const platform = platformOf(schedule.place);
    const { workspace, channel } = schedule.place;
    const facts = await platform.channel(workspace, channel, signal).catch(() => undefined);
    const text = words.schedules.stopped(facts && quoteText(facts.name), schedule.every);
    await tell(schedule, `report:${scheduleKey(schedule.place)}:${schedule.cause}/stopped`, text, signal);
    await storage.commit([stores.schedules.putting({ ...value, isPaused: true }, version)]);
  }

  /** Somebody may take no direct messages. */
  async function tell(
    schedule: ReportSchedule,
    cause: string,
    text: string,
    signal: AbortSignal,
  ): Promise<void> {
    const { place, by } = schedule;
    try {
      await platformOf(place).sendDirect(place.workspace, personIn(by), cause as CauseId, text, signal);
    } catch (thrown) {
      const error = toAppError(thrown);
      if (error.code !== "platform_refused") throw error;
      log.info({ platform: place.platform, code: error.code }, "who made a schedule could not be told");
    }
  }
}

function causeOf({ place, cause }: ReportSchedule, run: number): CauseId {
  return `report:${scheduleKey(place)}:${cause}:${run}` as CauseId;
}
