import { enableCompileCache } from "node:module";
import { monitorEventLoopDelay } from "node:perf_hooks";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";

/** What a process of its own is to look for, in a store that stands. */
export interface SearchJob {
  readonly dir: string;
  readonly queries: readonly Float32Array[];
  /** Sets of audiences, by a name. */
  readonly views: Readonly<Record<"all" | "tenth", readonly string[]>>;
  readonly k: number;
}

export interface Searched {
  readonly latenciesMs: readonly number[];
  /** Ids, nearest first, a query. */
  readonly found: readonly (readonly string[])[];
}

export interface SearchReport {
  readonly restartMs: number;
  readonly searches: Readonly<Record<"all" | "tenth", Searched>>;
  /** At its highest, in mebibytes. */
  readonly rssMb: number;
  readonly loopP99Ms: number;
}

const samplingMs = 1;
const warmUps = 10;
const watchingMs = 20;

async function search({ dir, queries, views, k }: SearchJob): Promise<SearchReport> {
  // Not what the system says of the most: it counts the process that started this one.
  let mostBytes = 0;
  const watching = setInterval(
    () => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())),
    watchingMs,
  );
  const startedMs = performance.now();
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: silent });
  const find = async (vector: Float32Array, audiences: readonly string[]): Promise<string[]> =>
    (await storage.vectors.nearest("bench", { vector, k, audiences })).map(({ id }) => id);
  await find(queries[0] as Float32Array, views.all);
  const restartMs = performance.now() - startedMs;
  for (const query of queries.slice(0, warmUps)) await find(query, views.all);

  const delay = monitorEventLoopDelay({ resolution: samplingMs });
  delay.enable();
  const searchAll = async (audiences: readonly string[]): Promise<Searched> => {
    const latenciesMs: number[] = [];
    const found: string[][] = [];
    for (const query of queries) {
      const begunMs = performance.now();
      found.push(await find(query, audiences));
      latenciesMs.push(performance.now() - begunMs);
    }
    return { latenciesMs, found };
  };
  const searches = { all: await searchAll(views.all), tenth: await searchAll(views.tenth) };
  delay.disable();
  const loopP99Ms = Math.max(0, delay.percentile(99) / 1e6 - samplingMs);
  clearInterval(watching);
  await storage.close();
  return { restartMs, searches, rssMb: mostBytes / 2 ** 20, loopP99Ms };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

enableCompileCache();
process.once("message", (job) => {
  void search(job as SearchJob).then((report) => process.send?.(report, () => process.exit(0)));
});
