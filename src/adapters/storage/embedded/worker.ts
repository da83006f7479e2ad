import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import type { DatabaseSync } from "node:sqlite";
import { lockFolder, openForReading, openForWriting, prepareFolder } from "./database.ts";
import { toFault, toStorageError } from "./faults.ts";
import { createGroupCommit, createReader } from "./group-commit.ts";
import type { RunBatches } from "./group-commit.ts";
import { toJson } from "./json.ts";
import type { Command, Report, ThreadData } from "./protocol.ts";
import { createSql } from "./sql.ts";
import { createCacheReads, createCacheWrites } from "./tables/cache.ts";
import { createCounterReads, createCounterWrites } from "./tables/counters.ts";
import { createLeaseWrites, voidLeases } from "./tables/leases.ts";
import { createLogReads, createLogWrites } from "./tables/log.ts";
import { createQueueReads } from "./tables/queue-reads.ts";
import { createQueueWrites, msUntilClaimable, voidClaims } from "./tables/queue-writes.ts";
import { createRecordReads, createRecordWrites } from "./tables/records.ts";
import { createUpkeepWrites } from "./tables/upkeep.ts";
import { createVectorReads } from "./tables/vector-reads.ts";
import { createVectorWrites } from "./tables/vector-writes.ts";
import { createSearch } from "./vectors/search.ts";
import { rememberWhereabouts } from "./whereabouts.ts";

// What runs in each of the store's threads: one connection that writes, one that reads, so that no reader waits for
// a slow disk's commit, and one that searches vectors, so that nobody waits for that.

/** After a commit that took longer, the next one waits a tenth of that time, at most so long, for what follows from the last. */
const slowCommitMs = 5;
const longestGatheringMs = 2;

/** A schedule that is weeks away is looked at this often, for the clock may be changed meanwhile. */
const longestWaitMs = 30_000;

/** Where a store that fails can't say what is due next. */
const blindWaitMs = 1_000;

interface Connection {
  readonly run: RunBatches;
  /** Whether something became claimable since the last call. */
  takeClaimable(): boolean;
  close(): void;
}

function openReader({ dir }: ThreadData): Connection {
  const database = openForReading(dir);
  const sql = createSql(database);
  const handlers = {
    ...createRecordReads(sql),
    ...createLogReads(sql),
    ...createCounterReads(sql),
    ...createQueueReads(sql),
    ...createCacheReads(sql),
    ...createVectorReads(sql),
  };
  return connectReader(database, createReader(database, handlers, dir));
}

function openSearcher({ dir }: ThreadData): Connection {
  const database = openForReading(dir);
  return connectReader(database, createReader(database, createSearch(createSql(database)), dir));
}

function connectReader(database: DatabaseSync, run: RunBatches): Connection {
  return { run, takeClaimable: () => false, close: () => database.close() };
}

function openWriter({ dir, commitDelayMs }: ThreadData, onWake: () => void): Connection {
  prepareFolder(dir);
  const unlock = lockFolder(dir);
  try {
    const database = openForWriting(dir);
    const sql = createSql(database);
    const monotonicMs = (): number => performance.now();
    let isClaimable = false;
    const queue = createQueueWrites(sql, monotonicMs, () => (isClaimable = true));
    const handlers = {
      ...createRecordWrites(sql),
      ...createLogWrites(sql),
      ...createCounterWrites(sql),
      ...queue,
      ...createLeaseWrites(sql, monotonicMs),
      ...createCacheWrites(sql),
      ...createVectorWrites(sql),
      ...createUpkeepWrites(sql),
    };
    database.exec("BEGIN IMMEDIATE");
    voidClaims(sql);
    voidLeases(sql);
    database.exec("COMMIT");

    const commit = createGroupCommit(database, handlers, {
      dir,
      beforeCommit: () => sleep(commitDelayMs),
      checkWhereabouts: rememberWhereabouts(dir),
    });
    const msToNextWake = (at: number): number | undefined => {
      try {
        return msUntilClaimable(sql, at, monotonicMs());
      } catch {
        return blindWaitMs;
      }
    };
    let wake: NodeJS.Timeout | undefined;
    const run: RunBatches = (batches) => {
      const answers = commit(batches);
      clearTimeout(wake);
      const waitMs = msToNextWake(batches.at(-1)?.at ?? 0);
      if (waitMs !== undefined) wake = setTimeout(onWake, Math.min(waitMs, longestWaitMs));
      return answers;
    };
    const takeClaimable = (): boolean => {
      const taken = isClaimable;
      isClaimable = false;
      return taken;
    };
    const close = (): void => {
      clearTimeout(wake);
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
      unlock();
    };
    return { run, takeClaimable, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

function openConnection(data: ThreadData, onWake: () => void): Connection {
  if (data.role === "writer") return openWriter(data, onWake);
  return data.role === "reader" ? openReader(data) : openSearcher(data);
}

/** Takes the place of a slow disk: this thread stands still, nothing else does. */
function sleep(delayMs: number): void {
  if (delayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
}

function serve(port: MessagePort, data: ThreadData): void {
  const report = (message: Report): void => port.postMessage(toJson(message));
  const open = (): Connection | undefined => {
    try {
      const opened = openConnection(data, () => report({ kind: "ready" }));
      report({ kind: "open" });
      return opened;
    } catch (error) {
      report({ kind: "refused", fault: toFault(toStorageError(error, data.dir)) });
      return undefined;
    }
  };

  let connection: Connection | undefined;
  let lastRunMs = 0;
  port.on("message", (first: string) => {
    // Everything that arrived while the last commit was under way shares the next one. On a slow disk, so does what those
    // who were answered ask for next: else they would miss it each time and wait for two commits a step.
    if (lastRunMs > slowCommitMs) sleep(Math.min(lastRunMs / 10, longestGatheringMs));
    const commands = [JSON.parse(first) as Command];
    for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port)) {
      commands.push(JSON.parse(next.message as string) as Command);
    }
    if (commands.some(({ kind }) => kind === "open")) connection = open();
    const batches = commands.filter((command) => command.kind === "batch");
    if (connection && batches.length > 0) {
      const startedAtMs = performance.now();
      const answers = connection.run(batches);
      lastRunMs = data.role === "writer" ? performance.now() - startedAtMs : 0;
      port.postMessage(
        `{"kind":"answers","answers":[${answers.join(",")}],"ready":${connection.takeClaimable()}}`,
      );
    }
    if (commands.some(({ kind }) => kind === "close")) {
      connection?.close();
      port.close();
    }
  });
}

if (parentPort) serve(parentPort, workerData as ThreadData);
