import type { Route } from "../../../platform/http/index.ts";
import type { AssetRegister } from "../register.ts";
import type { SeenAssets } from "../seen.ts";
import { type AssessmentRouteParts, assessmentRoutes } from "./assessment-routes.ts";
import { fileRoutes } from "./file-routes.ts";
import { registerRoutes } from "./register-routes.ts";
import { seenRoutes } from "./seen-routes.ts";

/** Fixed paths before those with an id in their place. */
export function assetRoutes(
  parts: AssessmentRouteParts & { readonly register: AssetRegister; readonly seen: SeenAssets },
): Route[] {
  return [
    ...fileRoutes(parts.register),
    ...seenRoutes(parts.seen),
    ...registerRoutes(parts.register),
    ...assessmentRoutes(parts),
  ];
}
