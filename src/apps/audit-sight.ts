import type { CaseViews } from "../modules/incidents/index.ts";
import type { Conceals } from "../platform/audit/index.ts";

/** Entries about cases that do not exist for the reader tell nothing; the log itself stays whole. */
export function concealedFrom(views: CaseViews): Conceals {
  return async (who) => {
    const hidden = await views.hiddenFrom(who.id);
    return ({ object }) => object?.kind === "case" && hidden.has(object.id);
  };
}
