/** One thing that is wrong, in words that repeat no value: values may be secrets. */
export interface Problem {
  /** `PORT`, or `parley.yaml line 4: model.timeoutMs`. */
  readonly where: string;
  readonly wrong: string;
  /** What would be right there, as one would write it. */
  readonly example?: string;
}

/** All problems as one text, a line for each. */
export function listProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const lines = problems.map(
    ({ where, wrong, example }) =>
      `- ${where}: ${wrong}.${example === undefined ? "" : ` Right would be: ${example}`}`,
  );
  return [`The configuration has ${count}:`, ...lines].join("\n");
}
