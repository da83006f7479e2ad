import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../../core/errors.ts";
import type { Logger, Now } from "../../../core/ports.ts";
import type { Operation, Storage } from "../../../core/storage.ts";
import { createCache } from "./cache.ts";
import { startCheckpoints } from "./checkpoints.ts";
import { hasRoom, storageError } from "./faults.ts";
import { createPrimitives } from "./primitives.ts";
import { createSignals } from "./signals.ts";
import { startThread } from "./thread.ts";
import type { Thread } from "./thread.ts";
import { createSearcher } from "./vectors/searcher.ts";
import { createVectors } from "./vectors/vectors.ts";
import { rememberWhereabouts } from "./whereabouts.ts";

export interface EmbeddedOptions {
  /** Made where there is none. */
  readonly dir: string;
  readonly now: Now;
  readonly log: Logger;
  /** Stands in for a slow disk: each commit takes so much longer. */
  readonly commitDelayMs?: number;
}

export interface EmbeddedStorage extends Storage {
  /** Forgets what is older than it needs to be: ids seen long ago, expired cache entries. Runs by itself as well. */
  sweep(): Promise<void>;
  /** Since the start; requests that came together share one. */
  commits(): number;
}

const sweepIntervalMs = 600_000;
/** A disk that is slower than this is not at work any more. */
const longestWaitMs = 5_000;
/** Whoever asks how the store is wants to know now. */
const longestProbeMs = 1_000;

/**
 * Opens the store in a data folder and holds the folder until `close`. Claims and leases of an earlier process are void.
 * @throws AppError `storage_locked` | `storage_newer` | `storage_read_only` | `storage_full` | `storage_corrupt` |
 * `storage_failed`, with a sentence for the operator
 */
export async function openEmbeddedStorage(options: EmbeddedOptions): Promise<EmbeddedStorage> {
  const { dir, now, log, commitDelayMs = 0 } = options;
  const readyListeners = new Set<() => void>();
  const onReady = (): void => {
    for (const listener of readyListeners) listener();
  };
  const onFailure = (error: unknown): void => log.error({ error }, "a thread of the store ended");
  // A damaged file does not heal because some other page of it can be read.
  let damage: AppError | undefined;
  const onDamage = (error: AppError): void => {
    if (damage === undefined) log.error({ code: error.code, ...error.facts }, error.message);
    damage ??= error;
  };
  const deps = { now, onReady, onFailure, onDamage };
  // The first two threads start at once; the second opens what the first has made. What is put into a damaged file may be gone
  // with it: whoever asks for that keeps what they have, and a platform sends it again.
  const writer = startThread({ role: "writer", dir, commitDelayMs }, { ...deps, refusal: () => damage });
  const reader = startThread(
    { role: "reader", dir, commitDelayMs: 0 },
    { ...deps, refusal: () => undefined },
  );
  try {
    await writer.open();
    await reader.open();
  } catch (error) {
    await writer.close(reader.close());
    throw error;
  }

  const searcher = createSearcher(() =>
    startThread({ role: "searcher", dir, commitDelayMs: 0 }, { ...deps, refusal: () => undefined }),
  );
  const vectors = createVectors(reader, writer, searcher);
  vectors.warm().catch((error: unknown) => log.warn({ error }, "making ready to search failed"));

  const checkWhereabouts = rememberWhereabouts(dir);
  const checkpoints = startCheckpoints(dir, () => writer.transactions(), log);
  const sweep = async (): Promise<void> => {
    while ((await writer.ask({ op: "upkeep.sweep" })).more);
  };
  const sweeper = setInterval(() => {
    sweep().catch((error: unknown) => log.warn({ error }, "sweeping the store failed"));
  }, sweepIntervalMs);
  sweeper.unref();

  return {
    ...createPrimitives(reader, writer, readyListeners),
    cache: createCache(reader, writer, { now, log }),
    vectors,
    signals: createSignals(log),
    async commit(operations) {
      if (operations.length > 0) await writer.ask<Operation["op"]>(...operations);
    },
    async health() {
      if (damage) return { ok: false, detail: damage.message };
      return checkHealth(dir, reader, writer, checkWhereabouts);
    },
    sweep,
    commits: () => writer.transactions(),
    async close() {
      clearInterval(sweeper);
      readyListeners.clear();
      // All refuse from here on. The last connection to close tidies the store up, and that must be the one that writes.
      await writer.close(Promise.all([reader.close(), searcher.close(), checkpoints.close()]));
    },
  };
}

async function checkHealth(
  dir: string,
  reader: Thread,
  writer: Thread,
  checkWhereabouts: () => void,
): Promise<{ ok: boolean; detail: string }> {
  const failure = writer.failure() ?? reader.failure() ?? reader.lastFault();
  if (failure) return { ok: false, detail: failure.message };
  try {
    checkWhereabouts();
    // Before it comes to a write that fails: a small one may still find a place where a larger one does not.
    if (!hasRoom(dir)) throw storageError("storage_full", dir);
    // After a write that failed, only one that succeeds says that all is well again. A locked store keeps it waiting.
    if (writer.lastFault())
      await Promise.race([
        writer.ask({ op: "upkeep.probe" }),
        sleep(longestProbeMs, undefined, { ref: false }),
      ]);
    const fault = writer.lastFault();
    if (fault) throw fault;
    const waitedMs = Math.max(writer.waitingMs(), reader.waitingMs());
    if (waitedMs <= longestWaitMs) return { ok: true, detail: "The store answers." };
    const seconds = Math.round(waitedMs / 1_000);
    return { ok: false, detail: `The store has not answered for ${seconds} seconds.` };
  } catch (error) {
    return { ok: false, detail: error instanceof AppError ? error.message : "The store does not answer." };
  }
}
