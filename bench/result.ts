/** One figure, beside what it is compared to in the same run. */
export interface BenchResult {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** As it is written in the issue, such as `≤ 400`. */
  readonly target?: string;
  readonly ok?: boolean;
  readonly comparedTo?: string;
  /** In the same unit. */
  readonly comparedValue?: number;
}

/** Prints one line a figure: its value, what it is compared to, its target, and whether that was met. */
export function printResults(results: readonly BenchResult[]): void {
  const width = Math.max(0, ...results.map((result) => result.name.length));
  for (const result of results) console.log(formatResult(result, width));
}

function formatResult(result: BenchResult, nameWidth: number): string {
  const { name, value, unit, target, ok, comparedTo, comparedValue } = result;
  const compared =
    comparedTo === undefined || comparedValue === undefined
      ? ""
      : `${comparedTo}: ${formatNumber(comparedValue)} ${unit}`;
  const verdict = ok === undefined ? "" : ok ? "ok" : "MISSED";
  const columns = [
    name.padEnd(nameWidth),
    `${formatNumber(value)} ${unit}`.padStart(16),
    (target === undefined ? "" : `target ${target}`).padEnd(16),
    verdict.padEnd(6),
    compared,
  ];
  return columns.join("  ").trimEnd();
}

function formatNumber(value: number): string {
  const fractionDigits =
    Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en-US", {
    maximumFractionDigits: fractionDigits,
    minimumFractionDigits: fractionDigits,
  });
}
