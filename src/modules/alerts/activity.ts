import { type Instant, type Severity, SEVERITIES } from "../../kernel/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { ExerciseScope } from "./records.ts";
import { type ActivityOfRule, activityByEntity, activityByRule, turnover } from "./store/activity.ts";

const TOP_ENTITIES = 8;

export type { ActivityOfRule } from "./store/activity.ts";

/** What happened in a span of time, and how much came and went in the span before it, for comparison. */
export interface AlertActivity {
  readonly byRule: readonly ActivityOfRule[];
  readonly topEntities: readonly { readonly value: string; readonly alerts: number; readonly worst: Severity }[];
  readonly now: { readonly created: number; readonly closed: number };
  readonly before: { readonly created: number; readonly closed: number };
}

export async function alertActivity(
  records: Records,
  span: { readonly from: Instant; readonly to: Instant },
  scope: ExerciseScope,
): Promise<AlertActivity> {
  const { query } = records;
  const entities = await activityByEntity(query, { ...span, limit: TOP_ENTITIES }, scope);
  return {
    byRule: await activityByRule(query, span, scope),
    topEntities: entities.map(({ worst, ...entity }) => ({ ...entity, worst: SEVERITIES[worst] ?? "informational" })),
    now: await turnover(query, span, scope),
    before: await turnover(query, { from: span.from - (span.to - span.from), to: span.from }, scope),
  };
}
