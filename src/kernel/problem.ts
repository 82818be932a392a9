/** One complaint about content (a rule, a scenario, a configuration): collected, never thrown one at a time. */
export interface ContentProblem {
  /** Path as the owner knows it, with `/` separators. */
  readonly file: string;
  /** 1-based; 0 when the whole file is meant. */
  readonly line: number;
  readonly column?: number;
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

export function formatProblem(problem: ContentProblem): string {
  const hint = problem.hint === undefined ? "" : ` (${problem.hint})`;
  return `${problem.file}:${problem.line}: ${problem.message}${hint}`;
}
