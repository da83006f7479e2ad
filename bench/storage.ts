import { mkdtemp, rm } from "node:fs/promises";
import { enableCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

import { openEmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import type { EmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import type { Logger } from "../src/core/ports.ts";
import type { BenchResult } from "./result.ts";
import { percentile } from "./stats.ts";

const turnsPerSecond = 50;
const slowDiskMs = 20;
const slowRunMs = 12_000;
const appends = 20_000;
const writersAtOnce = 64;
const message = { role: "user", text: "A message of the usual length, with a question in it. ".repeat(7) };

/** The embedded store on a slow disk and on this one, against one transaction an append on the main thread. */
export async function run(): Promise<BenchResult[]> {
  enableCompileCache();
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  try {
    const slow = await withStorage(join(dir, "slow"), slowDiskMs, holdTurns);
    const grouped = await withStorage(join(dir, "fast"), 0, appendInGroups);
    const naive = appendOneByOne(join(dir, "naive.db"));
    return [...slow, ...compareAppends(grouped, naive)];
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function withStorage<T>(
  dir: string,
  commitDelayMs: number,
  use: (storage: EmbeddedStorage) => Promise<T>,
): Promise<T> {
  const storage = await openEmbeddedStorage({ dir, commitDelayMs, now: Date.now, log: silent });
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

/** Begins a turn every 20 ms for a while, whether or not the ones before are through. */
async function holdTurns(storage: EmbeddedStorage): Promise<BenchResult[]> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const latenciesMs: number[] = [];
  const turns: Promise<void>[] = [];
  const startedAtMs = performance.now();
  const cpuBefore = process.threadCpuUsage();
  delay.enable();
  for (let turn = 0; turn < (slowRunMs / 1_000) * turnsPerSecond; turn += 1) {
    await sleep(Math.max(0, startedAtMs + (turn * 1_000) / turnsPerSecond - performance.now()));
    const begunAtMs = performance.now();
    turns.push(takeTurn(storage, turn).then(() => void latenciesMs.push(performance.now() - begunAtMs)));
  }
  const throughInTime = latenciesMs.length;
  const offeredMs = performance.now() - startedAtMs;
  delay.disable();
  const cpu = process.threadCpuUsage(cpuBefore);
  await Promise.all(turns);

  const held = (throughInTime / offeredMs) * 1_000;
  const delayP99Ms = delay.percentile(99) / 1e6;
  return [
    // What is under way when the clock stops is no backlog: five turns are 1 % of a run of ten seconds.
    {
      name: `turns of 4 durable steps held, commits ${slowDiskMs} ms slower`,
      value: held,
      unit: "turns/s",
      target: `≥ ${turnsPerSecond * 0.98}`,
      ok: held >= turnsPerSecond * 0.98,
      comparedTo: "begun",
      comparedValue: turnsPerSecond,
    },
    {
      name: "event-loop delay p99 meanwhile",
      value: delayP99Ms,
      unit: "ms",
      target: "≤ 20",
      ok: delayP99Ms <= 20,
    },
    { name: "turn p50", value: percentile(latenciesMs, 50), unit: "ms" },
    { name: "turn p99", value: percentile(latenciesMs, 99), unit: "ms" },
    {
      name: "main-thread CPU a turn (4 writes, 2 reads), the loop's own included",
      value: (cpu.user + cpu.system) / 1_000 / turns.length,
      unit: "ms",
    },
  ];
}

async function takeTurn({ commit, log, queue }: EmbeddedStorage, turn: number): Promise<void> {
  await queue.enqueue({
    key: `conversation/${turn % 200}`,
    ids: [`event-${turn}`, `message-${turn}`],
    payload: message,
  });
  const claims = await queue.claim({
    owner: "bench",
    lane: "main",
    leaseMs: 60_000,
    limit: 4,
    maxEntries: 8,
  });
  await Promise.all(
    claims.map(async ({ token, key }) => {
      await log.range(key, { direction: "newestFirst", limit: 50 });
      const put = (id: string): Parameters<typeof commit>[0][number] => ({
        op: "log.put",
        key,
        id,
        order: Date.now(),
        revision: 1,
        value: message,
        people: ["slack/team/ann"],
      });
      await commit([{ op: "queue.checkpoint", token, state: { step: "asked" } }, put(`question-${turn}`)]);
      await log.get(key, `question-${turn}`);
      await commit([put(`reply-${turn}`), { op: "queue.finish", token }]);
    }),
  );
}

interface Appended {
  readonly latenciesMs: readonly number[];
  readonly totalMs: number;
  readonly commits: number;
}

async function appendInGroups(storage: EmbeddedStorage): Promise<Appended> {
  const latenciesMs: number[] = [];
  const commitsBefore = storage.commits();
  const startedAtMs = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: writersAtOnce }, async () => {
      while (next < appends) {
        const index = (next += 1);
        const begunAtMs = performance.now();
        const entry = { id: `m${index}`, order: index, revision: 1, value: message };
        await storage.log.put(`conversation/${index % 200}`, entry);
        latenciesMs.push(performance.now() - begunAtMs);
      }
    }),
  );
  return {
    latenciesMs,
    totalMs: performance.now() - startedAtMs,
    commits: storage.commits() - commitsBefore,
  };
}

/** What a first try would be: the same row, a transaction and a sync each, on the thread that serves everybody. */
function appendOneByOne(file: string): Appended {
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE log (key TEXT NOT NULL, id TEXT NOT NULL, position REAL NOT NULL, value TEXT NOT NULL, UNIQUE (key, id));
    CREATE INDEX log_positions ON log (key, position, id)`);
  const insert = database.prepare("INSERT INTO log (key, id, position, value) VALUES (?, ?, ?, ?)");
  const latenciesMs: number[] = [];
  const startedAtMs = performance.now();
  for (let index = 1; index <= appends; index += 1) {
    const begunAtMs = performance.now();
    insert.run(`conversation/${index % 200}`, `m${index}`, index, JSON.stringify(message));
    latenciesMs.push(performance.now() - begunAtMs);
  }
  const totalMs = performance.now() - startedAtMs;
  database.close();
  return { latenciesMs, totalMs, commits: appends };
}

function compareAppends(grouped: Appended, naive: Appended): BenchResult[] {
  const comparedTo = "one transaction an append, on the main thread";
  const perSecond = (count: number, { totalMs }: Appended): number => (count / totalMs) * 1_000;
  const compare = (name: string, unit: string, figure: (appended: Appended) => number): BenchResult => ({
    name,
    value: figure(grouped),
    unit,
    comparedTo,
    comparedValue: figure(naive),
  });
  return [
    compare(`entries, ${writersAtOnce} writers at once`, "/s", (of) => perSecond(appends, of)),
    compare("commits", "/s", (of) => perSecond(of.commits, of)),
    compare("write p50", "ms", (of) => percentile(of.latenciesMs, 50)),
    compare("write p99", "ms", (of) => percentile(of.latenciesMs, 99)),
  ];
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
