import type { Instant } from "../../kernel/index.ts";

export type Verdict = "true_positive" | "false_positive" | "benign" | "duplicate";

/** A finding with what people decided about it; null while nobody has. */
export interface JudgedFinding {
  readonly findingId: string;
  readonly eventId: string;
  readonly time: Instant;
  readonly host: string | null;
  readonly alertId: string;
  readonly alertTitle: string;
  readonly verdict: Verdict | null;
  /** The events that count together, when the rule is a correlation. */
  readonly parts: readonly { readonly id: string; readonly time: Instant }[] | null;
}

/** What became of a rule's findings. Alerts know it; they come later in the order of modules and are wired in. */
export interface TrackRecord {
  /** Newest first. */
  findings(
    ruleId: string,
    ask: { readonly since?: Instant; readonly verdict?: Verdict; readonly limit: number },
  ): Promise<readonly JudgedFinding[]>;
  /** By day since 1970 (UTC). */
  perDay(ruleId: string, since: Instant): Promise<ReadonlyMap<number, number>>;
  fired(ruleId: string): Promise<{ count: number; firstAt: Instant | null; lastAt: Instant | null }>;
  /** Alerts of the real world; null counts those nobody has decided about. */
  verdicts(ruleId: string): Promise<ReadonlyMap<Verdict | null, number>>;
}
