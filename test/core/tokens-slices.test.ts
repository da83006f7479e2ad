import { describe, expect, it } from "vitest";

import { createSlices } from "../../src/core/tokens/slices.ts";
import type { Steps } from "../../src/core/tokens/slices.ts";

describe("work in slices", () => {
  it("is done without a turn of the event loop where it fits into the slice", async () => {
    const turns = countTurns();
    expect(await createSlices(60_000).run(count("a", 1_000, []))).toBe("a");
    expect(turns.stop()).toBe(0);
  });

  it("gives others a turn of the event loop between two slices", async () => {
    const turns = countTurns();
    await createSlices(0).run(count("a", 50, []));
    expect(turns.stop()).toBeGreaterThanOrEqual(49);
  });

  it("takes turns, so that short work doesn't wait for long work to end", async () => {
    const steps: string[] = [];
    const slices = createSlices(0);
    await Promise.all([slices.run(count("long", 4, steps)), slices.run(count("short", 2, steps))]);
    expect(steps).toEqual(["long", "short", "long", "short", "long", "long"]);
  });

  it("shares one slice among all work of a turn", async () => {
    const slices = createSlices(1);
    const turns = countTurns();
    const busy = Array.from({ length: 30 }, () => slices.run(keepBusy(2)));
    await Promise.all(busy);
    expect(turns.stop()).toBeGreaterThanOrEqual(28);
  });

  it("has its whole slice again in a later turn", async () => {
    const slices = createSlices(1);
    await slices.run(keepBusy(2));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const turns = countTurns();
    await slices.run(count("a", 1, []));
    expect(turns.stop()).toBe(0);
  });

  it("that throws rejects its own promise, and the rest goes on", async () => {
    const slices = createSlices(0);
    const results = await Promise.allSettled([slices.run(fail()), slices.run(count("b", 3, []))]);
    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled"]);
  });
});

function* count(name: string, steps: number, taken: string[]): Steps<string> {
  for (let step = 1; step < steps; step++) {
    taken.push(name);
    yield;
  }
  taken.push(name);
  return name;
}

/** Longer than the slice by the same clock, whatever the machine is doing. */
function* keepBusy(ms: number): Steps<void> {
  const startedMs = performance.now();
  while (performance.now() - startedMs < ms);
  yield;
}

// oxlint-disable-next-line require-yield
function* fail(): Steps<void> {
  throw new Error("no");
}

function countTurns(): { stop(): number } {
  let turns = 0;
  let handle = setImmediate(turn);
  function turn(): void {
    turns++;
    handle = setImmediate(turn);
  }
  return {
    stop() {
      clearImmediate(handle);
      return turns;
    },
  };
}
