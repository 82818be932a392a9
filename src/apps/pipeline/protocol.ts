import type { ContentProblem, FieldScalar, Instant, JournalRecord, KhienEvent, LogSource } from "../../kernel/index.ts";
import type { Rule } from "../../modules/detection/matching.ts";
import type { SensorTally } from "../../modules/ingest/parsing.ts";
import type { EncodedEvents } from "../../modules/lake/encoding.ts";

/** What the pipeline thread is asked. */
export type Order =
  | { readonly kind: "rules"; readonly rules: readonly Rule[] }
  /** Something after this thread failed: encode the next batch as if it were the first. */
  | { readonly kind: "restart" }
  | { readonly kind: "batch"; readonly number: number; readonly records: readonly JournalRecord[] };

/** One rule match; `rule` is an index into the rules of the last `rules` order. */
export interface Match {
  readonly event: KhienEvent;
  readonly rule: number;
  /** Value of the field the rule groups its alerts by, when the event has it. */
  readonly groupBy?: { readonly field: string; readonly value: FieldScalar };
}

export interface SourceTally {
  readonly logsource: LogSource;
  readonly events: number;
  readonly lastAt: Instant;
}

export interface BatchDone {
  readonly kind: "batch";
  readonly number: number;
  /** The parsed events as the lake takes them: only what matched travels as objects. */
  readonly events: EncodedEvents;
  readonly matches: readonly Match[];
  readonly sensors: readonly SensorTally[];
  readonly sources: readonly SourceTally[];
}

export interface RulesDone {
  readonly kind: "rules";
  readonly count: number;
  readonly rejected: readonly ContentProblem[];
  readonly tookMs: number;
}

export type Answer = BatchDone | RulesDone | { readonly kind: "restart" };
