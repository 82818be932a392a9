/** The door of the hunts module. See README.md. */
import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { savedHuntRoutes } from "./http.ts";
export { SCHEDULE_CHECK_MS } from "./limits.ts";
export { matchedParts } from "./matched-parts.ts";
export { Notebooks } from "./notebooks.ts";
export { type RaisedBy, SavedHunts } from "./saved.ts";
export { HuntScheduler } from "./scheduler.ts";

export const huntsMigrations: Migration[] = readMigrations("hunts", new URL("./migrations/", import.meta.url));
