import { type Migration, readMigrations } from "../../platform/db/index.ts";

/** The door of the drills module. See README.md. */
export { type ExerciseParcel, Exercises } from "./exercises.ts";
export { drillRoutes } from "./http.ts";
export {
  generateScenario,
  type GeneratedLine,
  type LoadedScenario,
  type LoadedScenarios,
  loadScenario,
  loadScenarios,
} from "./scenario.ts";

export const drillsMigrations: Migration[] = readMigrations("drills", new URL("./migrations/", import.meta.url));
