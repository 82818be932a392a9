import type { Severity } from "../../kernel/index.ts";
import type { Correlation, Rule, SigmaFilter } from "./core/sigma/index.ts";

/** Everything that decides what is found, as the library hands it to matching threads. Plain data. */
export interface ActiveDetection {
  /** Detection rules that run, in a stable order. */
  readonly rules: readonly Rule[];
  readonly correlations: readonly Correlation[];
  /** Imported filters that are on, and exceptions made here. */
  readonly filters: readonly SigmaFilter[];
  readonly suppressions: readonly RuleSuppression[];
  /** Severity this installation gives a rule instead of its own, by rule id. */
  readonly levels: Readonly<Record<string, Severity>>;
}

/** One finding of the rule per window and per value of these fields; the others are counted, not raised. */
export interface RuleSuppression {
  readonly ruleId: string;
  /** Native field names; empty = all findings of the rule share one window. */
  readonly fields: readonly string[];
  readonly windowMs: number;
}

export const NOTHING_ACTIVE: ActiveDetection = {
  rules: [],
  correlations: [],
  filters: [],
  suppressions: [],
  levels: {},
};
