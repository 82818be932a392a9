export { overviewRoutes } from "./http.ts";
export { Overview } from "./service.ts";
