import { AppError } from "../core/errors.ts";
import type { Claim, ClaimToken, Queue } from "../core/storage.ts";

/** A claim with what its owner knows of how long it holds. */
export interface HeldClaim extends Claim {
  readonly lease: Lease;
  /** As of the last checkpoint, also one of this claim's own. */
  state: unknown;
}

export interface Lease {
  /** Aborts when the claim turns out to be somebody else's. */
  readonly lost: AbortSignal;
  /**
   * Asks the store only where the lease may have run out: this process stood still, or the store was away.
   * @throws AppError `superseded`, `storage_*`
   */
  check(): Promise<void>;
  /** Prolongs the lease. @throws AppError `storage_*` */
  extend(): Promise<void>;
}

/** `clock` is monotonic, in milliseconds, and goes on while the process stands still; `claimedAt` is before the claim was asked for. */
export function createLease(
  queue: Pick<Queue, "extend">,
  token: ClaimToken,
  options: { readonly leaseMs: number; readonly claimedAt: number; readonly clock: () => number },
): Lease {
  const { leaseMs, claimedAt, clock } = options;
  const lost = new AbortController();
  let holdsUntil = claimedAt + leaseMs;

  async function extend(): Promise<void> {
    const askedAt = clock();
    if (await queue.extend(token, leaseMs)) holdsUntil = askedAt + leaseMs;
    else lost.abort(new AppError("superseded", "the claim was taken over by another"));
  }

  return {
    lost: lost.signal,
    extend,
    async check() {
      if (clock() >= holdsUntil) await extend();
      if (lost.signal.aborted) throw lost.signal.reason;
    },
  };
}
