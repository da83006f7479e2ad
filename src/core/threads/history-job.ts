import type { Change, ChannelPlace } from "../channel-settings.ts";

/** How far it is to make what was said in a channel before findable. */
export interface HistoryJob {
  readonly place: ChannelPlace;
  readonly asked: Change;
  readonly state: "running" | "done" | "stopped" | "refused";
  /** Where the platform's list of threads goes on. */
  readonly after?: string;
  readonly threads: number;
  readonly messages: number;
  readonly changedAt: number;
}
