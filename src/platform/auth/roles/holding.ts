import { Fault } from "../../../kernel/index.ts";
import type { Permission } from "../../http/route.ts";
import type { Acting } from "../acting.ts";

/** Nobody gives what they do not hold, nor rules over whoever holds more than they do. The program itself may. */
export function requireHeld(by: Acting, permissions: Iterable<Permission>): void {
  if (by.permissions === undefined) return;
  for (const permission of permissions) {
    if (by.permissions.has(permission)) continue;
    throw new Fault("forbidden", "auth.role.not_held", `only who holds ${permission} may give it`, { permission });
  }
}
