import { PERMISSIONS, type Permission } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import type { Role as RoleSchema, TokenScope as TokenScopeSchema } from "./schemas.ts";

export type Role = z.infer<typeof RoleSchema>;
export type TokenScope = z.infer<typeof TokenScopeSchema>;

const READING: readonly Permission[] = [
  "events.read",
  "alerts.read",
  "rules.read",
  "sensors.read",
  "drills.read",
  "watch.read",
];
const TRIAGE: readonly Permission[] = [
  "events.write",
  "hunts.write",
  "alerts.write",
  "sensors.write",
  "drills.run",
  "people.names",
];

export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: new Set(READING),
  analyst: new Set([...READING, ...TRIAGE]),
  admin: new Set(PERMISSIONS),
};

/** A token never holds more than a viewer may read, or the one right to send events or to take backups. */
export const SCOPE_PERMISSIONS: Readonly<Record<TokenScope, ReadonlySet<Permission>>> = {
  ingest: new Set<Permission>(["events.write"]),
  read: new Set(READING),
  backup: new Set<Permission>(["storage.backup"]),
};
