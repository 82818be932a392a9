/** The state of a correlator as plain values: what a structured clone or `v8.serialize` takes. */
import type { CorrelationFinding } from "./correlator-types.ts";
import type { EntryTableState } from "./entry-table.ts";
import type { GroupTableState } from "./group-table.ts";
import type { LinksState } from "./links.ts";
import type { TextTableState } from "./text-table.ts";

/** Changes when what the columns mean changes: a state of another format is not read. */
export const STATE_FORMAT = 1;

export interface CorrelatorState {
  readonly format: number;
  /** Latest arrival seen, ms; the clock. -Infinity: none. */
  readonly now: number;
  readonly second: number;
  readonly order: number;
  /** Not drained yet. */
  readonly findings: readonly CorrelationFinding[];
  readonly stages: readonly StageState[];
}

export interface StageState {
  readonly correlationId: string;
  readonly fingerprint: string;
  readonly groups: GroupTableState;
  readonly entries: EntryTableState;
  readonly texts?: TextTableState;
  readonly links?: LinksState;
  readonly left: Readonly<Record<"late" | "ungrouped" | "valueless" | "ahead" | "evicted", number>>;
  readonly judged: Readonly<Record<"findings" | "suppressed" | "evicted", number>>;
}
