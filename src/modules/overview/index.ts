export { overviewRoutes } from "./http.ts";
export { Memory, StorageCare } from "./schemas.ts";
export { Overview } from "./service.ts";
