import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

import { openEmbeddedStorage } from "../src/adapters/storage/embedded/storage.ts";
import { createNormalise } from "../src/core/moderation/normalise.ts";
import { createWordList } from "../src/core/moderation/word-list.ts";
import type { InputText } from "../src/core/moderation/input.ts";
import type { Logger } from "../src/core/ports.ts";
import { createModerate } from "../src/handlers/moderate.ts";
import { idleStretch, watchLoop } from "./loop.ts";
import type { Watched } from "./loop.ts";
import type { BenchResult } from "./result.ts";
import { median, percentile } from "./stats.ts";
import { cutToBytes, readTexts, writeHostile } from "./token-texts.ts";

const megabyte = 1_000_000;

/** Reading a text in every way in which it is judged: how long in all, and how long it keeps other work waiting. */
export async function run(): Promise<BenchResult[]> {
  const normalise = createNormalise();
  const idleMs = median([await idleStretch(), await idleStretch(), await idleStretch()]);
  const texts = { ...(await readTexts(megabyte)), ...writeHostile(megabyte), ...writeEncoded(megabyte) };
  const results: BenchResult[] = [];
  for (const [kind, text] of Object.entries(texts)) {
    const runs: Watched[] = [];
    for (let i = 0; i < 3; i++) runs.push(await watchLoop(() => normalise(text)));
    const stretchMs = median(runs.map((each) => each.stretchMs));
    results.push(
      { name: `1 MB, ${kind}: in all`, value: median(runs.map((each) => each.totalMs)), unit: "ms" },
      {
        name: `1 MB, ${kind}: longest stretch`,
        value: stretchMs,
        unit: "ms",
        target: "≤ 20",
        ok: stretchMs <= 20,
        comparedTo: "idle loop",
        comparedValue: idleMs,
      },
    );
  }
  return [...results, ...(await measureGate())];
}

/** What the readers of encodings stumble over, if anything. */
function writeEncoded(bytes: number): Readonly<Record<string, string>> {
  const run = (unit: string): string => cutToBytes(unit.repeat(Math.ceil(bytes / unit.length)), bytes);
  return {
    "hex of hex": run(Buffer.from(Buffer.from("kill them all ").toString("hex")).toString("hex")),
    "percent signs": run("%25"),
    "percent signs alone": run("%"),
    ampersands: run("&#"),
    "spaced letters": run("k i l l "),
    "dots and dashes": run("-.- .. / "),
    "zeros and ones": run("01101011 "),
    "character codes": run("107 105 "),
    "base64 of base64": run(Buffer.from(Buffer.from("kill them all").toString("base64")).toString("base64")),
    "ligatures of a whole sentence": run("\ufdfa"),
    "combining marks alone": run("\u0301"),
    "tag characters": run("\u{e006b}"),
    "zero-width spaces": run("a\u200b"),
    stars: run("*"),
    ROT13: run("gur xvyy lbh "),
  };
}

/** What the gate adds to a provider that answers at once: usual messages one after the other, new ones and known ones. */
async function measureGate(): Promise<BenchResult[]> {
  const dir = await mkdtemp(join(tmpdir(), "parley-bench-"));
  const storage = await openEmbeddedStorage({ dir, now: Date.now, log: silent });
  try {
    const gate = () =>
      createModerate({
        model: { classify: async (texts) => ({ results: texts.map(() => ({})) }) },
        normalise: createNormalise(),
        findWords: createWordList({ block: ["project heron"], flag: [] }),
        scoredBy: "bench",
        policyFor: async () => ({}),
        note: async () => undefined,
        cache: storage.cache,
        cacheTtlMs: 3_600_000,
        metrics: { judged: () => undefined },
        log: silent,
      });
    const first = gate();
    const place = { platform: "playground" } as Parameters<typeof first>[1];
    const never = new AbortController().signal;
    const timeAll = async (moderate: typeof first): Promise<number[]> => {
      const times: number[] = [];
      for (let i = 0; i < messages; i++) {
        const input: InputText = { kind: "message", id: `${i}`, text: messageOf(i) };
        const startedAt = performance.now();
        await moderate([input], place, never);
        times.push(performance.now() - startedAt);
      }
      return times;
    };
    const fresh = await timeAll(first);
    // The verdicts are written behind.
    await storage.cache.set("written", true);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const known = await timeAll(first);
    const stored = await timeAll(gate());
    const p99Ms = percentile(fresh, 99);
    const knownMs = percentile(known, 50);
    return [
      { name: "the gate, a new message, p99", value: p99Ms, unit: "ms", target: "≤ 5", ok: p99Ms <= 5 },
      {
        name: "the gate, a known message, median",
        value: knownMs,
        unit: "ms",
        target: "≤ 1",
        ok: knownMs <= 1,
      },
      {
        name: "the gate, a known message after a restart, median",
        value: percentile(stored, 50),
        unit: "ms",
      },
    ];
  } finally {
    await storage.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** As many as are remembered without the cache. */
const messages = 500;

function messageOf(i: number): string {
  return `Could you **please** look at draft ${i}, it isn't quite finishеd (see page 3)? `.repeat(3);
}

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
