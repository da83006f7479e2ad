export interface SessionStartOptions {
  readonly total: number;
  readonly remaining: number;
  /** IDENTIFYs allowed in 5 s; more are answered with an invalid session. */
  readonly maxConcurrency: number;
  readonly enforced: boolean;
}

const concurrencyWindowMs = 5_000;
const dayMs = 24 * 60 * 60 * 1_000;

/** The limit on new sessions (developers/events/gateway, Session Start Limit Object). */
export function createSessionStarts(options: SessionStartOptions, now: () => number) {
  let remaining = options.remaining;
  let recent: number[] = [];
  const resetsAt = now() + dayMs;
  return {
    /** Whether one more session may start now. */
    take(): boolean {
      recent = recent.filter((at) => at > now() - concurrencyWindowMs);
      if (options.enforced && (remaining <= 0 || recent.length >= options.maxConcurrency)) return false;
      recent.push(now());
      remaining = Math.max(0, remaining - 1);
      return true;
    },
    set(left: number): void {
      remaining = left;
    },
    describe(): object {
      const { total, maxConcurrency } = options;
      return {
        total,
        remaining,
        reset_after: Math.max(0, resetsAt - now()),
        max_concurrency: maxConcurrency,
      };
    },
  };
}
