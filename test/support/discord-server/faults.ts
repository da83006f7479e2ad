/** What goes wrong with a request. */
export type Fault =
  /** Refused so, and nothing is done. */
  | { readonly status: number; readonly code?: number; readonly message?: string }
  /** 429, though no limit is used up. */
  | { readonly retryAfterSec: number; readonly global?: boolean }
  /** Nothing is done and nothing is ever answered. */
  | { readonly hang: true }
  /** The connection ends before anything is done. */
  | { readonly cutBefore: Cut }
  /** It is done, and the connection ends without an answer. */
  | { readonly loseResponse: Cut }
  /** It is on its way for so long; then it is done and answered. */
  | { readonly lateMs: number }
  /** It is done, and answered so much later. */
  | { readonly delayMs: number };

/** A reset socket or one that closes; clients treat them differently. */
export type Cut = "reset" | "close";

interface QueuedFault {
  readonly method: string;
  readonly route: string | RegExp;
  readonly fault: Fault;
  left: number;
}

/** Faults for the next requests of a route, each used up in turn. */
export function createFaults() {
  let queue: QueuedFault[] = [];
  return {
    /** `route` as in `/channels/:channel/messages`, or a pattern over routes; any method is `*`. */
    add(method: string, route: string | RegExp, fault: Fault, times: number): void {
      queue.push({ method, route, fault, left: times });
    },
    next(method: string, route: string): Fault | undefined {
      const found = queue.find(
        (entry) =>
          (entry.method === "*" || entry.method === method) &&
          (typeof entry.route === "string" ? entry.route === route : entry.route.test(route)),
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
