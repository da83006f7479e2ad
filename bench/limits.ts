import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { openEmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import type { Storage } from "../src/core/storage.ts";
import { createModelLimits } from "../src/handlers/model-limits.ts";
import type { ModelLimits } from "../src/handlers/model-limits.ts";
import type { BenchResult } from "./result.ts";
import { percentile } from "./stats.ts";

const acquisitions = 60_000;
const atOnce = 2_000;
const silent = { debug: noop, info: noop, warn: noop, error: noop };

/** How many calls a second are let through where there is room, and whom a flood holds up where there is little. */
export async function run(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-limits-"));
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: silent });
  try {
    const perSecond = await measureThroughput(storage);
    const alone = await measureOthers(storage, "alone", 1);
    const flooded = await measureOthers(storage, "flooded", 100);
    return [
      {
        name: "calls let through",
        value: perSecond,
        unit: "/s",
        target: "≥ 20,000",
        ok: perSecond >= 20_000,
      },
      {
        name: "one channel asks 100 times as much: the others' p99",
        value: flooded,
        unit: "ms",
        target: "≤ 2×",
        ok: flooded <= 2 * alone,
        comparedTo: "it asks as much as they",
        comparedValue: alone,
      },
    ];
  } finally {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  }
}

async function measureThroughput(storage: Storage): Promise<number> {
  const limits = open(storage, { model: { requestsPerMinute: 1e8, tokensPerMinute: 1e8 } });
  const startedAt = performance.now();
  let left = acquisitions;
  await Promise.all(
    Array.from({ length: atOnce }, async (_, i) => {
      while (left-- > 0) await pass(limits, "model", `channel-${i % 20}`);
    }),
  );
  return acquisitions / ((performance.now() - startedAt) / 1000);
}

const others = 9;
const rounds = 6;
const everyMs = 250;

/** What the calls of nine channels wait that ask four times a second each, while a tenth asks so many times as much. */
async function measureOthers(storage: Storage, model: string, times: number): Promise<number> {
  const limits = open(storage, { [model]: { requestsPerMinute: 1e8 } }, 2);
  const waits: number[] = [];
  const over = new AbortController();
  const flood = Promise.all(
    Array.from({ length: times }, async () => {
      while (!over.signal.aborted) {
        await pass(limits, model, "loud");
        await pause(everyMs);
      }
    }),
  );
  for (let round = 0; round < rounds; round++) {
    const asked = Array.from({ length: others }, async (_, i) => {
      const startedAt = performance.now();
      await pass(limits, model, `channel-${i}`);
      waits.push(performance.now() - startedAt);
    });
    await Promise.all([...asked, pause(everyMs)]);
  }
  over.abort();
  await flood;
  return percentile(waits, 99);
}

/** `slowMs`: how long each step takes at least, as where the store is far away. */
function open(storage: Storage, rates: Readonly<Record<string, object>>, slowMs = 0): ModelLimits {
  return createModelLimits({
    counters: {
      async takeAll(takes) {
        if (slowMs > 0) await pause(slowMs);
        return storage.counters.takeAll(takes);
      },
    },
    rates,
    metrics: { modelWaited: noop },
    now: Date.now,
    sleep: (ms) => pause(ms, undefined, { ref: false }),
  });
}

async function pass(limits: ModelLimits, model: string, line: string): Promise<void> {
  for await (const _ahead of limits.wait({ model, line, tokens: 1 }, never)) noop();
}

const never = new AbortController().signal;

function noop(): void {}
