import type { Logger } from "../../../core/ports.ts";
import type { Signals } from "../../../core/storage.ts";
import { valueToJson } from "./json.ts";

type Listener = (payload: unknown) => void;

/** Signals within the process. A payload arrives as JSON would carry it, as it does between processes. */
export function createSignals(log: Logger): Signals {
  const topics = new Map<string, Set<Listener>>();
  return {
    async publish(topic, payload) {
      const text = valueToJson(payload);
      for (const listener of topics.get(topic) ?? []) {
        try {
          listener(JSON.parse(text));
        } catch (error) {
          log.error({ topic, error }, "a listener failed");
        }
      }
    },

    async subscribe(topic, listener) {
      // A wrapper, so that one listener that subscribes twice is two subscribers.
      const subscriber: Listener = (payload) => listener(payload);
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(subscriber));
      return async () => {
        listeners.delete(subscriber);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
      };
    },
  };
}
