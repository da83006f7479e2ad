import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { openEmbeddedStorage } from "../../src/adapters/storage/embedded/storage.ts";
import type { ModelRates } from "../../src/core/rate-limit.ts";
import type { Storage } from "../../src/core/storage.ts";
import { createModelLimits } from "../../src/handlers/model-limits.ts";
import { createMemoryLog } from "../support/log.ts";

let dir: string;
let storage: Storage;
let clockMs = Date.UTC(2026, 10, 23);
const sleepers = new Set<{ readonly at: number; wake(): void }>();
const metrics = { modelWaited: () => undefined };

/** Time goes on only when everybody sleeps. */
function sleep(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sleeper = {
    at: clockMs + ms,
    wake() {
      sleepers.delete(sleeper);
      resolve();
    },
  };
  sleepers.add(sleeper);
  return promise;
}

const takesUnderWay = new Set<symbol>();
/** Of the real store; no time passes while it is asked. */
const counters: Pick<Storage["counters"], "takeAll"> = {
  async takeAll(takes) {
    const take = Symbol("take");
    takesUnderWay.add(take);
    try {
      return await storage.counters.takeAll(takes);
    } finally {
      takesUnderWay.delete(take);
    }
  },
};

/** Runs work until it is done, on a clock of its own. */
async function letTimePass<T>(work: Promise<T>): Promise<T> {
  const state = { isDone: false };
  const ended = work.finally(() => {
    state.isDone = true;
  });
  ended.catch(() => undefined);
  while (!state.isDone) {
    do await nextTurn();
    while (takesUnderWay.size > 0);
    const next = [...sleepers].toSorted((a, b) => a.at - b.at)[0];
    if (next === undefined || state.isDone) continue;
    clockMs = Math.max(clockMs, next.at);
    next.wake();
  }
  return ended;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "parley-limits-"));
  storage = await openEmbeddedStorage({ dir, now: () => clockMs, log: createMemoryLog() });
});
afterAll(async () => {
  await storage.close();
  await rm(dir, { recursive: true, force: true });
});

const open = (rates: Readonly<Record<string, ModelRates>>) =>
  createModelLimits({ counters, rates, metrics, now: () => clockMs, sleep });

async function pass(
  limits: ReturnType<typeof open>,
  call: { model: string; line: string; tokens: number },
  said: number[] = [],
): Promise<number> {
  for await (const ahead of limits.wait(call, new AbortController().signal)) said.push(ahead);
  return clockMs;
}

describe("the limits of a model", () => {
  it("hold in every minute, for all instances together, whoever asks when and for how much", async () => {
    let model = 0;
    const call = fc.record({
      line: fc.constantFrom("a", "b", "c"),
      tokens: fc.integer({ min: 1, max: 40 }),
      afterMs: fc.nat(30_000),
      instance: fc.nat(1),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 25 }), async (calls) => {
        const name = `m${++model}`;
        const rates = { [name]: { requestsPerMinute: 5, tokensPerMinute: 100 } };
        const instances = [open(rates), open(rates)];
        const passed: { readonly at: number; readonly tokens: number }[] = [];
        await letTimePass(
          Promise.all(
            calls.map(async ({ line, tokens, afterMs, instance }) => {
              await sleep(afterMs);
              const limits = instances[instance];
              if (limits) passed.push({ at: await pass(limits, { model: name, line, tokens }), tokens });
            }),
          ),
        );
        expect(passed).toHaveLength(calls.length);
        for (const { at } of passed) {
          const within = passed.filter((each) => each.at > at - 60_000 && each.at <= at);
          expect(within.length).toBeLessThanOrEqual(5);
          expect(within.reduce((sum, { tokens }) => sum + tokens, 0)).toBeLessThanOrEqual(100);
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it("keep nobody waiting for the flood of another channel", async () => {
    const limits = open({ flooded: { requestsPerMinute: 2 } });
    const flood = Array.from({ length: 12 }, () => pass(limits, { model: "flooded", line: "a", tokens: 1 }));
    const start = clockMs;
    const other = pass(limits, { model: "flooded", line: "b", tokens: 1 });
    const [at] = await letTimePass(Promise.all([other, ...flood]));
    expect((at ?? 0) - start).toBeLessThanOrEqual(60_000);
    expect(clockMs - start).toBeGreaterThan(5 * 60_000);
  });

  it("tell who waits for longer than two seconds how many are ahead, and only where that changes", async () => {
    const limits = open({ slow: { requestsPerMinute: 1 } });
    const said: number[][] = [[], [], []];
    await letTimePass(
      Promise.all(said.map((each) => pass(limits, { model: "slow", line: "a", tokens: 1 }, each))),
    );
    expect(said).toEqual([[], [0], [1, 0]]);
  });

  it("are learned from what the service says, and a refusal holds everybody up", async () => {
    const limits = open({ taught: { requestsPerMinute: 100 } });
    limits.heard("taught", { requestsPerMinute: 1 });
    const start = clockMs;
    await letTimePass(Promise.all([1, 2].map(() => pass(limits, { model: "taught", line: "a", tokens: 1 }))));
    expect(clockMs - start).toBeGreaterThanOrEqual(60_000);
    const unlimited = open({});
    unlimited.refused("busy", 7_000);
    const refusedAt = clockMs;
    const at = await letTimePass(pass(unlimited, { model: "busy", line: "a", tokens: 1 }));
    expect(at - refusedAt).toBeGreaterThanOrEqual(7_000);
    expect(await pass(unlimited, { model: "busy", line: "a", tokens: 1 })).toBe(at);
  });

  it("let go of whoever gives up", async () => {
    const limits = open({ left: { requestsPerMinute: 1 } });
    await letTimePass(pass(limits, { model: "left", line: "a", tokens: 1 }));
    const leaving = new AbortController();
    const call = { model: "left", line: "a", tokens: 1 };
    const waiting = limits.wait(call, leaving.signal)[Symbol.asyncIterator]();
    const next = waiting.next();
    leaving.abort();
    await expect(next).rejects.toMatchObject({ code: "aborted" });
    await letTimePass(pass(limits, call));
  });
});
