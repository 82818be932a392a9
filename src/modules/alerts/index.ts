import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { type ActivityOfRule, type AlertActivity } from "./activity.ts";
export { alertKeyOf } from "./alert-key.ts";
export { type NameOfUser, alertRoutes } from "./http.ts";
export { presentCorrelation } from "./present.ts";
export type { AlertRecord, FindingRecord } from "./records.ts";
export { RuleTrackRecord } from "./rule-record.ts";
export { loadUrgencyTable } from "./content.ts";
export { PLAIN_TABLE } from "./core/urgency.ts";
export { type ImportanceOf, Weighing } from "./weighing.ts";
export { Alerts, type QueueState, toFilter } from "./service.ts";

export const alertsMigrations: Migration[] = readMigrations("alerts", new URL("./migrations/", import.meta.url));
