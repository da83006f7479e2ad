import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openEmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import type { VectorPut } from "../src/core/vectors.ts";
import { cosineOf, makeVectors } from "../test/support/made-vectors.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { percentile } from "./stats.ts";
import { searchSqliteVec } from "./vectors/sqlite-vec.ts";
import type { SearchJob, SearchReport } from "./vectors/search-child.ts";

const dimensions = 512;
const k = 10;
const queryCount = 100;
const audienceCount = 50;
const everyone = Array.from({ length: audienceCount }, (_, index) => `channel-${index}`);
const views = { all: everyone, tenth: everyone.slice(0, audienceCount / 10) } as const;
type View = keyof typeof views;
/** About as many chunks as a thread has. */
const groupSize = 5;
const membersOfCluster = 200;
const putEach = 512;
const text = "What somebody asked in the channel, and the beginning of what was answered. ".repeat(4);

interface Size {
  readonly count: number;
  readonly targetMs: Readonly<Record<View, number | undefined>>;
  readonly restartTargetMs?: number;
  readonly memoryTargetMb?: number;
}

const sizes: readonly Size[] = [
  { count: 100_000, targetMs: { all: 15, tenth: 5 }, restartTargetMs: 2_000 },
  { count: 1_000_000, targetMs: { all: 120, tenth: undefined }, memoryTargetMb: 350 },
];

/** Nearest vectors in the embedded store, in a process of its own, against comparing all and against sqlite-vec. */
export async function run(): Promise<BenchResult[]> {
  enableCompileCache();
  const results: BenchResult[] = [];
  for (const size of sizes) results.push(...(await measure(size)));
  return results;
}

async function measure(size: Size): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-vectors-"));
  try {
    const made = makeVectors({
      seed: size.count,
      dimensions,
      clusters: size.count / membersOfCluster,
      spread: 1,
    });
    const queries = Array.from({ length: queryCount }, () => made.next());
    const filled = await fill(dir, size.count, made.next, queries);
    const report = await searchInChild({ dir, queries, views, k });
    const others = size.count <= 100_000 ? searchSqliteVec(filled.kept, queries, views, k) : undefined;
    return toResults(size, filled, report, others);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Filled {
  readonly upsertsPerSecond: number;
  /** The k nearest of each query, by comparing all. */
  readonly exact: Readonly<Record<View, readonly (readonly string[])[]>>;
  /** What comparing all took a query, everything being in memory. */
  readonly exactMs: number;
  readonly kept: readonly VectorPut[];
}

async function fill(
  dir: string,
  count: number,
  next: () => Float32Array,
  queries: readonly Float32Array[],
): Promise<Filled> {
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: silent });
  const nearest = { all: queries.map(() => createTop(k)), tenth: queries.map(() => createTop(k)) };
  const kept: VectorPut[] = [];
  let [upsertMs, exactMs] = [0, 0];
  for (let start = 0; start < count; start += putEach) {
    const items = Array.from({ length: Math.min(putEach, count - start) }, (_, offset): VectorPut => {
      const index = start + offset;
      const audience = everyone[Math.floor(index / groupSize) % audienceCount] as string;
      return {
        id: `thread-${Math.floor(index / groupSize)}/${index % groupSize}`,
        vector: next(),
        audience,
        group: `thread-${Math.floor(index / groupSize)}`,
        value: { title: "A thread", text },
      };
    });
    const startedMs = performance.now();
    await storage.vectors.upsert("bench", items);
    const upsertedMs = performance.now();
    for (const [position, query] of queries.entries()) {
      for (const { id, vector, audience } of items) {
        const similarity = cosineOf(query, vector);
        nearest.all[position]?.offer(id, similarity);
        if (views.tenth.includes(audience)) nearest.tenth[position]?.offer(id, similarity);
      }
    }
    upsertMs += upsertedMs - startedMs;
    exactMs += performance.now() - upsertedMs;
    if (count <= 100_000) kept.push(...items);
  }
  await storage.close();
  const idsOf = (view: View): readonly (readonly string[])[] => nearest[view].map((top) => top.ids());
  return {
    upsertsPerSecond: (count / upsertMs) * 1_000,
    exact: { all: idsOf("all"), tenth: idsOf("tenth") },
    exactMs: exactMs / queries.length,
    kept,
  };
}

function createTop(size: number): { offer(id: string, similarity: number): void; ids(): string[] } {
  const best: { id: string; similarity: number }[] = [];
  return {
    offer(id, similarity) {
      if (best.length === size && similarity <= (best.at(-1)?.similarity ?? 0)) return;
      best.push({ id, similarity });
      best.sort((a, b) => b.similarity - a.similarity);
      if (best.length > size) best.pop();
    },
    ids: () => best.map(({ id }) => id),
  };
}

function searchInChild(job: SearchJob): Promise<SearchReport> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, "vectors", "search-child.ts"), {
      serialization: "advanced",
    });
    child.once("message", (report) => resolve(report as SearchReport));
    child.once("exit", () => reject(new Error("the searching process ended")));
    child.send(job);
  });
}

function toResults(
  size: Size,
  { upsertsPerSecond, exact, exactMs }: Filled,
  report: SearchReport,
  sqliteVec: ReturnType<typeof searchSqliteVec> | undefined,
): BenchResult[] {
  const of = `${size.count.toLocaleString("en-US")} × ${dimensions}`;
  const searches = (["all", "tenth"] as const).flatMap((view): BenchResult[] => {
    const { latenciesMs, found } = report.searches[view];
    const seen = view === "all" ? "all visible" : "a tenth visible";
    const p95 = percentile(latenciesMs, 95);
    const targetMs = size.targetMs[view];
    const recall = recallOf(found, exact[view]);
    return [
      {
        name: `${of}, ${seen}: p95`,
        value: p95,
        unit: "ms",
        ...(targetMs !== undefined && { target: `≤ ${targetMs}`, ok: p95 <= targetMs }),
        comparedTo: "comparing every one, all in memory",
        comparedValue: view === "all" ? exactMs : (exactMs * views.tenth.length) / audienceCount,
      },
      {
        name: `${of}, ${seen}: p50`,
        value: percentile(latenciesMs, 50),
        unit: "ms",
        ...(sqliteVec && {
          comparedTo: "sqlite-vec, by partition",
          comparedValue: percentile(sqliteVec[view].latenciesMs, 50),
        }),
      },
      {
        name: `${of}, ${seen}: recall@${k}`,
        value: recall,
        unit: "",
        target: "≥ 0.98",
        ok: recall >= 0.98,
        ...(sqliteVec && {
          comparedTo: "sqlite-vec, by partition",
          comparedValue: recallOf(sqliteVec[view].found, exact[view]),
        }),
      },
    ];
  });
  const { restartMs, rssMb, loopP99Ms } = report;
  const { restartTargetMs, memoryTargetMb } = size;
  return [
    ...searches,
    {
      name: `${of}: from the start of a process's store to the first answer`,
      value: restartMs,
      unit: "ms",
      ...(restartTargetMs && { target: `≤ ${restartTargetMs}`, ok: restartMs <= restartTargetMs }),
    },
    {
      name: `${of}: most memory of the process`,
      value: rssMb,
      unit: "MB",
      ...(memoryTargetMb && { target: `≤ ${memoryTargetMb}`, ok: rssMb <= memoryTargetMb }),
    },
    {
      name: `${of}: event-loop delay p99 while searching`,
      value: loopP99Ms,
      unit: "ms",
      target: "≤ 10",
      ok: loopP99Ms <= 10,
    },
    { name: `${of}: upserts`, value: upsertsPerSecond, unit: "/s" },
  ];
}

function recallOf(found: readonly (readonly string[])[], exact: readonly (readonly string[])[]): number {
  const hits = exact.reduce(
    (sum, ids, position) => sum + ids.filter((id) => found[position]?.includes(id)).length,
    0,
  );
  return hits / exact.length / k;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

if (import.meta.main) printResults(await run());
