import { Fault, toIso } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { NoTables, Query, Records, Tx } from "../../db/index.ts";
import { PERMISSIONS, type Permission } from "../../http/route.ts";
import type { z } from "../../schema/index.ts";
import { MAX_ROLES } from "../limits.ts";
import type { Acting } from "../acting.ts";
import { randomId } from "../secrets.ts";
import { countAccountsOfRole } from "../service-accounts/store.ts";
import { activePeople, countUsersByRole, type UserRow } from "../store.ts";
import { ADMIN, BUILT_IN_ROLES, builtInPermissions } from "./built-in.ts";
import { requireHeld } from "./holding.ts";
import type * as schemas from "./schemas.ts";
import { dropRole, putRole, type RoleRow, roleRow, roleRows } from "./store.ts";

export type Role = z.infer<typeof schemas.Role>;
type RoleCreate = z.output<typeof schemas.RoleCreate>;
type RoleChange = z.output<typeof schemas.RoleChange>;

const KNOWN: ReadonlySet<string> = new Set(PERMISSIONS);

/** People who from now on may do less: what they lose, and who else may still do it. */
export interface Leaving {
  readonly people: readonly string[];
  readonly loses: ReadonlySet<Permission>;
  /** Other active people who hold a permission, within the same transaction. */
  readonly others: (permission: Permission) => Promise<readonly string[]>;
}
/** Refuses with a Fault what must not be lost with people. */
export type LeavingGuard = (tx: Tx, leaving: Leaving) => Promise<void>;

/** Sets of permissions with a name. Looked up at every request, so a change works at once. */
export class Roles {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #clock: Clock;
  #guardLeaving: LeavingGuard = async () => undefined;

  constructor(deps: { records: Records; audit: Audit; clock: Clock }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#clock = deps.clock;
  }

  async list(query: Query<NoTables> = this.#records.query): Promise<Role[]> {
    const rows = new Map((await roleRows(query)).map((row) => [row.id, row]));
    const people = await countUsersByRole(query);
    const own = [...rows.values()].filter(({ id }) => builtInPermissions(id) === undefined);
    own.sort((one, other) => (one.name ?? "").localeCompare(other.name ?? "", "vi"));
    return [...BUILT_IN_ROLES, ...own.map(({ id }) => id)].map((id) =>
      toRole(id, { row: rows.get(id), people: people.get(id) ?? 0 }),
    );
  }

  /** Empty for a role that is not there. */
  async permissionsOf(query: Query<NoTables>, id: string): Promise<ReadonlySet<Permission>> {
    return permissionsWith(id, id === ADMIN ? undefined : await roleRow(query, id));
  }

  guardBy(guard: LeavingGuard): void {
    this.#guardLeaving = guard;
  }

  /** After the change, so that who may not make it learns nothing; a refusal takes the change back. */
  async letGo(tx: Tx, { people, loses }: Pick<Leaving, "people" | "loses">): Promise<void> {
    if (people.length === 0 || loses.size === 0) return;
    const leaving = new Set(people);
    const others = async (permission: Permission) =>
      (await this.holders(tx, permission)).map(({ id }) => id).filter((id) => !leaving.has(id));
    await this.#guardLeaving(tx, { people, loses, others });
  }

  /** Active people whose role holds a permission. */
  async holders(query: Query<NoTables>, permission: Permission): Promise<UserRow[]> {
    const users = await activePeople(query);
    const holding = new Map<string, boolean>();
    for (const { role } of users) {
      if (!holding.has(role)) holding.set(role, (await this.permissionsOf(query, role)).has(permission));
    }
    return users.filter(({ role }) => holding.get(role));
  }

  /** Whether people of a role administer people. */
  async holdsPower(id: string): Promise<boolean> {
    return (await this.permissionsOf(this.#records.query, id)).has("users.admin");
  }

  /** Name of an own role, null for a built-in one. */
  async nameOf(query: Query<NoTables>, id: string): Promise<string | null> {
    return (await roleRow(query, id))?.name ?? null;
  }

  /** Fault auth.role.missing, auth.role.not_held. */
  async requireGrantable(query: Query<NoTables>, id: string, by: Acting): Promise<void> {
    if (builtInPermissions(id) === undefined && (await roleRow(query, id)) === undefined) throw noRole(id);
    requireHeld(by, await this.permissionsOf(query, id));
  }

  async create(wanted: RoleCreate, by: Acting): Promise<Role> {
    const permissions = new Set<Permission>(wanted.permissions);
    requireHeld(by, permissions);
    const id = randomId();
    return this.#records.transaction(async (tx) => {
      const rows = await roleRows(tx);
      if (rows.length >= MAX_ROLES) {
        throw new Fault("conflict", "auth.role.too_many", "too many roles", { max: MAX_ROLES });
      }
      requireFreeName(rows, wanted.name);
      const row = this.#row({ id, name: wanted.name, note: wanted.note, version: 1 }, permissions, by);
      await putRole(tx, row);
      await this.#tell(tx, by, {
        verb: "auth.role.created",
        id,
        details: { name: wanted.name, permissions: [...permissions] },
      });
      return toRole(id, { row, people: 0 });
    });
  }

  /** Fault auth.role.fixed, auth.role.missing, auth.role.not_held, auth.role.changed; whatever the guard refuses. */
  async change(id: string, change: RoleChange, by: Acting): Promise<Role> {
    if (id === ADMIN) throw new Fault("conflict", "auth.role.fixed", "the role admin holds everything, always");
    return this.#records.transaction(async (tx) => {
      const row = await roleRow(tx, id);
      const builtIn = builtInPermissions(id) !== undefined;
      if (row === undefined && !builtIn) throw noRole(id);
      requireVersion(row, change.version);
      const before = permissionsWith(id, row);
      const after = new Set<Permission>(change.permissions);
      requireHeld(by, [...before, ...after]);
      const name = builtIn ? null : (change.name ?? row?.name ?? null);
      if (name !== null)
        requireFreeName(
          (await roleRows(tx)).filter((one) => one.id !== id),
          name,
        );
      const note = change.note ?? row?.note ?? "";
      const next = this.#row({ id, name, note, version: (row?.version ?? 0) + 1 }, after, by);
      await putRole(tx, next);
      const details = {
        ...(name === (row?.name ?? null) ? {} : { name: { from: row?.name ?? null, to: name } }),
        granted: [...after].filter((one) => !before.has(one)),
        withdrawn: [...before].filter((one) => !after.has(one)),
      };
      await this.#tell(tx, by, { verb: "auth.role.changed", id, details });
      const people = (await activePeople(tx)).filter(({ role }) => role === id).map((person) => person.id);
      await this.letGo(tx, { people, loses: new Set(details.withdrawn) });
      return toRole(id, { row: next, people: (await countUsersByRole(tx)).get(id) ?? 0 });
    });
  }

  /** Only an own role that nobody has, no program either. */
  async remove(id: string, by: Acting): Promise<void> {
    if (builtInPermissions(id) !== undefined) {
      throw new Fault("conflict", "auth.role.built_in", "built-in roles stay; take permissions from them instead");
    }
    await this.#records.transaction(async (tx) => {
      const row = await roleRow(tx, id);
      if (row === undefined) throw noRole(id);
      requireHeld(by, permissionsWith(id, row));
      const people = (await countUsersByRole(tx)).get(id) ?? 0;
      if (people > 0) throw new Fault("conflict", "auth.role.in_use", "people still have this role", { people });
      const programs = await countAccountsOfRole(tx, id);
      if (programs > 0) {
        throw new Fault("conflict", "auth.role.held_by_programs", "service accounts still have this role", {
          programs,
        });
      }
      await dropRole(tx, id);
      await this.#tell(tx, by, { verb: "auth.role.removed", id, details: { name: row.name } });
    });
  }

  #row(
    role: Pick<RoleRow, "id" | "name" | "note" | "version">,
    permissions: ReadonlySet<Permission>,
    by: Acting,
  ): RoleRow {
    const standard = builtInPermissions(role.id) ?? new Set<Permission>();
    return {
      ...role,
      granted: JSON.stringify([...permissions].filter((one) => !standard.has(one))),
      withdrawn: JSON.stringify([...standard].filter((one) => !permissions.has(one))),
      changed_at: this.#clock.now(),
      changed_by: by.actor.name,
    };
  }

  async #tell(
    tx: Tx,
    by: Acting,
    what: { verb: string; id: string; details: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { actor, peer } = by;
    const object = { kind: "role", id: what.id };
    await this.#audit.record({ actor, peer, verb: what.verb, object, details: what.details }, tx);
  }
}

/** In the order of the list of permissions; names an older version knew are left out. */
function permissionsWith(id: string, row: RoleRow | undefined): ReadonlySet<Permission> {
  const standard = builtInPermissions(id) ?? new Set<Permission>();
  if (row === undefined) return standard;
  const granted = new Set(JSON.parse(row.granted) as string[]);
  const withdrawn = new Set(JSON.parse(row.withdrawn) as string[]);
  return new Set(
    PERMISSIONS.filter((one) => KNOWN.has(one) && (granted.has(one) || (standard.has(one) && !withdrawn.has(one)))),
  );
}

function toRole(id: string, of: { row: RoleRow | undefined; people: number }): Role {
  const { row, people } = of;
  const standard = builtInPermissions(id);
  const permissions = permissionsWith(id, row);
  const changed =
    standard !== undefined &&
    (standard.size !== permissions.size || [...standard].some((one) => !permissions.has(one)));
  return {
    id,
    name: row?.name ?? null,
    note: row?.note ?? "",
    builtIn: standard !== undefined,
    changed,
    permissions: [...permissions],
    standard: [...(standard ?? [])],
    people,
    version: row?.version ?? 0,
    changedAt: row === undefined ? null : toIso(row.changed_at),
    changedBy: row?.changed_by ?? null,
  };
}

function requireVersion(row: RoleRow | undefined, seen: number): void {
  if ((row?.version ?? 0) === seen) return;
  throw new Fault("conflict", "auth.role.changed", "somebody changed the role meanwhile", {
    by: row?.changed_by ?? "",
    at: row === undefined ? "" : toIso(row.changed_at),
  });
}

function requireFreeName(rows: readonly RoleRow[], name: string): void {
  const wanted = name.toLocaleLowerCase("vi");
  if (rows.some((row) => row.name?.toLocaleLowerCase("vi") === wanted)) {
    throw new Fault("conflict", "auth.role.exists", "the name is taken", { name });
  }
}

function noRole(id: string): Fault {
  return new Fault("missing", "auth.role.missing", "no such role", { role: id });
}
