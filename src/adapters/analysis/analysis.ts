import { Worker } from "node:worker_threads";

import { AppError } from "../../core/errors.ts";
import type { ThreadAnalysis } from "../../core/ports.ts";
import type { ThreadGroups } from "../../core/threads/analysis.ts";
import type { Pair } from "../../core/threads/duplicates.ts";
import type { AnalysisTask } from "./worker.ts";

const timeoutMs = 60_000;
const heapMb = 512;

/** Each analysis in a thread of its own, one after the other: the event loop waits for none. */
export function createAnalysis(): ThreadAnalysis {
  let last: Promise<unknown> = Promise.resolve();

  async function run<Result>(task: AnalysisTask, signal: AbortSignal): Promise<Result> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const fail = (why: string, cause?: unknown) =>
      reject(new AppError("internal", `threads were not compared: ${why}`, { cause }));
    const abort = () => reject(new AppError("aborted", "comparing threads was given up"));
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: task,
      name: "analysis",
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stdout: true,
      stderr: true,
    });
    worker.once("message", (result: Result) => resolve(result));
    worker.once("error", (error) => fail("the thread broke", error));
    worker.once("exit", () => fail("the thread ended"));
    const timer = setTimeout(() => fail("it took too long"), timeoutMs);
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      await worker.terminate();
    }
  }

  function queue<Result>(task: AnalysisTask, signal: AbortSignal): Promise<Result> {
    const running = last.then(() => run<Result>(task, signal));
    last = running.catch(() => undefined);
    return running;
  }

  return {
    group: (vectors, k, signal) => queue<ThreadGroups>({ kind: "group", vectors, k }, signal),
    pairs: (vectors, from, limit, signal) =>
      queue<readonly Pair[]>({ kind: "pairs", vectors, from, limit }, signal),
  };
}
