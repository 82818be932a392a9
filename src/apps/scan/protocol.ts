import type { Fields, Instant } from "../../kernel/index.ts";
import type { Rule } from "../../modules/detection/matching.ts";

/** What a scan thread is given when it starts. */
export interface ScanSetup {
  readonly rules: readonly Rule[];
  readonly logSourcesDir: string;
  readonly since: Instant | null;
  readonly until: Instant | null;
}

/** One file to read; answered by any number of `progress` and `findings` and one `done`. */
export interface ScanOrder {
  readonly number: number;
  readonly path: string;
}

/** One rule match: `rule` is an index into the setup's rules. */
export interface ScanFinding {
  readonly rule: number;
  readonly file: string;
  readonly line: number;
  readonly time: Instant;
  readonly timeMissing: boolean;
  readonly host: string | null;
  readonly fields: Fields;
}

export interface ScanProblem {
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly detail: string;
}

export type ScanAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "progress"; readonly number: number; readonly bytes: number; readonly events: number }
  | { readonly kind: "findings"; readonly number: number; readonly findings: readonly ScanFinding[] }
  | { readonly kind: "problems"; readonly problems: readonly ScanProblem[] }
  | {
      readonly kind: "done";
      readonly number: number;
      readonly events: number;
      readonly unparsed: number;
      readonly outsideTime: number;
    };
