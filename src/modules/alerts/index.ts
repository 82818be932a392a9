import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { type NameOfUser, alertRoutes } from "./http.ts";
export type { AlertRecord, FindingRecord } from "./records.ts";
export { Alerts, type QueueState } from "./service.ts";

export const alertsMigrations: Migration[] = readMigrations("alerts", new URL("./migrations/", import.meta.url));
