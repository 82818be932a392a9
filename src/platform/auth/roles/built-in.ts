import { PERMISSIONS, type Permission } from "../../http/route.ts";

/**
 * The roles every installation has. They are stated by the names of permissions, not as lists of what there is today:
 * a module that adds `things.read` and `things.write` finds them with readers and analysts without a change here.
 */
interface Definition {
  readonly id: string;
  readonly holds: (permission: Permission) => boolean;
}

/** Reading these is a duty of its own. */
const READ_BY_FEW: ReadonlySet<string> = new Set(["audit.read"]);
/** Writing these decides over others, or leaves the installation. */
const WRITTEN_BY_FEW: ReadonlySet<string> = new Set([
  "rules.write",
  "assets.write",
  "people.write",
  "cases.lead",
  "evidence.export",
]);

const LEADS = ["evidence.export", "assets.write", "rules.write", "cases.lead", "people.write", "approvals.decide"];

const reads = (permission: string): boolean => permission.endsWith(".read") && !READ_BY_FEW.has(permission);
const triages = (permission: string): boolean =>
  reads(permission) ||
  (permission.endsWith(".write") && !WRITTEN_BY_FEW.has(permission)) ||
  permission === "drills.run" ||
  permission === "people.names";
const readsAnd = (...more: readonly string[]): Definition["holds"] => holdsAnd(reads, ...more);
function holdsAnd(holds: (permission: string) => boolean, ...more: readonly string[]): Definition["holds"] {
  const named = new Set(more);
  return (permission) => holds(permission) || named.has(permission);
}

/** Who may everything. It cannot be changed, and there is always an active person who has it. */
export const ADMIN = "admin";

const DEFINITIONS: readonly Definition[] = [
  { id: "viewer", holds: reads },
  { id: "analyst", holds: triages },
  { id: "analyst-2", holds: holdsAnd(triages, "evidence.export", "assets.write") },
  { id: "analyst-3", holds: holdsAnd(triages, "evidence.export", "assets.write", "rules.write", "cases.lead") },
  { id: "lead", holds: holdsAnd(triages, ...LEADS) },
  {
    id: "responder",
    holds: readsAnd("people.names", "alerts.write", "cases.write", "cases.lead", "evidence.export", "hunts.write"),
  },
  { id: "intel", holds: readsAnd("people.names", "hunts.write", "rules.write", "cases.write") },
  { id: "exercise-director", holds: readsAnd("people.names", "drills.run") },
  { id: "auditor", holds: readsAnd("audit.read") },
  {
    id: "compliance",
    holds: readsAnd("people.names", "audit.read", "approvals.decide", "evidence.export", "assets.write"),
  },
  { id: ADMIN, holds: () => true },
];

const BUILT_IN: ReadonlyMap<string, ReadonlySet<Permission>> = new Map(
  DEFINITIONS.map(({ id, holds }) => [id, new Set(PERMISSIONS.filter(holds))]),
);

export const BUILT_IN_ROLES: readonly string[] = DEFINITIONS.map(({ id }) => id);

/** What a built-in role holds before anybody changed it; undefined for an installation's own. */
export function builtInPermissions(role: string): ReadonlySet<Permission> | undefined {
  return BUILT_IN.get(role);
}
