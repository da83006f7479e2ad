import { Worker } from "node:worker_threads";
import type { Logger } from "../../../core/ports.ts";
import { storePath } from "./database.ts";

/** Keeps the write-ahead log short under load, so that the thread that writes seldom has to. */
export interface Checkpoints {
  close(): Promise<void>;
}

const intervalMs = 250;
/** Under load that is about half a second's worth; a quiet store never gets there between two starts. */
const transactionsEach = 200;
const youngGenerationMb = 2;

/** Its thread is started when it is first needed; where it fails, the writer's own checkpoints go on. */
export function startCheckpoints(dir: string, transactions: () => number, log: Logger): Checkpoints {
  let worker: Worker | undefined;
  let isBusy = false;
  let coveredUntil = 0;

  const timer = setInterval(() => {
    if (isBusy || transactions() - coveredUntil < transactionsEach) return;
    coveredUntil = transactions();
    isBusy = true;
    worker ??= startWorker();
    worker.postMessage("checkpoint");
  }, intervalMs);
  timer.unref();

  function startWorker(): Worker {
    const started = new Worker(new URL("./checkpoint-worker.ts", import.meta.url), {
      workerData: storePath(dir),
      name: "storage-checkpoints",
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
    });
    started.on("message", () => (isBusy = false));
    started.on("error", (error: unknown) => {
      // Busy for good: what can't be done beside the writer is left to the writer.
      clearInterval(timer);
      log.warn(
        { error: error instanceof Error ? error.name : "unknown" },
        "checkpoints beside the writer ended",
      );
    });
    return started;
  }

  return {
    async close() {
      clearInterval(timer);
      const running = worker;
      if (running === undefined || running.threadId === -1) return;
      const exited = new Promise<void>((resolve) => running.once("exit", () => resolve()));
      running.postMessage("close");
      await exited;
    },
  };
}
