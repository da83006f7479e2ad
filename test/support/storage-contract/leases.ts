import { describe, expect, test, vi } from "vitest";
import type { OpenStorage } from "./factory.ts";

export function testLeases(open: OpenStorage): void {
  describe("leases", () => {
    test("one owner holds a name until it is released; each owner has a higher token", async () => {
      const { leases } = await open();
      const first = await leases.acquire("shard", "one", 60_000);
      expect(await leases.acquire("shard", "two", 60_000)).toBeUndefined();
      expect(await leases.acquire("other", "two", 60_000)).toBeDefined();
      expect(await leases.acquire("shard", "one", 60_000)).toBe(first);
      await leases.release("shard", (first ?? 0) - 1);
      expect(await leases.acquire("shard", "two", 60_000)).toBeUndefined();
      await leases.release("shard", first ?? 0);
      const second = await leases.acquire("shard", "two", 60_000);
      expect(second).toBeGreaterThan(first ?? Infinity);
      expect(await leases.renew("shard", second ?? 0, 60_000)).toBe(true);
      expect(await leases.renew("shard", first ?? 0, 60_000)).toBe(false);
      expect(await leases.renew("nothing", 1, 60_000)).toBe(false);
    });

    test("a lease that lapsed is anybody's, and is not renewed", async () => {
      const { leases } = await open();
      const first = await leases.acquire("shard", "one", 20);
      const second = await vi.waitUntil(() => leases.acquire("shard", "two", 60_000), { timeout: 10_000 });
      expect(second).toBeGreaterThan(first ?? Infinity);
      expect(await leases.renew("shard", first ?? 0, 60_000)).toBe(false);
      await leases.release("shard", first ?? 0);
      expect(await leases.acquire("shard", "three", 60_000)).toBeUndefined();
    });

    test("of many who ask at once, one gets it", async () => {
      const { leases } = await open();
      const tokens = await Promise.all(
        ["a", "b", "c", "d"].map((owner) => leases.acquire("shard", owner, 60_000)),
      );
      expect(tokens.filter((token) => token !== undefined)).toHaveLength(1);
    });
  });
}
