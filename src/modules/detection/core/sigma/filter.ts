/**
 * Filters: Sigma documents that narrow other rules without touching their text (Sigma filters specification 2.1).
 * Exceptions made in the console are filters too, with an owner, a reason and an end.
 */
import type { RuleReference } from "./correlation/correlation.ts";
import type { Detection, RuleLogSource, RuleMetadata } from "./rule.ts";

export interface SigmaFilter extends RuleMetadata {
  readonly kind: "filter";
  readonly logsource: RuleLogSource;
  /** `any`: every rule of the log source. */
  readonly rules: "any" | readonly RuleReference[];
  /** The filter's own selections and condition. A rule matches only where this holds too, so the text usually reads `not selection`. */
  readonly detection: Detection;
}
