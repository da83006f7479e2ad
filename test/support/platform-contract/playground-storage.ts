import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openEmbeddedStorage } from "../../../src/adapters/storage/embedded/storage.ts";
import type { Storage } from "../../../src/core/storage.ts";
import { createMemoryLog } from "../log.ts";

export interface SharedStorage {
  /** An empty part of it, as far as the playground uses storage. */
  part(): Storage;
  close(): Promise<void>;
}

/** One store for many playgrounds: opening one for each test would take longer than the tests. */
export async function openSharedStorage(): Promise<SharedStorage> {
  const dir = await mkdtemp(join(tmpdir(), "parley-playground-"));
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: createMemoryLog() });
  return {
    part: () => narrow(storage, randomUUID()),
    async close() {
      await storage.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function narrow(storage: Storage, name: string): Storage {
  const { log, counters } = storage;
  const own = (key: string) => `${name}/${key}`;
  return {
    ...storage,
    log: {
      ...log,
      get: (key, id) => log.get(own(key), id),
      range: (key, options) => log.range(own(key), options),
    },
    counters: { ...counters, read: (keys) => counters.read(keys.map(own)) },
    commit: (operations) =>
      storage.commit(
        operations.map((operation) =>
          "key" in operation ? { ...operation, key: own(operation.key) } : operation,
        ),
      ),
  };
}
