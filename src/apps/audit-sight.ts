import { ACCESS_REQUEST, type CaseViews, ENTITLED } from "../modules/incidents/index.ts";
import type { Conceals } from "../platform/audit/index.ts";

/**
 * Entries about cases that do not exist for the reader tell nothing; the log itself stays whole. A request to open a case
 * is told to who may decide on it and to nobody else, whether its number is one or not: else the difference would tell.
 */
export function concealedFrom(views: CaseViews): Conceals {
  return async (who) => {
    const hidden = await views.hiddenFrom(who.id);
    const holds = (await views.holdSight(who.id)).hidden;
    const isEntitled = ENTITLED.every((permission) => who.permissions.has(permission));
    return ({ object, details }) =>
      (object?.kind === "case" && hidden.has(object.id)) ||
      (object?.kind === "hold" && holds.has(object.id)) ||
      (object?.kind === "approval" && details["kind"] === ACCESS_REQUEST && !isEntitled);
  };
}
