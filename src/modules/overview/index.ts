export { overviewRoutes } from "./http.ts";
export { loadLandscapes } from "./landscape.ts";
export { Memory, StorageCare } from "./schemas.ts";
export { Overview } from "./service.ts";
