import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AccessRequests } from "./access-requests.ts";
import { CaseAlerts } from "./case-alerts.ts";
import { CaseParts } from "./case-parts.ts";
import { CaseViews } from "./case-views.ts";
import { Cases } from "./cases.ts";
import { Bagging } from "./evidence/bagging.ts";
import { Evidence, type EvidencePorts } from "./evidence/evidence.ts";
import { CaseHolds, type HoldPorts } from "./evidence/holds.ts";
import { openSigningKey } from "./evidence/signing-key.ts";
import { Vault } from "./evidence/vault.ts";
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
  readonly evidence: Evidence;
  readonly holds: CaseHolds;
  readonly bagging: Bagging;
  readonly access: AccessRequests;
  readonly templates: readonly CaseTemplate[];
}

export interface IncidentsOptions extends CaseDeps {
  readonly ports: EvidencePorts;
  readonly holds: HoldPorts;
  readonly dataDir: string;
  /** Holds what explains and checks a bag: content/evidence. */
  readonly papersDir: string;
}

export async function openIncidents(options: IncidentsOptions): Promise<Incidents> {
  const ledger = new CaseLedger(options);
  const views = new CaseViews(options, ledger);
  const vault = new Vault(options.dataDir);
  const key = openSigningKey(options.dataDir);
  if (key.isNew) {
    // From here on the log says which key is the installation's: another one put in its place is seen.
    const actor = { kind: "system", id: "incidents", name: "incidents" } as const;
    await options.audit.record({ actor, verb: "incidents.signing_key.created", details: { key: key.id } });
  }
  const evidence = new Evidence(options, { ledger, vault });
  const papers = new Map(
    readdirSync(options.papersDir)
      .sort()
      .map((name) => [name, readFileSync(join(options.papersDir, name), "utf8")]),
  );
  return {
    cases: new Cases(options, ledger),
    views,
    alerts: new CaseAlerts(options, ledger),
    parts: new CaseParts(ledger),
    merging: new Merging(ledger),
    evidence,
    holds: new CaseHolds(options, { ledger, evidence }),
    bagging: new Bagging(options, { ledger, views, evidence, vault, key, papers }),
    access: new AccessRequests(options, ledger),
    templates: options.templates,
  };
}
