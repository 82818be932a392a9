/**
 * Correlation rules as data (Sigma correlation rules specification 2.1; boolean temporal conditions as approved for
 * 2.2 in SEP 198). What they mean in a stream: docs/sigma.md, "Correlations".
 */
import type { RuleMetadata } from "../rule.ts";

export type CorrelationType =
  | "event_count"
  | "value_count"
  | "temporal"
  | "temporal_ordered"
  | "value_sum"
  | "value_avg"
  | "value_percentile"
  | "value_median";

/** Plain data, like a Rule. */
export interface Correlation extends RuleMetadata {
  readonly kind: "correlation";
  readonly type: CorrelationType;
  /** The rules it looks at (detections or other correlations), as written: id or name. Order matters for `temporal_ordered`. */
  readonly rules: readonly RuleReference[];
  /** Fields (or aliases) whose values make a group; empty = one group for everything. */
  readonly groupBy: readonly string[];
  readonly aliases: readonly CorrelationAlias[];
  /** Length of the window, ms. */
  readonly timespanMs: number;
  readonly condition: CorrelationCondition;
  /** The referenced rules go on raising findings of their own (default: they do not). */
  readonly generate: boolean;
  /** How much later than others of its group an event may arrive and still count, ms; `x-khien.lateness`, else the default. */
  readonly latenessMs: number;
  /** Silence for a group after a finding, ms; `x-khien.suppress`, else the timespan. */
  readonly suppressMs: number;
}

/** A rule as a correlation or filter names it. */
export interface RuleReference {
  readonly text: string;
  readonly line: number;
}

/** One name for a field that is called differently in each referenced rule. */
export interface CorrelationAlias {
  readonly name: string;
  /** Field name by rule reference (as written in `rules`). */
  readonly fields: Readonly<Record<string, string>>;
}

export type CorrelationCondition =
  | {
      readonly kind: "threshold";
      /** Fields counted or summed: several are one combined key (`value_count` only). Empty for counts of events or rules. */
      readonly fields: readonly string[];
      /** 0–100, `value_percentile` only. */
      readonly percentile?: number;
      /** All must hold. At least one. */
      readonly bounds: readonly Bound[];
      readonly line: number;
    }
  /** Temporal kinds: which of the referenced rules must have been seen, by position in `rules`. */
  | { readonly kind: "boolean"; readonly expression: RuleExpression; readonly text: string; readonly line: number };

export interface Bound {
  readonly operator: "gt" | "gte" | "lt" | "lte" | "eq" | "neq";
  readonly value: number;
}

export type RuleExpression =
  | { readonly kind: "and" | "or"; readonly parts: readonly RuleExpression[] }
  | { readonly kind: "not"; readonly part: RuleExpression }
  | { readonly kind: "rule"; readonly index: number };
