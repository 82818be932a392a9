/** What follows a search: commands that count, rank, join and cut what it found, as a tree like the search itself. */
import type { Query } from "./tree.ts";

/** What a cell of an answer holds: a time is an instant until it is shown. */
export type CellType = "text" | "number" | "time";

export interface TableColumn {
  readonly name: string;
  readonly type: CellType;
}

export const PLAIN_FUNCTIONS = ["count", "dc", "sum", "avg", "min", "max", "values"] as const;
export type PlainFunction = (typeof PLAIN_FUNCTIONS)[number];

export interface Measure {
  readonly fn: PlainFunction | "percentile";
  /** 1 to 99, of a percentile only. */
  readonly percent?: number;
  /** Absent only in `count()`, which counts events. */
  readonly field?: string;
  readonly name: string;
}

export interface SortKey {
  readonly field: string;
  readonly descending: boolean;
}

export interface Join {
  readonly kind: "join";
  readonly on: string;
  /** The other event lies at most this far away, before or after; absent: anywhere in the range. */
  readonly withinMs?: number;
  readonly query: Query;
}

export interface Sequence {
  readonly kind: "sequence";
  readonly by: string;
  readonly withinMs: number;
  readonly steps: readonly Query[];
}

export interface Stats {
  readonly kind: "stats";
  readonly measures: readonly Measure[];
  readonly by: readonly string[];
  readonly spanMs?: number;
}

export interface Ranking {
  readonly kind: "top" | "rare";
  readonly count: number;
  readonly field: string;
  readonly by?: string;
}

export interface Timeline {
  readonly kind: "timeline";
  /** Absent: a width people read without thinking, for the range asked. */
  readonly spanMs?: number;
  readonly by?: string;
}

export type Stage =
  | { readonly kind: "where"; readonly query: Query }
  | { readonly kind: "dedup"; readonly fields: readonly string[] }
  | { readonly kind: "sort"; readonly keys: readonly SortKey[] }
  | { readonly kind: "head"; readonly count: number }
  | { readonly kind: "fields"; readonly names: readonly string[] }
  | Stats
  | Ranking
  | Timeline
  | Join
  | Sequence;

export interface Pipeline {
  readonly filter: Query;
  readonly stages: readonly Stage[];
}

/** `events`: whatever fields they have. */
export type Shape = "events" | readonly TableColumn[];

export const COMMANDS = [
  "stats",
  "top",
  "rare",
  "timeline",
  "where",
  "sort",
  "head",
  "fields",
  "dedup",
  "join",
  "sequence",
] as const satisfies readonly Stage["kind"][];

/** What follows the name of a command; shown while typing. */
export const USAGE: Readonly<Record<Stage["kind"], string>> = {
  stats: "stats count(), dc(user), sum(bytes), p95(bytes) by host span 5m",
  top: "top 10 user by host",
  rare: "rare 10 process",
  timeline: "timeline 5m by host",
  where: "where count:>10",
  sort: "sort -count, user",
  head: "head 100",
  fields: "fields time, host, user",
  dedup: "dedup host, user",
  join: "join on host within 10m [EventID:4625]",
  sequence: "sequence by host within 10m [EventID:4625] [EventID:4624]",
};

/** These read events; after a table there are none any more. */
export const NEEDS_EVENTS: ReadonlySet<Stage["kind"]> = new Set(["timeline", "join", "sequence"]);
