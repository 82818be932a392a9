/** What the register holds, in the words of the module. */
import type { Instant } from "../../kernel/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { Criticality } from "./core/importance.ts";
import type { Change, SystemContent } from "./core/system.ts";

export const STATES = ["active", "retired", "merged"] as const;
export type SystemState = (typeof STATES)[number];

export interface SystemRow extends Omit<SystemContent, "services" | "identifiers"> {
  readonly id: string;
  readonly state: SystemState;
  readonly mergedInto: string | null;
  readonly vnLevel: string | null;
  readonly nis2Class: string | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type SystemRecord = SystemRow & SystemContent;

/** A row of the list, with what it counts. */
export type ListedSystem = SystemRow & {
  readonly parentName: string | null;
  readonly services: number;
  readonly identifiers: number;
  readonly children: number;
};

export const HISTORY_EVENTS = [
  "created",
  "changed",
  "imported",
  "registered",
  "retired",
  "restored",
  "merged",
  "absorbed",
  "unmerged",
  "released",
  "assessed",
] as const;
export type HistoryEvent = (typeof HISTORY_EVENTS)[number];

export interface HistoryEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly what: HistoryEvent;
  readonly reason: string;
  readonly changes: readonly Change[];
}

export const SORTS = ["name", "criticality", "updated"] as const;
export type Sort = (typeof SORTS)[number];

export interface SystemFilter {
  readonly state: SystemState | "all";
  readonly q: string | undefined;
  readonly criticality: readonly Criticality[];
  /** `none`: never assessed. */
  readonly level: readonly string[];
  readonly nis2: readonly string[];
  readonly zone: string | undefined;
  readonly owner: string | undefined;
  readonly parent: string | undefined;
}

export interface Asker {
  readonly who: Principal;
  readonly peer: string;
}
