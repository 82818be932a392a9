/** What cases need of other modules, as functions: wired in src/apps. */
import type { Instant, Severity } from "../../kernel/index.ts";
import type { Audit, AuditRecord } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import type { CaseTemplate } from "./templates.ts";

export interface AlertOfCase {
  readonly id: string;
  readonly rule: {
    readonly id: string;
    readonly title: string;
    readonly titleVi: string | null;
    readonly level: Severity;
  };
  readonly entity: { readonly kind: string; readonly value: string };
  readonly exerciseId: string | null;
}
export interface FindingOfCase {
  readonly id: string;
  readonly eventId: string;
  readonly time: Instant;
  readonly host: string | null;
}

export type ImportanceOf = (entities: readonly { kind: string; value: string }[]) => Promise<
  ReadonlyMap<
    string /* kind + "\0" + value */,
    {
      readonly importance: "unknown" | "low" | "medium" | "high" | "critical";
      readonly systemId: string | null;
      readonly systemName: string | null;
      readonly owner: string | null;
      readonly zone: string | null;
    }
  >
>;

/** Who asks, as other parts' audit entries name them. */
export interface Asker {
  readonly actor: AuditRecord["actor"];
  readonly peer: string | null;
}

export interface CaseDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly outbox: Outbox;
  readonly templates: readonly CaseTemplate[];
  readonly nameOf: (userId: string) => Promise<string | undefined>;
  readonly alerts: (ids: readonly string[]) => Promise<readonly AlertOfCase[]>;
  /** Newest matches first. */
  readonly findings: (alertId: string, limit: number) => Promise<readonly FindingOfCase[]>;
  readonly importanceOf: ImportanceOf;
}

export interface Doer {
  readonly who: Principal;
  readonly peer: string;
}
