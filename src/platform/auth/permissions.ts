import type { Permission } from "../http/route.ts";
import type { z } from "../schema/index.ts";
import { builtInPermissions } from "./roles/built-in.ts";
import type { TokenScope as TokenScopeSchema } from "./schemas.ts";

export type TokenScope = z.infer<typeof TokenScopeSchema>;

/** A token never holds more than a viewer may read, or the one right to send events or to take backups. */
export const SCOPE_PERMISSIONS: Readonly<Record<TokenScope, ReadonlySet<Permission>>> = {
  ingest: new Set<Permission>(["events.write"]),
  read: builtInPermissions("viewer") ?? new Set(),
  backup: new Set<Permission>(["storage.backup"]),
};
