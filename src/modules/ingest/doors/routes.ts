import type { Route } from "../../../platform/http/index.ts";
import type { DoorDeps } from "./delivery.ts";
import { elasticRoutes } from "./elastic/routes.ts";
import { otlpRoutes } from "./otlp/routes.ts";
import { splunkRoutes } from "./splunk/routes.ts";

/** The HTTP doors that speak what other products' shippers speak. */
export function doorRoutes(deps: DoorDeps): Route[] {
  return [...elasticRoutes(deps), ...splunkRoutes(deps), ...otlpRoutes(deps)];
}
