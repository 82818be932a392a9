/** The door of the incidents module. See README.md. */
import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { ACCESS_REQUEST, ENTITLED } from "./access-requests.ts";
export type { CaseViews } from "./case-views.ts";
export type { EvidencePorts } from "./evidence/evidence.ts";
export type { HoldPorts } from "./evidence/holds.ts";
export { incidentRoutes } from "./http.ts";
export { STAGES } from "./core/stages.ts";
export { type Incidents, openIncidents } from "./incidents.ts";
export { ALERTS_LINKED, type AlertsLinked, CASE_TOLD, PERSON_MENTIONED, TASK_ASSIGNED } from "./ledger.ts";
export type { ImportanceOf } from "./ports.ts";
export { loadCaseTemplates } from "./templates.ts";

export const incidentsMigrations: Migration[] = readMigrations("incidents", new URL("./migrations/", import.meta.url));
