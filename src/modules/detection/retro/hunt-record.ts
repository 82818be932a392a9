/** A retro-hunt or back-test as it is kept. */
import type { FieldScalar, Instant, Severity } from "../../../kernel/index.ts";

export type HuntKind = "retro-hunt" | "back-test";
export type HuntState = "waiting" | "running" | "done" | "cancelled" | "failed" | "interrupted";

/** What a hunt found so far; plain JSON. */
export interface HuntReport {
  readonly scanned: number;
  /** Events the store selected so far; of the whole range when the hunt is done. */
  readonly total: number;
  /** Share of the stored events of the range that lies behind. */
  readonly ratio: number;
  readonly matches: number;
  readonly kept: number;
  readonly raised: number;
  readonly hosts: readonly { readonly host: string; readonly count: number }[];
  readonly perDay: readonly { readonly day: string; readonly matches: number; readonly alerts: number }[];
  readonly alerts: number;
  readonly costPerEventUs: number | null;
  readonly storeQuery: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface HuntRecord {
  readonly id: string;
  readonly kind: HuntKind;
  readonly rule: {
    readonly id: string;
    readonly title: string;
    readonly level: Severity;
    readonly kind: "detection" | "correlation";
  };
  readonly from: Instant;
  readonly to: Instant;
  readonly query: string | null;
  readonly raise: boolean;
  readonly state: HuntState;
  readonly createdAt: Instant;
  readonly startedAt: Instant | null;
  readonly finishedAt: Instant | null;
  readonly by: string;
  readonly report: HuntReport;
}

export const EMPTY_REPORT: HuntReport = {
  scanned: 0,
  total: 0,
  ratio: 0,
  matches: 0,
  kept: 0,
  raised: 0,
  hosts: [],
  perDay: [],
  alerts: 0,
  costPerEventUs: null,
  storeQuery: null,
  error: null,
};

/** One match, with what a list shows of its event. */
export interface KeptMatch {
  readonly eventId: string;
  readonly time: Instant;
  readonly sensor: string;
  readonly host: string | null;
  readonly user: string | null;
  readonly process: string | null;
  readonly commandLine: string | null;
  readonly srcIp: string | null;
  readonly dstIp: string | null;
  readonly findingId: string;
  readonly group: readonly { readonly field: string; readonly value: string }[];
  readonly events: number;
}

/** The value a rule groups its alerts by. */
export interface GroupValue {
  readonly field: string;
  readonly value: FieldScalar;
}
