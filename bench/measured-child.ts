import { fork } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** What a program in a process of its own measured of itself since the last reset. */
export interface Measured {
  readonly cpuMs: number;
  readonly eventLoopP99Ms: number;
  readonly eventLoopMaxMs: number;
  readonly rssMb: number;
}

export interface MeasuredChild {
  /** Where it listens; empty where it listens nowhere. */
  readonly url: string;
  reset(): Promise<void>;
  measure(): Promise<Measured>;
  stop(): Promise<void>;
}

/** Starts a file that calls `answerQuestions`, with one argument as JSON. */
export async function startMeasuredChild(file: string, argument: unknown): Promise<MeasuredChild> {
  const child = fork(file, [JSON.stringify(argument)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ask = async <T>(question: string): Promise<T> => {
    child.send(question);
    return ((await once(child, "message")) as [T])[0];
  };
  const [url] = (await once(child, "message")) as [string];
  return {
    url,
    reset: () => ask("reset"),
    measure: () => ask("measure"),
    async stop() {
      const exited = once(child, "exit");
      child.send("stop");
      await exited;
    },
  };
}

const samplingMs = 1;

/** In the child: tells the parent that it is ready, and from then on what it asks. */
export function answerQuestions(url: string, stop: () => Promise<unknown>): void {
  const delay = monitorEventLoopDelay({ resolution: samplingMs });
  delay.enable();
  let cpu = process.cpuUsage();
  process.on("message", (question) => {
    if (question === "reset") {
      delay.reset();
      cpu = process.cpuUsage();
      process.send?.(true);
    } else if (question === "measure") {
      const used = process.cpuUsage(cpu);
      // The histogram holds the timer's own interval too; what is over it is delay.
      const overMs = (ns: number) => Math.max(0, ns / 1e6 - samplingMs);
      process.send?.({
        cpuMs: (used.user + used.system) / 1000,
        eventLoopP99Ms: overMs(delay.percentile(99)),
        eventLoopMaxMs: overMs(delay.max),
        rssMb: process.memoryUsage.rss() / 2 ** 20,
      } satisfies Measured);
    } else {
      void stop().then(() => process.exit(0));
    }
  });
  process.send?.(url);
}
