/** What goes into and comes out of a running correlation; plain data, so that it crosses threads. */

/** One match of a rule some correlation looks at, in journal order. */
export interface CorrelationInput {
  /** Index into the plan's `inputs`. */
  readonly input: number;
  /** Event time, ms. */
  readonly time: number;
  /** When the record arrived, ms; never decreases by more than clock corrections. */
  readonly receivedAt: number;
  /** Deterministic id of the event: the same event twice counts once. */
  readonly eventId: string;
  /** Events of an exercise never meet real ones. */
  readonly exerciseId?: string;
  /** One per `fields` of the plan's input: the event's value as text, null when it has none. */
  readonly values: readonly (string | number | null)[];
  /** What a finding needs to know of the event that completes it; opaque to the correlator. */
  readonly anchor: unknown;
}

/** What the matching side must deliver for one rule. */
export interface PlanInput {
  readonly ruleId: string;
  /** Field names as the rule's events have them, in the order `values` must follow. */
  readonly fields: readonly string[];
}

/** A correlation that came true. */
export interface CorrelationFinding {
  /** Derives from correlation, version, group and the events that made it true: the same again is the same finding. */
  readonly id: string;
  readonly correlationId: string;
  readonly version: string;
  /** Group-by names and values, as first seen. */
  readonly group: readonly { readonly field: string; readonly value: string }[];
  /** Event time of the first and last event that count, ms. */
  readonly from: number;
  readonly to: number;
  /**
   * How many events count; `events` holds at most MAX_EVENTS_PER_FINDING of them, the newest, with one at least of
   * every rule, in time order. A lower correlation stands here with its own events.
   */
  readonly count: number;
  /** What was compared with the condition (count, sum …); for temporal kinds the number of rules seen. */
  readonly value: number;
  readonly events: readonly { readonly id: string; readonly time: number; readonly ruleId: string }[];
  readonly exerciseId?: string;
  /** Of the event that completed it. */
  readonly anchor: unknown;
}

/** What a correlation holds and what it had to leave out; every number is shown to people. */
export interface CorrelationStats {
  readonly correlationId: string;
  readonly groups: number;
  /** Events held (waiting for their turn or inside windows). */
  readonly held: number;
  readonly findings: number;
  /** Findings withheld because the group had one less than `suppressMs` before. */
  readonly suppressed: number;
  /** Arrived later than the lateness allows: not counted. */
  readonly late: number;
  /** Without one of the group-by fields: not counted. */
  readonly ungrouped: number;
  /** Without the field the condition counts, or not a number where one is needed: not counted. */
  readonly valueless: number;
  /** Claimed a time ahead of their arrival: counted at their arrival. */
  readonly ahead: number;
  /** Groups or events forgotten because a limit was reached. */
  readonly evicted: number;
}
