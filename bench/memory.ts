import { printResults } from "./result.ts";
import type { BenchResult } from "./result.ts";
import { costByLength } from "./turn.ts";

/** What remembering costs: turns of long and short conversations, with the summaries that the long ones give rise to. */
export async function run(): Promise<BenchResult[]> {
  return costByLength("summarise");
}

if (import.meta.main) printResults(await run());
