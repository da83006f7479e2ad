import { expect, it } from "vitest";

import type { ClaimToken } from "../../src/core/storage.ts";
import { createLease } from "../../src/handlers/lease.ts";

function leaseOf(holds: () => boolean) {
  let now = 0;
  let asked = 0;
  const extend = async () => {
    asked++;
    return holds();
  };
  const lease = createLease({ extend }, "1" as ClaimToken, { leaseMs: 100, claimedAt: 0, clock: () => now });
  return {
    lease,
    wait: (ms: number) => {
      now += ms;
    },
    asked: () => asked,
  };
}

it("is believed as long as nobody else can have the claim, without asking", async () => {
  const { lease, wait, asked } = leaseOf(() => true);
  wait(99);
  await lease.check();
  expect(asked()).toBe(0);
});

it("is asked for where the owner stood still for longer than it lasts", async () => {
  let holds = true;
  const { lease, wait, asked } = leaseOf(() => holds);
  wait(100);
  await lease.check();
  await lease.check();
  expect(asked()).toBe(1);
  expect(lease.lost.aborted).toBe(false);
  holds = false;
  wait(100);
  await expect(lease.check()).rejects.toMatchObject({ code: "superseded" });
  expect(lease.lost.aborted).toBe(true);
});

it("stays lost, and says so also where it was only to be prolonged", async () => {
  const { lease } = leaseOf(() => false);
  await lease.extend();
  await expect(lease.check()).rejects.toMatchObject({ code: "superseded" });
});
