import { fork } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";

import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";

/**
 * `npm run bench`, or `npm run bench -- tokens storage`: each bench in a process of its own, so that none warms or burdens
 * another. Prints the figures beside what they are compared to, and writes them to bench/results.
 */
const benches = {
  tokens: () => import("./tokens.ts"),
  moderation: () => import("./moderation.ts"),
  storage: () => import("./storage.ts"),
  turn: () => import("./turn.ts"),
  memory: () => import("./memory.ts"),
  platforms: () => import("./platforms.ts"),
  start: () => import("./start.ts"),
  commands: () => import("./commands.ts"),
  delivery: () => import("./delivery.ts"),
  costs: () => import("./costs.ts"),
  limits: () => import("./limits.ts"),
  vectors: () => import("./vectors.ts"),
  visibility: () => import("./visibility.ts"),
  indexing: () => import("./indexing.ts"),
  retrieval: () => import("./retrieval.ts"),
} as const;

type BenchName = keyof typeof benches;

const [first, ...others] = process.argv.slice(2);
if (first === "--in-child") {
  const { run } = await benches[others[0] as BenchName]();
  const results = await run();
  process.send?.(results, () => process.exit(0));
} else {
  await runAll(first === undefined ? Object.keys(benches) : [first, ...others]);
}

async function runAll(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) {
    console.error(
      `There is no bench named ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}.`,
    );
    process.exitCode = 1;
    return;
  }
  const results: Record<string, readonly BenchResult[]> = {};
  for (const name of names) {
    console.log(`\n${name}`);
    const measured = await runInChild(name);
    if (measured === undefined) {
      console.error(`${name} broke off.`);
      process.exitCode = 1;
      continue;
    }
    printResults(measured);
    results[name] = measured;
  }
  const folder = new URL("./results/", import.meta.url);
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString();
  const file = new URL(`${at.replaceAll(":", "-")}.json`, folder);
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: cpus().length };
  await writeFile(file, `${JSON.stringify({ at, ...machine, results }, null, 2)}\n`);
  console.log(`\nWritten to bench/results/${file.pathname.split("/").at(-1)}`);
}

function runInChild(name: string): Promise<readonly BenchResult[] | undefined> {
  return new Promise((resolve) => {
    const child = fork(import.meta.filename, ["--in-child", name]);
    let results: readonly BenchResult[] | undefined;
    child.on("message", (message) => (results = message as readonly BenchResult[]));
    child.on("exit", () => resolve(results));
  });
}
