import { describe, expect, test, vi } from "vitest";
import type { OpenStorage } from "./factory.ts";

export function testSignals(open: OpenStorage): void {
  describe("signals", () => {
    test("every listener of a topic hears what is published, until it leaves", async () => {
      const { signals } = await open();
      const heard: unknown[] = [];
      const leave = await signals.subscribe("stop", (payload) => heard.push(["one", payload]));
      await signals.subscribe("stop", (payload) => heard.push(["two", payload]));
      await signals.subscribe("settings", (payload) => heard.push(["other", payload]));
      await signals.publish("stop", { message: "m1" });
      await vi.waitFor(() => expect(heard).toHaveLength(2));
      expect(heard).toEqual(
        expect.arrayContaining([
          ["one", { message: "m1" }],
          ["two", { message: "m1" }],
        ]),
      );
      await leave();
      await signals.publish("stop", "again");
      await vi.waitFor(() => expect(heard).toHaveLength(3));
      expect(heard[2]).toEqual(["two", "again"]);
    });

    test("a listener that throws keeps nobody else from hearing", async () => {
      const { signals } = await open();
      const heard: unknown[] = [];
      await signals.subscribe("stop", () => {
        throw new Error("broken listener");
      });
      await signals.subscribe("stop", (payload) => heard.push(payload));
      await signals.publish("stop", 1);
      await vi.waitFor(() => expect(heard).toEqual([1]));
    });
  });
}
