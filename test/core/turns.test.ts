import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";

import { createTurns } from "../../src/core/turns.ts";

const never = new AbortController().signal;
const realTurns = () => createTurns(() => performance.now());

describe("the turns of calls under one rate", () => {
  it("are many at once as long as nobody was asked to wait", async () => {
    const turns = realTurns();
    await Promise.all(Array.from({ length: 50 }, () => turns.take(never)));
    expect(turns.isFree()).toBe(true);
  });

  it("come one at a time, in order, after the service asked to wait, and none before", async () => {
    const turns = realTurns();
    const told = performance.now();
    turns.hold(60);
    const taken: { readonly who: number; readonly afterMs: number }[] = [];
    let underWay = 0;
    await Promise.all(
      [0, 1, 2, 3].map(async (who) => {
        const end = await turns.take(never);
        expect(++underWay).toBe(1);
        taken.push({ who, afterMs: performance.now() - told });
        await sleep(5);
        underWay--;
        end();
      }),
    );
    expect(taken.map(({ who }) => who)).toEqual([0, 1, 2, 3]);
    expect(Math.min(...taken.map(({ afterMs }) => afterMs))).toBeGreaterThanOrEqual(60);
  });

  it("wait again when the one that went ahead was refused too", async () => {
    const turns = realTurns();
    turns.hold(20);
    const end = await turns.take(never);
    const next = turns.take(never);
    const told = performance.now();
    turns.hold(60);
    end();
    await next;
    expect(performance.now() - told).toBeGreaterThanOrEqual(60);
  });

  it("are not free for what can be left out while somebody waits or went ahead", async () => {
    const turns = realTurns();
    turns.hold(20);
    expect([turns.isFree(), turns.heldMs() > 0]).toEqual([false, true]);
    const [first, second] = [turns.take(never), turns.take(never)];
    const endFirst = await first;
    expect([turns.isFree(), turns.heldMs()]).toEqual([false, 0]);
    endFirst();
    const endSecond = await second;
    expect(turns.isFree()).toBe(false);
    endSecond();
    expect(turns.isFree()).toBe(true);
  });

  it("keep to the longer of two waits", () => {
    const turns = createTurns(() => 0);
    turns.hold(30_000);
    turns.hold(1_000);
    expect(turns.heldMs()).toBe(30_000);
  });

  it("are given up with the signal", async () => {
    const turns = realTurns();
    turns.hold(60_000);
    const given = new AbortController();
    const turn = turns.take(given.signal);
    given.abort();
    await expect(turn).rejects.toMatchObject({ name: "AbortError" });
    expect(turns.heldMs()).toBeGreaterThan(0);
  });

  it("are at once again when the service has asked nothing for a while", () => {
    let at = 0;
    const turns = createTurns(() => at);
    turns.hold(1_000);
    at += 1_000;
    expect(turns.isIdle()).toBe(false);
    at += 10_000;
    expect([turns.isIdle(), turns.isFree()]).toEqual([true, true]);
  });
});
