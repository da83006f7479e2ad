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
  const lines = problems.map((problem) => `- ${writeProblem(problem)}`);
  return [`The configuration has ${count}:`, ...lines].join("\n");
}

/** One problem in a sentence or two. */
export function writeProblem({ where, wrong, example }: Problem): string {
  return `${where}: ${wrong}.${example === undefined ? "" : ` Right would be: ${example}`}`;
}
