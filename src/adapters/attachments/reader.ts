import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";

import type { AttachmentContent, ReadingLimits } from "../../core/attachment.ts";
import { AppError } from "../../core/errors.ts";
import type { AttachmentReader } from "../../core/ports.ts";
import type { ReadingTask } from "./worker.ts";

export interface ReaderOptions {
  readonly limits?: Partial<ReadingLimits>;
  readonly timeoutMs?: number;
  /** What a file may make of itself, in memory: 10 kB of a PDF can unpack to gigabytes. */
  readonly maxMemoryMb?: number;
}

/**
 * 40 million pixels are 160 MB when they are unpacked. A model sees no more than 2,048 pixels a side
 * (platform.openai.com/docs/guides/images-vision, detail: high).
 */
const usualLimits: ReadingLimits = {
  maxChars: 50_000,
  maxPages: 200,
  maxPixels: 40_000_000,
  pictureSide: 2_048,
  sampleSide: 1_024,
};
const usualTimeoutMs = 10_000;
const usualMemoryMb = 512;
/** Most of what a file unpacks to lies outside the heap, for which threads have no limit of their own (Node 24.21). */
const lookAtMemoryMs = 50;
const heapMb = 256;
/** Reading takes a core. */
const atOnce = 2;

/** Reads each file in a thread of its own, so that none learns of another and a hostile one ends with its thread. */
export function createAttachmentReader(options: ReaderOptions = {}): AttachmentReader & {
  /** Gives up what is being read. */
  close(): Promise<void>;
} {
  const { timeoutMs = usualTimeoutMs, maxMemoryMb = usualMemoryMb } = options;
  const limits = { ...usualLimits, ...options.limits };
  const running = new Set<Worker>();
  const waiting: (() => void)[] = [];
  let underWay = 0;

  async function takePlace(): Promise<void> {
    if (underWay < atOnce) underWay++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leavePlace(): void {
    const next = waiting.shift();
    if (next) next();
    else underWay--;
  }

  async function readInThread(bytes: Uint8Array, signal: AbortSignal): Promise<AttachmentContent> {
    const task: ReadingTask = { bytes: Uint8Array.from(bytes), limits };
    const cacheDir = getCompileCacheDir();
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: task,
      transferList: [task.bytes.buffer as ArrayBuffer],
      name: "attachment",
      env: cacheDir === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cacheDir) },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stdout: true,
      stderr: true,
    });
    running.add(worker);
    const outcome = Promise.withResolvers<AttachmentContent>();
    const giveUp = () => outcome.resolve({ kind: "unread", reason: "tooMuchWork" });
    const abort = () =>
      outcome.reject(new AppError("aborted", "reading was given up", { cause: signal.reason }));
    signal.addEventListener("abort", abort, { once: true });
    worker.once("message", (content: AttachmentContent) => outcome.resolve(content));
    worker.once("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "tooMuchWork" : "broken";
      outcome.resolve({ kind: "unread", reason });
    });
    worker.once("exit", () => outcome.resolve({ kind: "unread", reason: "broken" }));
    const timer = setTimeout(giveUp, timeoutMs);
    const looking = setInterval(() => {
      worker.getHeapStatistics().then(
        ({ external_memory: bytesOutside }) => bytesOutside > maxMemoryMb * 1e6 && giveUp(),
        // It ended meanwhile.
        () => {},
      );
    }, lookAtMemoryMs);
    try {
      return await outcome.promise;
    } finally {
      clearTimeout(timer);
      clearInterval(looking);
      signal.removeEventListener("abort", abort);
      await worker.terminate();
      running.delete(worker);
    }
  }

  return {
    async read(bytes, signal) {
      await takePlace();
      try {
        if (signal.aborted) throw new AppError("aborted", "reading was given up", { cause: signal.reason });
        return await readInThread(bytes, signal);
      } finally {
        leavePlace();
      }
    },
    async close() {
      await Promise.all([...running].map((worker) => worker.terminate()));
    },
  };
}
