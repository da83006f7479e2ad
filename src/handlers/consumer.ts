import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { toAppError } from "../core/errors.ts";
import type { Logger } from "../core/ports.ts";
import type { Claim, Lane, Queue } from "../core/storage.ts";
import { describeError } from "./explain.ts";
import { createLease } from "./lease.ts";
import type { HeldClaim } from "./lease.ts";

/** Claims from one lane of the inbox as long as there is something, so many at once, and keeps their leases alive. */
export interface Consumer {
  start(): void;
  stop(drainMs: number): Promise<void>;
}

const claimRetryMs = 1_000;

export function createConsumer(options: {
  readonly queue: Queue;
  readonly lane: Lane;
  /** Claims under way at the same time. */
  readonly atOnce: number;
  readonly maxEntries: number;
  /** Who doesn't prolong a claim for so long has lost it. */
  readonly leaseMs: number;
  /** Resolves when there is time for more claims. */
  readonly calm: () => Promise<void>;
  /** Never rejects. */
  readonly run: (claim: HeldClaim, shutdown: AbortSignal) => Promise<void>;
  readonly log: Logger;
}): Consumer {
  const { queue, lane, atOnce, maxEntries, leaseMs, calm, run, log } = options;
  const owner = randomUUID();
  const shutdown = new AbortController();
  const running = new Map<HeldClaim, Promise<void>>();
  const clock = () => performance.now();
  let stopped = false;
  let pumping: Promise<void> | undefined;
  let again = false;
  let unsubscribe = () => {};
  let heartbeat: NodeJS.Timeout | undefined;

  async function pump(): Promise<void> {
    do {
      again = false;
      await calm();
      const free = atOnce - running.size;
      if (stopped || free <= 0) return;
      const claimedAt = clock();
      const claims = await claimSome(free);
      for (const claim of claims) begin(claim, claimedAt);
      again ||= claims.length === free;
    } while (again);
  }

  async function claimSome(limit: number): Promise<readonly Claim[]> {
    try {
      return await queue.claim({ owner, lane, leaseMs, limit, maxEntries });
    } catch (error) {
      if (!stopped) {
        log.error(describeError(toAppError(error)), "the inbox can't be read; trying again");
        await sleep(claimRetryMs, undefined, { signal: shutdown.signal }).catch(() => undefined);
        again = true;
      }
      return [];
    }
  }

  function begin(claim: Claim, claimedAt: number): void {
    const held = { ...claim, lease: createLease(queue, claim.token, { leaseMs, claimedAt, clock }) };
    const work = run(held, shutdown.signal).finally(() => {
      running.delete(held);
      wake();
    });
    running.set(held, work);
  }

  function wake(): void {
    again = true;
    if (stopped || pumping) return;
    pumping = pump().finally(() => {
      pumping = undefined;
      if (again && running.size < atOnce) wake();
    });
  }

  return {
    start() {
      unsubscribe = queue.onReady(wake);
      heartbeat = setInterval(() => {
        for (const { lease } of running.keys()) lease.extend().catch(() => undefined);
      }, leaseMs / 3);
      wake();
    },
    async stop(drainMs) {
      stopped = true;
      unsubscribe();
      await pumping;
      const deadline = setTimeout(() => shutdown.abort(), drainMs);
      await Promise.all(running.values());
      clearTimeout(deadline);
      clearInterval(heartbeat);
    },
  };
}
