import { type Migration, readMigrations } from "../db/index.ts";
import type { Principal } from "../http/route.ts";
import { Audit, type AuditDeps, type AuditRecord } from "./audit.ts";

export { Audit, type AuditDeps, type AuditEntry, type AuditRecord } from "./audit.ts";
export { canonical, type Json } from "./core/canonical.ts";
export { sha256 } from "./head.ts";
export { type LoggedEntry, readEntriesOffline, RECORDS_FILE, verifyOffline } from "./offline.ts";
export { type EntryProofFlaw, flawOfEntryProof, keyIdOf, ownKeyId } from "./proof.ts";
export { auditRoutes } from "./routes.ts";
export { EntryProof } from "./schemas.ts";
export type { Conceals } from "./sight.ts";
export { recordsComplaints } from "./store.ts";
export type { AuditVerification, Misfit, OutsideHead } from "./verify.ts";

export const auditMigrations: Migration[] = readMigrations("platform-audit", new URL("./migrations/", import.meta.url));

export function openAudit(deps: AuditDeps): Promise<Audit> {
  return Audit.open(deps);
}

/** Who did it, as an entry names them. */
export function actorOf(who: Principal | undefined): AuditRecord["actor"] {
  if (who === undefined) return { kind: "anonymous", id: "anonymous", name: "anonymous" };
  return { kind: who.kind, id: who.id, name: who.name };
}
