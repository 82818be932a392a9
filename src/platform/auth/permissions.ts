import { Fault } from "../../kernel/index.ts";
import type { Permission } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import { builtInPermissions } from "./roles/built-in.ts";
import type { TokenScope as TokenScopeSchema } from "./schemas.ts";

export type TokenScope = z.infer<typeof TokenScopeSchema>;

/**
 * A read token serves dashboards and pulls, and lies in the configuration of other programs: it reads what a viewer
 * reads but how to reach people, and cases, which are about people and are read under somebody's own name.
 */
const NOT_FOR_TOKENS: ReadonlySet<Permission> = new Set<Permission>(["people.read", "cases.read"]);

/** A token never holds more than part of what a viewer may read, or the one right to send events or to take backups. */
export const SCOPE_PERMISSIONS: Readonly<Record<TokenScope, ReadonlySet<Permission>>> = {
  ingest: new Set<Permission>(["events.write"]),
  read: new Set([...(builtInPermissions("viewer") ?? [])].filter((one) => !NOT_FOR_TOKENS.has(one))),
  backup: new Set<Permission>(["storage.backup"]),
};

/**
 * What no program ever holds: letting others in, and being the second pair of eyes. Roles with these are not given to
 * service accounts, and one that got them later passes on the rest.
 */
const FOR_PEOPLE_ONLY: ReadonlySet<Permission> = new Set<Permission>([
  "users.admin",
  "tokens.admin",
  "approvals.decide",
]);

/** Fault auth.service.role_too_wide. */
export function requireFitForProgram(permissions: ReadonlySet<Permission>): void {
  for (const permission of FOR_PEOPLE_ONLY) {
    if (!permissions.has(permission)) continue;
    throw new Fault("invalid", "auth.service.role_too_wide", `no program holds ${permission}`, { permission });
  }
}

export function isFitForProgram(permissions: readonly string[]): boolean {
  return !permissions.some((one) => FOR_PEOPLE_ONLY.has(one as Permission));
}

export function fitForProgram(permissions: ReadonlySet<Permission>): ReadonlySet<Permission> {
  return new Set([...permissions].filter((one) => !FOR_PEOPLE_ONLY.has(one)));
}
