import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { AppError } from "../../../core/errors.ts";
import type { Now } from "../../../core/ports.ts";
import { fromFault, toStorageError } from "./faults.ts";
import { toJson } from "./json.ts";
import type { AnyOperation, Answer, Answers, Report, ThreadData } from "./protocol.ts";

/** One of the store's threads, seen from the main one. */
export interface Thread {
  /** @throws AppError `storage_*` when the folder or the store in it can't be used. */
  open(): Promise<void>;
  /** Answers what the last operation answers. @throws AppError `storage_*`, `closed` and what the operations throw */
  ask<Op extends AnyOperation["op"]>(...operations: readonly OperationNamed<Op>[]): Promise<Answers[Op]>;
  /** How long the oldest request has been waiting, in milliseconds; 0 when none is. */
  waitingMs(): number;
  /** Set when the thread ended. */
  failure(): AppError | undefined;
  /** What the store itself failed with, until it is known to work again: those that read by any answer, the writer by a probe. */
  lastFault(): AppError | undefined;
  /** How many there were since the start. */
  transactions(): number;
  /** Refuses what is asked from now on, answers what was asked before and, after `after`, ends the thread. */
  close(after?: Promise<unknown>): Promise<void>;
}

type OperationNamed<Op extends AnyOperation["op"]> = Extract<AnyOperation, { readonly op: Op }>;

interface Pending {
  readonly resolve: (value: never) => void;
  readonly reject: (error: AppError) => void;
  readonly askedAtMs: number;
  /** Its answer shows that the store works: many a write finds nothing to do, and touches no disk. */
  readonly proves: boolean;
}

/** The collector keeps this thread's heap small: what passes through it lives for microseconds (MB). */
const youngGenerationMb = 4;

/** Starts a thread; it touches nothing until it is told to open. */
export function startThread(data: ThreadData, deps: ThreadDeps): Thread {
  const cacheDir = getCompileCacheDir();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData: data,
    name: `storage-${data.role}`,
    // Without the compile cache a thread strips types by itself, which takes 10 MB and 30 ms more (Node 24.21).
    env: cacheDir === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cacheDir) },
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  const opened = Promise.withResolvers<void>();
  // Whoever asks it to open hears of a failure; nobody else needs to.
  opened.promise.catch(() => {});
  const pending = new Map<number, Pending>();
  let outgoing: string[] = [];
  let lastId = 0;
  let transactions = 0;
  let failure: AppError | undefined;
  let lastFault: AppError | undefined;
  let isClosing = false;

  const post = (text: string): void => {
    worker.postMessage(text);
  };

  const flush = (): void => {
    post(`{"kind":"batch","at":${deps.now()},"requests":[${outgoing.join(",")}]}`);
    outgoing = [];
  };

  const settle = ([id, value, fault]: Answer): void => {
    const request = pending.get(id);
    pending.delete(id);
    if (!fault) {
      if (request?.proves) lastFault = undefined;
      request?.resolve(value as never);
      return;
    }
    const error = fromFault(fault);
    if (error.code.startsWith("storage_")) lastFault = error;
    if (error.code === "storage_corrupt") deps.onDamage(error);
    request?.reject(error);
  };

  const hear = (report: Report): void => {
    switch (report.kind) {
      case "open":
        return opened.resolve();
      case "refused":
        return opened.reject(fromFault(report.fault));
      case "ready":
        return deps.onReady();
      case "answers":
        transactions += 1;
        for (const answer of report.answers) settle(answer);
        if (report.ready) deps.onReady();
        return undefined;
      default:
        return report satisfies never;
    }
  };

  const end = (cause?: Error): void => {
    if (!isClosing && !failure) deps.onFailure(cause);
    failure ??= isClosing ? closedError() : toStorageError(cause, data.dir);
    opened.reject(failure);
    for (const request of pending.values()) request.reject(failure);
    pending.clear();
  };

  worker.on("message", (text: string) => hear(JSON.parse(text) as Report));
  worker.once("error", end);
  worker.once("exit", () => end());

  return {
    open() {
      post('{"kind":"open"}');
      return opened.promise;
    },

    ask: (...operations) =>
      new Promise((resolve, reject) => {
        if (isClosing) throw closedError();
        const refusal = failure ?? deps.refusal();
        if (refusal) throw refusal;
        const request = `[${(lastId += 1)},${toJson(operations)}]`;
        const proves = data.role !== "writer" || operations.some(({ op }) => op === "upkeep.probe");
        pending.set(lastId, { resolve, reject, askedAtMs: performance.now(), proves });
        if (outgoing.push(request) === 1) queueMicrotask(flush);
      }),

    waitingMs() {
      const [oldest] = pending.values();
      return oldest ? performance.now() - oldest.askedAtMs : 0;
    },

    failure: () => failure,
    lastFault: () => lastFault,
    transactions: () => transactions,

    async close(after: Promise<unknown> = Promise.resolve()) {
      if (!isClosing && !failure) {
        isClosing = true;
        // What was asked for in this turn is on its way by then.
        await after;
        post('{"kind":"close"}');
      }
      await exited;
    },
  };
}

interface ThreadDeps {
  readonly now: Now;
  readonly onReady: () => void;
  /** Called when the thread ends without having been asked to. */
  readonly onFailure: (cause: unknown) => void;
  /** Called when the file turns out to be damaged. */
  readonly onDamage: (error: AppError) => void;
  /** Why nothing may be asked of this thread any more. */
  readonly refusal: () => AppError | undefined;
}

function closedError(): AppError {
  return new AppError("closed", "the store was closed");
}
