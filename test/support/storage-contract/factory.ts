import type { Now } from "../../../src/core/ports.ts";
import type { Storage } from "../../../src/core/storage.ts";

/** Opens an empty store of the engine under test; it is closed and gone when the test ends. */
export type OpenStorage = (options?: { readonly now?: Now }) => Promise<Storage>;

export interface Clock {
  readonly now: Now;
  advance(ms: number): void;
}

/** A clock that stands still until it is told otherwise. */
export function createClock(startAt = Date.UTC(2026, 0, 5, 9)): Clock {
  let time = startAt;
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
    },
  };
}

/** The code of the AppError with which a promise rejects; "resolved" where it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "resolved",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
}
