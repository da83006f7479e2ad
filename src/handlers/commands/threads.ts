import type { Place } from "../../core/event.ts";
import type { Platform } from "../../core/platform.ts";
import type { Charts, ThreadAnalysis } from "../../core/ports.ts";
import type { Storage } from "../../core/storage.ts";
import type { HistoryJobs, Ledger, ThreadExclusions, Threads } from "../../core/stores.ts";
import type { CalibrationOf } from "../../core/threads/calibration.ts";
import type { Vectors } from "../../core/vectors.ts";
import type { Ambient, ChatMessageDeps } from "../story.ts";
import type { MapThreads } from "../threads/map-threads.ts";
import type { ReadVisible } from "../threads/read-visible.ts";
import type { FindSimilar } from "../threads/find-similar.ts";
import type { StartHistory } from "../threads/start-history.ts";
import type { CommandHandlers } from "./command.ts";
import { createThreadsCompare } from "./threads-compare.ts";
import { createThreadsGroups } from "./threads-groups.ts";
import { createThreadsHide } from "./threads-hide.ts";
import { createThreadsIndex } from "./threads-index.ts";
import { createThreadsSimilar } from "./threads-similar.ts";

export interface ThreadCommandDeps {
  readonly platformOf: (place: Place) => Platform;
  readonly storage: Pick<Storage, "commit"> & {
    readonly vectors: Pick<Vectors, "removeWhere" | "collections">;
  };
  readonly stores: {
    readonly ledger: Ledger;
    readonly threads: Threads;
    readonly threadExclusions: ThreadExclusions;
    readonly historyJobs: HistoryJobs;
  };
  readonly models: Pick<ChatMessageDeps["models"], "moderate">;
  readonly settings: Pick<ChatMessageDeps["settings"], "personaFor">;
  readonly findSimilar: FindSimilar;
  readonly readVisible: ReadVisible;
  readonly mapThreads: MapThreads;
  readonly analysis: ThreadAnalysis;
  readonly startHistory: StartHistory;
  readonly calibrationOf: CalibrationOf;
  readonly charts: Pick<Charts, "drawMap">;
  /** What the config says. */
  readonly config: { readonly index: "on" | "off"; readonly history: "on" | "off" };
  readonly ambient: Pick<Ambient, "words" | "now">;
}

export type ThreadCommands = Pick<
  CommandHandlers,
  | "threads similar"
  | "threads clusters"
  | "threads compare"
  | "threads duplicates"
  | "threads map"
  | "threads index"
  | "threads hide"
  | "privacy optout"
  | "privacy optin"
>;

/** What was asked and answered before, for whoever may see it. */
export function createThreadCommands(deps: ThreadCommandDeps): ThreadCommands {
  return {
    "threads similar": createThreadsSimilar(deps),
    "threads compare": createThreadsCompare(deps),
    ...createThreadsGroups(deps),
    "threads index": createThreadsIndex(deps),
    ...createThreadsHide(deps),
  };
}
