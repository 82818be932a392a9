import type { Route } from "../../../platform/http/index.ts";
import { exceptionRoutes } from "./exceptions.ts";
import { importRoutes } from "./imports.ts";
import { ownRuleRoutes } from "./own.ts";
import type { RuleRouteParts } from "./parts.ts";
import { libraryRoutes } from "./rules.ts";

export function ruleRoutes(parts: RuleRouteParts): Route[] {
  return [...libraryRoutes(parts), ...importRoutes(parts), ...ownRuleRoutes(parts), ...exceptionRoutes(parts)];
}
