import { AppError } from "./errors.ts";
import type { Now } from "./ports.ts";

/** Answers of a platform, kept for a while. Those who ask for the same at once wait for one answer. */
export interface AskedOnce {
  ask<Value>(key: string, signal: AbortSignal, load: () => Promise<Value>): Promise<Value>;
  forget(...keys: readonly string[]): void;
  forgetAll(): void;
}

/** Without `keptMs` what was answered is kept until it is forgotten. What failed is asked again. */
export function createAskedOnce({ now, keptMs = Infinity }: { now: Now; keptMs?: number }): AskedOnce {
  const answers = new Map<string, { readonly value: Promise<unknown>; readonly until: number }>();

  function drop(key: string, value: Promise<unknown>): void {
    if (answers.get(key)?.value === value) answers.delete(key);
  }

  return {
    async ask<Value>(key: string, signal: AbortSignal, load: () => Promise<Value>): Promise<Value> {
      for (;;) {
        const known = answers.get(key);
        const isKept = known !== undefined && known.until > now();
        const value = isKept ? (known.value as Promise<Value>) : load();
        if (!isKept) answers.set(key, { value, until: now() + keptMs });
        try {
          return await value;
        } catch (error) {
          drop(key, value);
          // Whoever asked first gave up; that is no answer for the others.
          const gaveUp = error instanceof AppError && error.code === "aborted";
          if (!isKept || !gaveUp || signal.aborted) throw error;
        }
      }
    },
    forget(...keys) {
      for (const key of keys) answers.delete(key);
    },
    forgetAll() {
      answers.clear();
    },
  };
}
