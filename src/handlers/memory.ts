import { createBoundedMap } from "../core/bounded-map.ts";
import type { Now } from "../core/ports.ts";

const maxRemembered = 5_000;
/** Signals may get lost; then an instance is behind for so long. */
const rememberedMs = 10_000;

/** What was read from the store for every message, remembered until it changes. */
export interface Memory<Value> {
  recall(key: string, load: () => Promise<Value>): Promise<Value>;
  forget(): void;
}

/** What is loaded while everything is forgotten is not kept, as it may be what was before. */
export function createMemory<Value>(now: Now): Memory<Value> {
  const empty = () => createBoundedMap<Promise<Value>>({ maxSize: maxRemembered, ttlMs: rememberedMs, now });
  let kept = empty();
  return {
    recall(key, load) {
      const known = kept.get(key);
      if (known !== undefined) return known;
      const keeping = kept;
      const loading = load().catch((error: unknown) => {
        keeping.delete(key);
        throw error;
      });
      keeping.set(key, loading);
      return loading;
    },
    forget() {
      kept = empty();
    },
  };
}
