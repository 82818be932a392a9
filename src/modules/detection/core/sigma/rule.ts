import type { Fields, LogSource, Severity } from "../../../../kernel/index.ts";
import type { Condition } from "./parse/condition.ts";
import type { Pattern } from "./pattern.ts";
import type { RegexFlags } from "./regex.ts";

/** What the matcher needs of an event; a KhienEvent is one. */
export interface SigmaEvent {
  readonly logsource: LogSource;
  readonly fields: Fields;
  readonly raw: string;
  /**
   * True promises that every text among the values stands in `raw`, as it is or as JSON writes it. It changes no
   * finding; keywords are then looked for in one pass over `raw`.
   */
  readonly verbatim?: boolean | undefined;
}

/** What every Sigma document says of itself. The Detection Rule License asks every alert to name the author. */
export interface RuleMetadata {
  /** The document's own id, or `sigma-<version>` when it states none. */
  readonly id: string;
  readonly title: string;
  readonly name?: string;
  readonly status?: string;
  /** `medium` when the document states none. */
  readonly level: Severity;
  readonly description?: string;
  readonly author?: string;
  readonly licence?: string;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly falsepositives: readonly string[];
  readonly fields: readonly string[];
  readonly related: readonly RelatedRule[];
  readonly taxonomy: string;
  readonly date?: string;
  readonly modified?: string;
  readonly file: string;
  /** 1-based line where the document starts. */
  readonly line: number;
  /** Hash of the text the rule came from: a changed rule is another version. */
  readonly version: string;
  /** Top-level attributes starting with `x-` or `custom`, as plain JSON values. */
  readonly extras: Readonly<Record<string, unknown>>;
}

/** One detection rule, parsed and checked (specification 2.1). Plain data: it can be cached as JSON and sent to a worker. */
export interface Rule extends RuleMetadata {
  readonly kind: "detection";
  readonly logsource: RuleLogSource;
  readonly detection: Detection;
}

export interface RelatedRule {
  readonly id: string;
  readonly type: string;
}

export interface RuleLogSource extends LogSource {
  readonly definition?: string;
  readonly line: number;
}

export interface Detection {
  readonly selections: readonly Selection[];
  /** Several conditions are alternatives (OR). */
  readonly conditions: readonly RuleCondition[];
}

export interface RuleCondition {
  readonly text: string;
  readonly line: number;
  readonly expression: Condition;
}

export interface Selection {
  readonly name: string;
  readonly line: number;
  readonly body: SelectionNode;
}

/** Map = all, list of maps = any, list of strings = any over the whole event (specification 2.1, "Search-Identifier"). */
export type SelectionNode =
  | { readonly kind: "all"; readonly nodes: readonly SelectionNode[] }
  | { readonly kind: "any"; readonly nodes: readonly SelectionNode[] }
  | { readonly kind: "item"; readonly item: DetectionItem };

/** One `field|modifiers: values` line (or one keyword list: `field` absent). */
export interface DetectionItem {
  readonly field?: string;
  /** Line of the key in the rule text. */
  readonly line: number;
  /** `field|modifier…` as written; empty for keyword lists. */
  readonly key: string;
  /** How the tests combine: `all` is the modifier of that name. */
  readonly link: "any" | "all";
  /** Modifier `neq`: the item holds when the tests do not. */
  readonly negated: boolean;
  readonly tests: readonly ValueTest[];
}

/** One value after all its modifiers. `any` holds the variants one value expands to (base64offset, placeholders). */
export type ValueTest =
  | { readonly kind: "pattern"; readonly pattern: Pattern; readonly cased: boolean; readonly line: number }
  | { readonly kind: "number"; readonly value: number; readonly text: string; readonly line: number }
  | { readonly kind: "boolean"; readonly value: boolean; readonly line: number }
  | { readonly kind: "null"; readonly line: number }
  | { readonly kind: "exists"; readonly present: boolean; readonly line: number }
  | { readonly kind: "regex"; readonly source: string; readonly flags: RegexFlags; readonly line: number }
  | { readonly kind: "cidr"; readonly network: string; readonly line: number }
  | { readonly kind: "compare"; readonly operator: CompareOperator; readonly value: number; readonly line: number }
  | {
      readonly kind: "time";
      readonly unit: TimeUnit;
      readonly operator: TimeOperator;
      readonly value: number;
      readonly line: number;
    }
  | {
      readonly kind: "fieldref";
      readonly field: string;
      readonly mode: "equals" | "contains" | "startswith" | "endswith";
      readonly cased: boolean;
      /** With `neq`: both fields must be there and differ. */
      readonly differs: boolean;
      readonly line: number;
    }
  | { readonly kind: "placeholder"; readonly value: PlaceholderValue; readonly line: number }
  | { readonly kind: "any"; readonly tests: readonly ValueTest[]; readonly line: number };

/** A value of the modifier `expand`: `%name%` is filled when the rules are compiled, then the modifiers run. */
export interface PlaceholderValue {
  readonly text: string;
  readonly names: readonly string[];
  readonly modifiers: readonly string[];
}

export type CompareOperator = "gt" | "gte" | "lt" | "lte";
export type TimeOperator = CompareOperator | "eq";
export type TimeUnit = "minute" | "hour" | "day" | "week" | "month" | "year";

/** Values for `%placeholders%`, by name without the percent signs. */
export type Placeholders = Readonly<Record<string, readonly (string | number)[]>>;
