import type { CorrelationFinding } from "./correlator-types.ts";

export type FindingEvent = CorrelationFinding["events"][number];

/** The events behind a finding, as a higher correlation needs them. */
export interface FindingParts {
  readonly from: number;
  readonly count: number;
  readonly events: readonly FindingEvent[];
}
