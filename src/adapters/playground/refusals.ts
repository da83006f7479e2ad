import { AppError } from "../../core/errors.ts";

// What the playground can't do.

export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AppError("aborted", "the call was given up", { cause: signal.reason });
}
