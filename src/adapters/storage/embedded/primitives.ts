import type { Counters } from "../../../core/counters.ts";
import type {
  ClaimToken,
  Leases,
  Log,
  LogEntry,
  Queue,
  Records,
  StoredRecord,
} from "../../../core/storage.ts";
import type { Thread } from "./thread.ts";

interface Primitives {
  readonly records: Records;
  readonly log: Log;
  readonly counters: Counters;
  readonly queue: Queue;
  readonly leases: Leases;
}

/**
 * The primitives as questions to the two threads. What a caller says about the type of its values is taken at its word,
 * as everywhere between a store and its one writer.
 */
export function createPrimitives(
  reader: Thread,
  writer: Thread,
  readyListeners: Set<() => void>,
): Primitives {
  return {
    records: createRecords(reader, writer),
    log: createLog(reader, writer),
    counters: createCounters(reader, writer),
    queue: createQueue(reader, writer, readyListeners),
    leases: createLeases(writer),
  };
}

function createRecords(reader: Thread, writer: Thread): Records {
  const getMany = async <T>(
    collection: string,
    ids: readonly string[],
  ): Promise<(StoredRecord<T> | undefined)[]> => {
    const records = await reader.ask({ op: "records.getMany", collection, ids });
    return records.map((record) => (record as StoredRecord<T> | null) ?? undefined);
  };
  return {
    getMany,
    get: async <T>(collection: string, id: string) => (await getMany<T>(collection, [id]))[0],
    put: (record) => writer.ask({ op: "records.put", ...record }),
    async delete(record) {
      await writer.ask({ op: "records.delete", ...record });
    },
    list: (collection, index, value, options) =>
      reader.ask({ op: "records.list", collection, index, value, options }) as Promise<never>,
  };
}

function createLog(reader: Thread, writer: Thread): Log {
  return {
    async put(key, entry) {
      await writer.ask({ op: "log.put", key, ...entry });
    },
    async remove(key, id) {
      await writer.ask({ op: "log.remove", key, id });
    },
    async removeBefore(key, order) {
      await writer.ask({ op: "log.removeBefore", key, order });
    },
    get: async <T>(key: string, id: string) =>
      ((await reader.ask({ op: "log.get", key, id })) as LogEntry<T> | null) ?? undefined,
    range: (key, options) => reader.ask({ op: "log.range", key, options }) as Promise<never>,
    byPerson: (person, options) => reader.ask({ op: "log.byPerson", person, options }) as Promise<never>,
  };
}

function createCounters(reader: Thread, writer: Thread): Counters {
  return {
    async add(add) {
      await writer.ask({ op: "counters.add", ...add });
    },
    read: (keys) => reader.ask({ op: "counters.read", keys }),
    readRows: (keys) => reader.ask({ op: "counters.readRows", keys }),
    top: (key, limit) => reader.ask({ op: "counters.top", key, limit }),
    reserve: (reservation) => writer.ask({ op: "counters.reserve", ...reservation }),
    async settle(id, actual) {
      await writer.ask({ op: "counters.settle", id, actual });
    },
    lapsed: (limit) => reader.ask({ op: "counters.lapsed", limit }) as Promise<never>,
    take: (key, cost, window) => writer.ask({ op: "counters.take", takes: [{ key, cost, window }] }),
    takeAll: (takes) => writer.ask({ op: "counters.take", takes }),
  };
}

function createQueue(reader: Thread, writer: Thread, readyListeners: Set<() => void>): Queue {
  return {
    enqueue: (entry) => writer.ask({ op: "queue.enqueue", ...entry }),
    seen: (id) => reader.ask({ op: "queue.seen", id }),
    claim: (options) => writer.ask({ op: "queue.claim", ...options }),
    extend: (token, leaseMs) => writer.ask({ op: "queue.extend", token, leaseMs }),
    async checkpoint(token, state) {
      await writer.ask({ op: "queue.checkpoint", token, state });
    },
    async finish(token: ClaimToken, options = {}) {
      await writer.ask({ op: "queue.finish", token, ...options });
    },
    async retry(token, at) {
      await writer.ask({ op: "queue.retry", token, at });
    },
    onReady(listener) {
      // A wrapper, so that one listener that is given twice is called twice.
      const subscriber = (): void => listener();
      readyListeners.add(subscriber);
      return () => readyListeners.delete(subscriber);
    },
    byPerson: (person, options) => reader.ask({ op: "queue.byPerson", person, options }),
    stats: () => reader.ask({ op: "queue.stats" }),
  };
}

function createLeases(writer: Thread): Leases {
  return {
    acquire: async (name, owner, ttlMs) =>
      (await writer.ask({ op: "leases.acquire", name, owner, ttlMs })) ?? undefined,
    renew: (name, token, ttlMs) => writer.ask({ op: "leases.renew", name, token, ttlMs }),
    async release(name, token) {
      await writer.ask({ op: "leases.release", name, token });
    },
  };
}
