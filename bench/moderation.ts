import { createNormalise } from "../src/core/moderation/normalise.ts";
import { idleStretch, watchLoop } from "./loop.ts";
import type { Watched } from "./loop.ts";
import type { BenchResult } from "./result.ts";
import { median } from "./stats.ts";
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
  const message = "Could you **please** look at the draft, it isn't quite finishеd (see page 3)?";
  const times: number[] = [];
  for (let i = 0; i < 2_000; i++) times.push((await watchLoop(() => normalise(message))).totalMs);
  const p99Ms = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;
  results.push({ name: "a usual message, p99", value: p99Ms, unit: "ms", target: "≤ 5", ok: p99Ms <= 5 });
  return results;
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
