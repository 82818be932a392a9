import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { type ActivityOfRule, type AlertActivity } from "./activity.ts";
export { alertKeyOf } from "./alert-key.ts";
export { figureRoutes } from "./figure-routes.ts";
export { TriageFigures } from "./figures.ts";
export { queueRoutes } from "./http.ts";
export { savedQueueRoutes } from "./queue-routes.ts";
export { SavedQueues } from "./queues.ts";
export { type NameOfUser, triageRoutes } from "./triage-routes.ts";
export { ALERT_ASSIGNED, type AlertNewsOfPeople, PERSON_MENTIONED, Triage } from "./triage.ts";
export { presentCorrelation } from "./present.ts";
export type { AlertRecord, FindingRecord } from "./records.ts";
export { RuleTrackRecord } from "./rule-record.ts";
export { loadRulebook, PLAIN_BOOK } from "./content.ts";
export { type ImportanceOf, Weighing } from "./weighing.ts";
export { Alerts, type QueueState, toFilter } from "./service.ts";

export const alertsMigrations: Migration[] = readMigrations("alerts", new URL("./migrations/", import.meta.url));
