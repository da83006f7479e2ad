import { Keyv } from "keyv";
import type { Logger, Now } from "../../../core/ports.ts";
import type { Thread } from "./thread.ts";

/** A Keyv over the store's threads; what can't be read or written is thrown. */
export function createCache(reader: Thread, writer: Thread, deps: { now: Now; log: Logger }): Keyv {
  const getMany = (keys: string[]): Promise<(string | undefined)[]> =>
    reader.ask({ op: "cache.getMany", keys }).then((values) => values.map((value) => value ?? undefined));

  const store = {
    namespace: undefined as string | undefined,
    opts: {},
    async get(key: string) {
      return (await getMany([key]))[0];
    },
    getMany,
    async set(key: string, value: string, ttlMs?: number) {
      const expiry = ttlMs === undefined ? {} : { expiresAt: deps.now() + ttlMs };
      await writer.ask({ op: "cache.set", key, value, ...expiry });
      return true;
    },
    delete: (key: string) => writer.ask({ op: "cache.delete", keys: [key] }),
    deleteMany: (keys: string[]) => writer.ask({ op: "cache.delete", keys }),
    async clear() {
      await writer.ask({
        op: "cache.clear",
        prefix: store.namespace === undefined ? "" : `${store.namespace}:`,
      });
    },
    async has(key: string) {
      return (await getMany([key]))[0] !== undefined;
    },
  };
  const cache = new Keyv({ store, throwOnErrors: true });
  cache.on("error", (error: unknown) => deps.log.warn({ error }, "the cache failed"));
  return cache;
}
