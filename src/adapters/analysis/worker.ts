import { parentPort, workerData } from "node:worker_threads";

import { groupThreads } from "../../core/threads/analysis.ts";
import { nearPairs } from "../../core/threads/duplicates.ts";
import type { Matrix } from "../../core/threads/matrix.ts";

/** What a thread of arithmetic is begun with; it ends with the result. */
export type AnalysisTask =
  | { readonly kind: "group"; readonly vectors: Matrix; readonly k: number | undefined }
  | { readonly kind: "pairs"; readonly vectors: Matrix; readonly from: number; readonly limit: number };

const task = workerData as AnalysisTask;
parentPort?.postMessage(
  task.kind === "group" ? groupThreads(task.vectors, task.k) : nearPairs(task.vectors, task.from, task.limit),
);
