import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError } from "../../../core/errors.ts";
import type { Now } from "../../../core/ports.ts";
import { fromFault, storageError } from "./faults.ts";
import { toJson } from "./json.ts";
import type { Answer, Answers, Read, Report, ThreadData, Write } from "./protocol.ts";

/** One of the store's threads, seen from the main one. */
export interface Thread {
  /** Answers what the last operation answers. @throws AppError `storage_*`, `closed` and what the operations throw */
  ask<Op extends (Write | Read)["op"]>(...operations: readonly OperationNamed<Op>[]): Promise<Answers[Op]>;
  /** How long the oldest request has been waiting, in milliseconds; 0 when none is. */
  waitingMs(): number;
  /** Set when the thread died. */
  failure(): AppError | undefined;
  /** What the store itself failed with, until it answers again. */
  lastFault(): AppError | undefined;
  /** Transactions that wrote. */
  commits(): number;
  /** Answers what was asked before, then ends the thread. */
  close(): Promise<void>;
}

type OperationNamed<Op extends (Write | Read)["op"]> = Extract<Write | Read, { readonly op: Op }>;

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: AppError) => void;
  readonly askedAtMs: number;
}

/** The collector keeps this thread's heap small: what passes through it lives for microseconds (MB). */
const youngGenerationMb = 4;

/** @throws AppError `storage_*` when the folder or the store in it can't be used. */
export async function startThread(data: ThreadData, deps: ThreadDeps): Promise<Thread> {
  const cacheDir = getCompileCacheDir();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: data,
    name: `storage-${data.role}`,
    // Without the compile cache a thread strips types by itself, which takes 10 MB and 30 ms more (Node 24.21).
    env: cacheDir === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cacheDir) },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const pending = new Map<number, Pending>();
  let outgoing: string[] = [];
  let lastId = 0;
  let failure: AppError | undefined;
  let lastFault: AppError | undefined;
  let commits = 0;
  let isClosing = false;

  const post = (text: string): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker.postMessage(text);
  };

  const flush = (): void => {
    post(`{"at":${deps.now()},"requests":[${outgoing.join(",")}]}`);
    outgoing = [];
  };

  const settle = ([id, value, fault]: Answer): void => {
    const request = pending.get(id);
    pending.delete(id);
    const error = fault && fromFault(fault);
    if (!error) lastFault = undefined;
    else if (error.code.startsWith("storage_")) lastFault = error;
    if (error) request?.reject(error);
    else request?.resolve(value as never);
  };

  const fail = (error: AppError): void => {
    failure ??= error;
    for (const request of pending.values()) request.reject(failure);
    pending.clear();
  };

  await new Promise<void>((resolve, reject) => {
    worker.on("message", (text: string) => {
      const report = JSON.parse(text) as Report;
      switch (report.kind) {
        case "open":
          return resolve();
        case "refused":
          return reject(fromFault(report.fault));
        case "ready":
          return deps.onReady();
        case "answers":
          commits += 1;
          for (const answer of report.answers) settle(answer);
          if (report.ready) deps.onReady();
          return undefined;
        default:
          return report satisfies never;
      }
    });
    const end = (cause?: Error): void => {
      const error = isClosing ? closedError() : storageError("storage_failed", data.dir, cause);
      fail(error);
      reject(error);
    };
    worker.once("error", end);
    worker.once("exit", () => end());
  });

  return {
    ask: (...operations) =>
      new Promise((resolve, reject) => {
        if (isClosing) throw closedError();
        if (failure) throw failure;
        const id = (lastId += 1);
        const request = `[${id},${toJson(operations)}]`;
        pending.set(id, { resolve, reject, askedAtMs: performance.now() });
        if (outgoing.push(request) === 1) queueMicrotask(flush);
      }),

    waitingMs() {
      const [oldest] = pending.values();
      return oldest ? performance.now() - oldest.askedAtMs : 0;
    },

    failure: () => failure,
    lastFault: () => lastFault,
    commits: () => commits,

    async close() {
      if (!isClosing && !failure) {
        isClosing = true;
        // After what is flushed in this turn; the empty text asks for the end.
        queueMicrotask(() => post(""));
      }
      await exited;
    },
  };
}

interface ThreadDeps {
  readonly now: Now;
  readonly onReady: () => void;
}

function closedError(): AppError {
  return new AppError("closed", "the store was closed");
}
