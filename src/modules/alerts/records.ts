import type { Instant, Severity } from "../../kernel/index.ts";
import type { CorrelationPart } from "../detection/index.ts";
import type { AlertEntity } from "./core/grouping.ts";
import type { UrgencyFactors } from "./core/urgency.ts";
import type { AlertAct, AlertState, AlertStatus, Person } from "./core/workflow.ts";

/** The rule as an alert carries it: what a reader needs, and what its licence demands. */
export interface RuleOfAlert {
  readonly id: string;
  readonly title: string;
  readonly titleVi: string | null;
  readonly level: Severity;
  readonly author: string | null;
  readonly licence: string | null;
  readonly tags: readonly string[];
}

export interface AlertRecord {
  readonly id: string;
  readonly groupKey: string;
  readonly rule: RuleOfAlert;
  readonly entity: AlertEntity;
  /** Further values the group was narrowed down to. */
  readonly also: readonly AlertEntity[];
  readonly state: AlertState;
  /** Grows with every change of the state. */
  readonly version: number;
  readonly levelRank: number;
  readonly due: { readonly kind: "take" | "verdict"; readonly dueAt: Instant } | null;
  /** Without what lives in it. */
  readonly own: { readonly count: number; readonly first: Instant; readonly last: Instant };
  readonly urgency: number;
  /** Null until it is weighed for the first time by a program that keeps them. */
  readonly factors: UrgencyFactors | null;
  readonly count: number;
  readonly noteCount: number;
  readonly firstSeen: Instant;
  readonly lastSeen: Instant;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly exerciseId: string | null;
}

export interface NewGroup {
  readonly id: string;
  readonly groupKey: string;
  readonly rule: RuleOfAlert;
  readonly entity: AlertEntity;
  readonly also: readonly AlertEntity[];
  /** Folded text of title and entity for the queue's search box. */
  readonly search: string;
  readonly urgency: number;
  readonly factors: UrgencyFactors | null;
  readonly firstSeen: Instant;
  readonly createdAt: Instant;
  readonly exerciseId: string | null;
}

export interface FindingRecord {
  readonly id: string;
  readonly alertId: string;
  readonly ruleId: string;
  readonly ruleVersion: string;
  readonly eventId: string;
  readonly time: Instant;
  readonly detectedAt: Instant;
  readonly sensor: string;
  readonly host: string | null;
  readonly exerciseId: string | null;
  /** The events that count together, when the rule is a correlation. */
  readonly correlation: CorrelationPart | null;
}

/** An event that a rule matched, as a view of its host marks it. */
export interface MarkedEvent {
  readonly eventId: string;
  readonly time: Instant;
  readonly alertId: string;
  readonly rule: Pick<RuleOfAlert, "id" | "title" | "titleVi" | "level">;
}

export interface HistoryRecord {
  readonly id: string;
  readonly alertId: string;
  readonly at: Instant;
  readonly actor: Person;
  readonly action: AlertAct;
  readonly before: AlertState | null;
  readonly after: AlertState | null;
  readonly note: string | null;
  readonly batchId: string | null;
  /** The transition an `undo` takes back. */
  readonly undoes: string | null;
  /** The other alert of a merge or a split. */
  readonly otherId?: string | null;
}

/** Figures are of the real world or of exercises, never of both. */
export type ExerciseScope = "exclude" | "only";

export interface AlertFilter {
  readonly statuses?: readonly AlertStatus[];
  readonly levels?: readonly Severity[];
  /** A user id; null = nobody's. */
  readonly assignee?: string | null;
  readonly ruleId?: string;
  /** Id of a technique, which stands for its sub-techniques too, or short name of a tactic, in lower case. */
  readonly attack?: string;
  readonly entity?: string;
  /** Folded text. */
  readonly text?: string;
  readonly exercise: "include" | "exclude" | "only";
  readonly from?: Instant;
  readonly to?: Instant;
  readonly createdFrom?: Instant;
  readonly closedFrom?: Instant;
  readonly snoozed?: "exclude" | "only";
  /** Called false and not confirmed yet. */
  readonly unconfirmed?: boolean;
  readonly tag?: string;
  readonly sort: "urgency" | "lastSeen" | "firstSeen" | "count" | "due";
}

/** Where a page ended: sort value, last seen, id. */
export interface AlertKey {
  readonly sort: number;
  readonly lastSeen: Instant;
  readonly id: string;
}
