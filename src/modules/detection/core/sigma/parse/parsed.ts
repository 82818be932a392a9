import type { ContentProblem } from "../../../../../kernel/index.ts";
import type { Correlation } from "../correlation/correlation.ts";
import type { SigmaFilter } from "../filter.ts";
import type { Rule } from "../rule.ts";

/** What became of one text: the good documents, and what is wrong with the rest. */
export interface ParsedRules {
  readonly rules: readonly Rule[];
  readonly correlations: readonly Correlation[];
  readonly filters: readonly SigmaFilter[];
  readonly problems: readonly ContentProblem[];
  /** Documents that hold nothing. */
  readonly skipped: readonly SkippedDocument[];
}

export interface SkippedDocument {
  readonly file: string;
  readonly line: number;
  readonly kind: "empty";
  readonly title?: string;
  readonly id?: string;
}
