import { describe, expect, test, vi } from "vitest";
import type { OpenStorage } from "./factory.ts";

export function testCache(open: OpenStorage): void {
  describe("cache", () => {
    test("values come back, one or many, until they are deleted", async () => {
      const { cache } = await open();
      await cache.set("a", { flagged: false, scores: [0.1] });
      await cache.set("b", "text");
      expect(await cache.get("a")).toEqual({ flagged: false, scores: [0.1] });
      expect(await cache.get(["b", "none"])).toEqual(["text", undefined]);
      expect([await cache.has("a"), await cache.has("none")]).toEqual([true, false]);
      expect([await cache.delete("a"), await cache.delete("a")]).toEqual([true, false]);
      expect(await cache.get("a")).toBeUndefined();
      await cache.clear();
      expect(await cache.get("b")).toBeUndefined();
    });

    test("a value lives for as long as it was given", async () => {
      const { cache } = await open();
      await cache.set("short", 1, 10);
      await cache.set("long", 2, 3_600_000);
      await vi.waitFor(async () => expect(await cache.get("short")).toBeUndefined());
      expect(await cache.get("long")).toBe(2);
    });
  });
}
