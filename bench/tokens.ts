import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";

import type { TokenCounter } from "../src/core/ports.ts";
import { createTokenCounter } from "../src/core/tokens.ts";
import { idleStretch, watchLoop } from "./loop.ts";
import type { Watched } from "./loop.ts";
import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { median } from "./stats.ts";
import { cutToBytes, readTexts, writeHostile, writeRandomStrings } from "./token-texts.ts";

const model = "gpt-4o";
const megabyte = 1_000_000;

/** Counting tokens: the same numbers as js-tiktoken, how fast, how soon ready, and how it bears hostile text. */
export async function run(): Promise<BenchResult[]> {
  const starts = [...(await measureStarts())];
  const tokens = await createTokenCounter();
  const tiktoken = new Tiktoken(o200k);
  const texts = await readTexts(megabyte);
  return [
    ...(await compareCounts(tokens, tiktoken, texts)),
    ...(await measureSpeeds(tokens, tiktoken, texts)),
    ...starts,
    ...(await measureHostile(tokens, tiktoken)),
  ];
}

function countWithTiktoken(tiktoken: Tiktoken, text: string): number {
  return tiktoken.encode(text, [], []).length;
}

/** js-tiktoken takes the time of a square on long runs: text is compared in parts of so many characters. */
const comparedChars = 5_000;

async function compareCounts(
  tokens: TokenCounter,
  tiktoken: Tiktoken,
  texts: Awaited<ReturnType<typeof readTexts>>,
): Promise<BenchResult[]> {
  const mixed = [
    cutToBytes(texts.English, 450_000),
    cutToBytes(texts.code, 450_000),
    cutToBytes(texts.CJK, 150_000),
  ];
  const parts = mixed.flatMap((text) => text.match(new RegExp(`.{1,${comparedChars}}`, "gs")) ?? []);
  const strings = writeRandomStrings(10_000);
  const bytes = mixed.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const differing = async (compared: readonly string[]): Promise<number> => {
    let count = 0;
    for (const text of compared)
      if ((await tokens.count(text, model)) !== countWithTiktoken(tiktoken, text)) count++;
    return count;
  };
  return [
    await countDiffering(`parts that differ, of ${(bytes / megabyte).toFixed(2)} MB of mixed text`, parts),
    await countDiffering(`strings that differ, of ${strings.length} random ones`, strings),
  ];

  async function countDiffering(name: string, compared: readonly string[]): Promise<BenchResult> {
    const value = await differing(compared);
    return {
      name,
      value,
      unit: "",
      target: "0",
      ok: value === 0,
      comparedTo: "parts",
      comparedValue: compared.length,
    };
  }
}

async function measureSpeeds(
  tokens: TokenCounter,
  tiktoken: Tiktoken,
  texts: Awaited<ReturnType<typeof readTexts>>,
): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const targets = { English: 5, code: undefined, CJK: 50 };
  for (const [kind, text] of Object.entries(texts)) {
    const sample = cutToBytes(text, kind === "CJK" ? 60_000 : 300_000);
    const own: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < 5; i++) {
      own.push(await bytesPerMs(text, () => tokens.count(text, model)));
      theirs.push(await bytesPerMs(sample, () => countWithTiktoken(tiktoken, sample)));
    }
    const [value, comparedValue] = [median(own) / 1_000, median(theirs) / 1_000];
    const least = targets[kind as keyof typeof targets];
    results.push({ name: `speed, ${kind}`, value, unit: "MB/s", comparedTo: "js-tiktoken", comparedValue });
    results.push({
      name: `times js-tiktoken's speed, ${kind}`,
      value: value / comparedValue,
      unit: "×",
      ...(least !== undefined && { target: `≥ ${least}`, ok: value / comparedValue >= least }),
    });
  }
  return results;
}

async function bytesPerMs(text: string, work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Buffer.byteLength(text) / (performance.now() - startedMs);
}

/** Both in a process of their own. What strips the types is loaded before: the service needs it anyway. */
const ownStart = `
  const { createTokenCounter } = await import("./src/core/tokens.ts");
  await (await createTokenCounter()).count("Hello", "gpt-4o");
`;
const theirStart = `
  const { Tiktoken } = await import("js-tiktoken/lite");
  const { default: ranks } = await import("js-tiktoken/ranks/o200k_base");
  new Tiktoken(ranks).encode("Hello");
`;

async function measureStarts(): Promise<BenchResult[]> {
  const own: Start[] = [];
  const theirs: Start[] = [];
  for (let i = 0; i < 5; i++) {
    own.push(await measureStart(ownStart));
    theirs.push(await measureStart(theirStart));
  }
  const figure = (name: string, unit: string, most: number, of: (start: Start) => number): BenchResult => {
    const value = median(own.map(of));
    const comparedValue = median(theirs.map(of));
    return {
      name,
      value,
      unit,
      target: `≤ ${most}`,
      ok: value <= most,
      comparedTo: "js-tiktoken",
      comparedValue,
    };
  };
  return [
    figure("ready to count", "ms", 400, (start) => start.readyMs),
    figure("memory when ready", "MB RSS", 60, (start) => start.rssMb),
  ];
}

interface Start {
  readonly readyMs: number;
  readonly rssMb: number;
}

async function measureStart(program: string): Promise<Start> {
  const measured = `
    await import("./src/core/tokens/models.ts");
    const rss = process.memoryUsage.rss();
    const startedMs = performance.now();
    ${program}
    const readyMs = performance.now() - startedMs;
    console.log(JSON.stringify({ readyMs, rssMb: (process.memoryUsage.rss() - rss) / 1e6 }));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", measured]);
  return JSON.parse(stdout) as Start;
}

async function measureHostile(tokens: TokenCounter, tiktoken: Tiktoken): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const idleMs = median([await idleStretch(), await idleStretch(), await idleStretch()]);
  for (const [kind, text] of Object.entries(writeHostile(megabyte))) {
    const runs: Watched[] = [];
    for (let i = 0; i < 5; i++) runs.push(await watchLoop(() => tokens.count(text, model)));
    const totalMs = median(runs.map((each) => each.totalMs));
    const stretchMs = median(runs.map((each) => each.stretchMs));
    results.push(
      {
        name: `1 MB, ${kind}: in all`,
        value: totalMs,
        unit: "ms",
        target: "≤ 1000",
        ok: totalMs <= 1_000,
        comparedTo: "js-tiktoken on 1 kB of it",
        comparedValue: timeTiktoken(tiktoken, cutToBytes(text, 1_000)),
      },
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
  return results;
}

function timeTiktoken(tiktoken: Tiktoken, text: string): number {
  const startedMs = performance.now();
  countWithTiktoken(tiktoken, text);
  return performance.now() - startedMs;
}

if (import.meta.main) printResults(await run());
