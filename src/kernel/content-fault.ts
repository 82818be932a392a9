import { Fault } from "./fault.ts";
import type { ContentProblem } from "./problem.ts";

/** Content somebody sent is wrong, line by line. Over HTTP the problems stand beside the code. */
export class ContentFault extends Fault {
  readonly problems: readonly ContentProblem[];

  constructor(code: string, detail: string, problems: readonly ContentProblem[]) {
    super("invalid", code, detail, { problems: problems.length });
    this.problems = problems;
  }
}
