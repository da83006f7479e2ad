import { getCompileCacheDir } from "node:module";
import { dirname } from "node:path";
import { Worker } from "node:worker_threads";

import { AppError } from "../../core/errors.ts";
import type { Charts } from "../../core/ports.ts";
import { openFonts } from "./fonts.ts";
import type { Fonts } from "./fonts.ts";
import type { Chart, Drawing, DrawingFonts, DrawingTask } from "./worker.ts";

export interface ChartsOptions {
  readonly timeoutMs?: number;
  /** The thread takes some 250 MB; what nobody needs for so long is given back. */
  readonly idleMs?: number;
}

const usualTimeoutMs = 30_000;
const usualIdleMs = 60_000;
const heapMb = 512;

interface Thread {
  readonly worker: Worker;
  readonly fonts: Fonts;
}

/** Draws one picture after the other in a thread that begins with the first and ends when there are none for a while. */
export function createCharts(options: ChartsOptions = {}): Charts & { close(): Promise<void> } {
  const { timeoutMs = usualTimeoutMs, idleMs = usualIdleMs } = options;
  let thread: Promise<Thread> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let drawn = 0;
  let idle: NodeJS.Timeout | undefined;

  async function begin(): Promise<Thread> {
    const fonts = await openFonts();
    const cacheDir = getCompileCacheDir();
    const { files, family } = fonts;
    const worker = new Worker(new URL("./worker.ts", import.meta.url), {
      workerData: { files, family } satisfies DrawingFonts,
      name: "charts",
      env: cacheDir === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cacheDir) },
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      stdout: true,
      stderr: true,
    });
    worker.unref();
    return { worker, fonts };
  }

  async function end(): Promise<void> {
    const ending = thread;
    thread = undefined;
    clearTimeout(idle);
    const begun = await ending?.catch(() => undefined);
    await begun?.worker.terminate();
    await begun?.fonts.close();
  }

  async function draw(chart: Chart, signal: AbortSignal): Promise<Uint8Array> {
    clearTimeout(idle);
    thread ??= begin();
    const drawing = Promise.withResolvers<Uint8Array>();
    // It may fail before or after it is waited for.
    drawing.promise.catch(() => undefined);
    const fail = (why: string, cause?: unknown) =>
      drawing.reject(new AppError("internal", `the picture was not drawn: ${why}`, { cause }));
    const abort = () => drawing.reject(new AppError("aborted", "drawing was given up"));
    const timer = setTimeout(() => fail("it took too long"), timeoutMs);
    const id = ++drawn;
    const onMessage = ({ id: of, png, problem }: Drawing) => {
      if (of !== id) return;
      if (png) drawing.resolve(png);
      else fail(problem ?? "nothing came");
    };
    const onError = (error: unknown) => fail("the thread broke", error);
    const onExit = () => fail("the thread ended");
    try {
      const { worker } = await thread;
      worker.on("message", onMessage).once("error", onError).once("exit", onExit);
      signal.addEventListener("abort", abort, { once: true });
      signal.throwIfAborted();
      worker.postMessage({ id, chart } satisfies DrawingTask);
      const png = await drawing.promise;
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      idle = setTimeout(() => void end(), idleMs).unref();
      return png;
    } catch (thrown) {
      // Whatever it still does, it does for nobody.
      await end();
      throw signal.aborted ? new AppError("aborted", "drawing was given up", { cause: thrown }) : thrown;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    }
  }

  function queue(chart: Chart, signal: AbortSignal): Promise<Uint8Array> {
    const drawing = last.then(() => draw(chart, signal));
    last = drawing.catch(() => undefined);
    return drawing;
  }

  return {
    drawCosts: queue,
    drawMap: queue,
    async close() {
      await end();
    },
  };
}
