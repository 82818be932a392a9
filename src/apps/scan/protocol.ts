import type { ContentProblem, Fields, Instant } from "../../kernel/index.ts";
import type {
  Correlation,
  CorrelationFinding,
  CorrelationPlan,
  LogSourceMap,
  PackedRule,
  Placeholders,
  ReadRuleFile,
  Rule,
  RuleFile,
  SigmaFilter,
} from "../../modules/detection/matching.ts";
import type { ByteRange } from "../../modules/ingest/parsing.ts";

/** What can be found: rules on one event, and correlations on several. */
export type ScanRule = Rule | Correlation;

/** What a scan runs, and what of it is reported. */
export interface ScanPlan {
  /** Detection rules to match: those reported, and those only correlations look at. */
  readonly rules: readonly Rule[];
  readonly filters: readonly SigmaFilter[];
  readonly plan: CorrelationPlan;
  /** Ids of rules whose matches are no findings: a correlation speaks for them, or their level is too low. */
  readonly quiet: ReadonlySet<string>;
  /** Everything that can be found. Findings name it by its place here: the rules first, as above. */
  readonly findable: readonly ScanRule[];
  /** Correlations that cannot run as they are. */
  readonly rejected: readonly ContentProblem[];
}

/** What all threads of a scan are given. Its rules come from `loadRules`, which has checked them. */
export interface ScanSetup extends Omit<ScanPlan, "findable" | "rejected"> {
  readonly logSourceMap: LogSourceMap;
  readonly since: Instant | null;
  readonly until: Instant | null;
}

/**
 * What a scan thread is given before its first part, as `v8.serialize` writes it. Threads start before the rules have
 * been read, and what they are given is written once for all of them.
 */
export interface WrittenSetup extends Omit<ScanSetup, "rules"> {
  readonly rules: readonly PackedRule[];
}

/** Before the setup, while the threads have nothing else to do: rule files to read, answered by `rules`. */
export interface RulesOrder {
  readonly files: readonly RuleFile[];
  readonly placeholders: Placeholders;
}

/** One file, or part of one, to read; answered by any number of `progress`, `problems` and `findings` and one `done`. */
export interface ScanOrder {
  readonly number: number;
  readonly path: string;
  readonly range?: ByteRange | undefined;
}

/** A correlation that came true in what was scanned. */
export interface ScanCorrelation {
  readonly group: CorrelationFinding["group"];
  readonly from: Instant;
  readonly to: Instant;
  readonly count: number;
  /** What was compared with the condition: count, sum … */
  readonly value: number;
  /** Where they were read, in time order; the last one completed it. May be fewer than `count`. */
  readonly events: readonly {
    readonly file: string;
    readonly line: number;
    readonly time: Instant;
    readonly ruleId: string;
  }[];
}

/** One rule match: `rule` is an index into what can be found, the setup's rules first. */
export interface ScanFinding {
  readonly rule: number;
  readonly file: string;
  readonly line: number;
  readonly time: Instant;
  readonly timeMissing: boolean;
  readonly host: string | null;
  readonly fields: Fields;
  /** Of a match that a correlation looks at: which of the plan's inputs it is, and the values asked for. */
  readonly correlates?: { readonly input: number; readonly values: readonly (string | number | null)[] };
  /** Only looked at, not reported. */
  readonly quiet?: true;
  /** When several events together are the finding; file and line are those of the last. */
  readonly correlation?: ScanCorrelation;
}

export interface ScanProblem {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

export type ScanAnswer =
  | { readonly kind: "rules"; readonly read: readonly ReadRuleFile<PackedRule>[] }
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly number: number; readonly bytes: number; readonly events: number }
  | { readonly kind: "findings"; readonly number: number; readonly findings: readonly ScanFinding[] }
  | { readonly kind: "problems"; readonly number: number; readonly problems: readonly ScanProblem[] }
  | {
      readonly kind: "done";
      readonly number: number;
      readonly events: number;
      readonly unparsed: number;
      readonly outsideTime: number;
      /** Lines of a part: findings of the parts after it are counted from there. */
      readonly lines: number;
    };
