import { CaseAlerts } from "./case-alerts.ts";
import { CaseParts } from "./case-parts.ts";
import { CaseViews } from "./case-views.ts";
import { Cases } from "./cases.ts";
import { CaseLedger } from "./ledger.ts";
import { Merging } from "./merging.ts";
import type { CaseDeps } from "./ports.ts";
import type { CaseTemplate } from "./templates.ts";

/** Everything about cases, put together. */
export interface Incidents {
  readonly cases: Cases;
  readonly views: CaseViews;
  readonly alerts: CaseAlerts;
  readonly parts: CaseParts;
  readonly merging: Merging;
  readonly templates: readonly CaseTemplate[];
}

export function openIncidents(deps: CaseDeps): Incidents {
  const ledger = new CaseLedger(deps);
  return {
    cases: new Cases(deps, ledger),
    views: new CaseViews(deps, ledger),
    alerts: new CaseAlerts(deps, ledger),
    parts: new CaseParts(ledger),
    merging: new Merging(ledger),
    templates: deps.templates,
  };
}
