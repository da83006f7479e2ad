import type { RawArguments } from "./arguments.ts";

/** What goes wrong with a call. */
export type Fault =
  /** Refused with one of Slack's errors; nothing is done. */
  | {
      readonly error: string;
      readonly extra?: Readonly<Record<string, unknown>>;
      /** Of calls with such arguments only. */
      readonly when?: (args: RawArguments) => boolean;
    }
  /** An HTTP status with a page for people, as from a proxy; nothing is done. */
  | { readonly status: number }
  /** 429, though no limit is used up. */
  | { readonly retryAfterSec: number }
  /** Nothing is done and nothing is ever answered. */
  | { readonly hang: true }
  /** The connection ends before anything is done. */
  | { readonly cutBefore: Cut }
  /** It is done, and the connection ends without an answer. */
  | { readonly loseResponse: Cut }
  /** It is done, and never answered. */
  | { readonly hangAfter: true }
  /** It is on its way for so long; then it is done and answered. */
  | { readonly lateMs: number }
  /** It is done, and answered so much later. */
  | { readonly delayMs: number };

/** A reset socket or one that closes; clients treat them differently. */
export type Cut = "reset" | "close";

interface QueuedFault {
  readonly method: string;
  readonly fault: Fault;
  left: number;
}

/** Faults for the next calls of a method, each used up in turn; `*` is any method. */
export function createFaults() {
  let queue: QueuedFault[] = [];
  return {
    add(method: string, fault: Fault, times: number): void {
      queue.push({ method, fault, left: times });
    },
    next(method: string, args: RawArguments): Fault | undefined {
      const found = queue.find(
        (entry) =>
          (entry.method === "*" || entry.method === method) &&
          (!("when" in entry.fault) || (entry.fault.when?.(args) ?? true)),
      );
      if (!found) return undefined;
      found.left--;
      if (found.left <= 0) queue = queue.filter((entry) => entry !== found);
      return found.fault;
    },
    clear(): void {
      queue = [];
    },
  };
}
