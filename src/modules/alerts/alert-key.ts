import type { EventOfFinding } from "../detection/index.ts";
import { entityOf, groupKey } from "./core/grouping.ts";
import type { FieldScalar } from "../../kernel/index.ts";

/** The group a finding would belong to: for telling beforehand how many alerts a rule would open. */
export function alertKeyOf(finding: {
  readonly ruleId: string;
  readonly event: EventOfFinding;
  readonly groupBy: { readonly field: string; readonly value: FieldScalar } | undefined;
}): string {
  const { event, groupBy, ruleId } = finding;
  const fields = groupBy === undefined ? {} : { [groupBy.field]: groupBy.value };
  const { sensor, entities, host } = event;
  const entity = entityOf({ sensor, entities, fields, ...(host === undefined ? {} : { host }) }, groupBy?.field);
  return groupKey({ ruleId, entity, exerciseId: event.exerciseId });
}
