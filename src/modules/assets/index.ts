/** The door of the assets module. See README.md. */
import { type Migration, readMigrations } from "../../platform/db/index.ts";

export { Assessments } from "./assessing.ts";
export type { DossierLanguage, Say } from "./dossier.ts";
export { assetRoutes } from "./http/index.ts";
export type { AskedEntity, Importance } from "./core/importance.ts";
export { AssetRegister, type Standing } from "./register.ts";
export { loadSchemes } from "./schemes.ts";
export { SeenAssets } from "./seen.ts";

export const assetsMigrations: Migration[] = readMigrations("assets", new URL("./migrations/", import.meta.url));
