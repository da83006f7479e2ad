import type { Change, ChannelPlace } from "../../core/channel-settings.ts";
import type { Now } from "../../core/ports.ts";
import type { Operation, Storage } from "../../core/storage.ts";
import type { HistoryJobs, ThreadExclusions } from "../../core/stores.ts";
import type { HistoryJob } from "../../core/threads/history-job.ts";
import { readingHistory } from "./index-history.ts";

/** A job that was begun, or goes on already, or why there is none. */
export type HistoryStart =
  | { readonly kind: "started" | "running"; readonly job: HistoryJob }
  | { readonly kind: "off" | "hidden" };

/**
 * Begins to make what was said in a channel before findable. What is begun again after a crash, by the same cause, is
 * begun once. `also` is kept with it. @throws AppError `storage_*`
 */
export type StartHistory = (
  place: ChannelPlace,
  asked: Change,
  also?: readonly Operation[],
) => Promise<HistoryStart>;

export function createStartHistory(deps: {
  readonly storage: Pick<Storage, "commit">;
  readonly stores: {
    readonly historyJobs: HistoryJobs;
    readonly threadExclusions: Pick<ThreadExclusions, "channel">;
  };
  /** What the config says. */
  readonly config: { readonly index: "on" | "off"; readonly history: "on" | "off" };
  readonly now: Now;
}): StartHistory {
  const { storage, stores, config, now } = deps;
  const { historyJobs, threadExclusions } = stores;

  return async ({ platform, workspace, channel }, asked, also = []) => {
    if (config.index === "off" || config.history === "off") return { kind: "off" };
    const place = { platform, workspace, channel };
    const { value: job, version } = await historyJobs.of(place);
    if (job?.asked.cause === asked.cause) return { kind: "started", job };
    const { value: hidden } = await threadExclusions.channel(place);
    if (hidden !== undefined) return { kind: "hidden" };
    if (job?.state === "running") return { kind: "running", job };
    const next: HistoryJob = { place, asked, state: "running", threads: 0, messages: 0, changedAt: now() };
    await storage.commit([historyJobs.putting(next, version), readingHistory(next, now()), ...also]);
    return { kind: "started", job: next };
  };
}
