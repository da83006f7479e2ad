import type { Fence, ShowOptions } from "../../src/core/platform.ts";

/** Nobody else may write the reply. */
export function unfenced(signal: AbortSignal = new AbortController().signal): Fence {
  return { signal, check: async () => undefined };
}

/** Nor is anything written down of it. */
export function unwatched(signal?: AbortSignal): Omit<ShowOptions, "final" | "buttons"> {
  return { ...unfenced(signal), onPosting: async () => undefined, onPosted: async () => undefined };
}
