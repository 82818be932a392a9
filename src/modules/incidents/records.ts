import type { Instant, Severity } from "../../kernel/index.ts";
import type { z } from "../../platform/schema/index.ts";
import type { Resolution, Stage } from "./core/stages.ts";
import type { PartContent } from "./parts/schemas.ts";
import type { Origin as OriginShape, Tlp } from "./schemas.ts";

export interface Person {
  readonly id: string;
  readonly name: string;
}
export type Origin = z.infer<typeof OriginShape>;

export interface CaseRecord {
  readonly id: string;
  readonly number: string;
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly severity: Severity;
  readonly stage: Stage;
  readonly tlp: Tlp;
  readonly tags: readonly string[];
  readonly lead: Person | null;
  readonly deputies: readonly Person[];
  readonly watchers: readonly Person[];
  /** Known only to its named people. */
  readonly restricted: boolean;
  readonly origin: Origin | null;
  readonly exerciseId: string | null;
  readonly resolution: Resolution | null;
  readonly closingSummary: string | null;
  readonly mergedInto: string | null;
  /** The legal hold on its events, when one is in force. */
  readonly holdId: string | null;
  readonly version: number;
  readonly createdAt: Instant;
  readonly createdBy: Person;
  readonly updatedAt: Instant;
}

export interface CaseCounts {
  readonly tasks: { readonly done: number; readonly total: number };
  readonly alerts: number;
}
export interface ListedCase extends CaseRecord, CaseCounts {}

export interface PartRecord {
  readonly id: string;
  readonly caseId: string;
  readonly content: PartContent;
  readonly at: Instant;
  readonly version: number;
  readonly hidden: boolean;
  /** The case it was carried from by a merge. */
  readonly fromCase: string | null;
  readonly createdAt: Instant;
  readonly createdBy: Person;
  readonly updatedAt: Instant;
  readonly updatedBy: string;
}

export interface CaseAlertRecord {
  readonly alertId: string;
  readonly rule: { readonly id: string; readonly title: string; readonly titleVi: string | null };
  readonly level: Severity;
  readonly entity: { readonly kind: string; readonly value: string };
  readonly addedAt: Instant;
  readonly fromCase: string | null;
}

export type Told = Readonly<Record<string, unknown>>;

export interface HistoryRecord {
  readonly id: string;
  readonly caseId: string;
  readonly at: Instant;
  readonly by: Person;
  readonly action: string;
  /** `case`, `access`, `alert`, `stage`, a kind of part, `evidence` … */
  readonly subject: string;
  readonly subjectId: string | null;
  /** Version of the subject after the change. */
  readonly version: number | null;
  readonly before: Told | null;
  readonly after: Told | null;
  readonly reason: string | null;
}

export interface CaseFilter {
  readonly text?: string;
  readonly stages?: readonly Stage[];
  readonly severities?: readonly Severity[];
  readonly kind?: string;
  readonly tag?: string;
  readonly whose: "all" | "mine" | "watching";
  readonly exercise: "include" | "exclude" | "only";
  readonly sort: "updated" | "severity" | "created";
}
export interface CaseKey {
  readonly sort: number;
  readonly id: string;
}
