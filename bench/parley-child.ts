import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { startApp } from "../src/app.ts";
import { readConfig } from "../src/config.ts";

/** What a Parley in a process of its own measured of itself since the last reset. */
export interface Measured {
  readonly cpuMs: number;
  readonly eventLoopP99Ms: number;
  readonly eventLoopMaxMs: number;
  readonly rssMb: number;
}

export interface ParleyChild {
  readonly url: string;
  reset(): Promise<void>;
  measure(): Promise<Measured>;
  stop(): Promise<void>;
}

interface ChildOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly commitDelayMs: number;
}

const samplingMs = 1;

export async function startParleyChild(options: Partial<ChildOptions>): Promise<ParleyChild> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(options)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
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

/** What is measured is how fast Parley is, not how much it lets people ask. */
const unbounded = "flood: { repliesPerPersonPerMinute: 1000000, repliesPerChannelPerMinute: 1000000 }";

async function serve({ env = {}, commitDelayMs }: Partial<ChildOptions>): Promise<void> {
  const silence = () => {};
  const log = { debug: silence, info: silence, warn: console.warn, error: console.error };
  const config = readConfig({ PORT: "0", ...env }, { path: "parley.yaml", text: unbounded });
  const app = await startApp(config, {
    log,
    now: Date.now,
    newId: randomUUID,
    ...(commitDelayMs !== undefined && { commitDelayMs }),
  });
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
      void app.stop().then(() => process.exit(0));
    }
  });
  process.send?.(app.url);
}

if (import.meta.main) await serve(JSON.parse(process.argv[2] ?? "{}") as Partial<ChildOptions>);
