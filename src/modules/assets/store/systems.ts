import { foldText } from "../../../kernel/index.ts";
import type { Insertable, NoTables, Query, Selectable } from "../../../platform/db/index.ts";
import { naturalKey } from "../core/natural-key.ts";
import type { IdentifierKind } from "../core/identifiers.ts";
import { CRITICALITIES, type IndexEntry } from "../core/importance.ts";
import type { PlacedIdentifier, Service } from "../core/system.ts";
import type { SystemRecord, SystemRow, SystemState } from "../records.ts";
import { type AssetTables, tables } from "./tables.ts";

/** SQLite takes 32,766 values in one statement; five of each identifier. */
const ROWS_AT_ONCE = 500;

export async function insertSystem(query: Query<NoTables>, system: SystemRecord): Promise<void> {
  await insertSystems(query, [system]);
}

/** Many at once: an import brings tens of thousands of rows. */
export async function insertSystems(query: Query<NoTables>, systems: readonly SystemRecord[]): Promise<void> {
  for (const some of chunks(systems)) {
    await tables(query).insertInto("assets_systems").values(some.map(rowOf)).execute();
  }
  await putParts(query, systems);
}

/** Everything of the system as it is now; `partsToo` when services or identifiers changed. */
export async function updateSystem(
  query: Query<NoTables>,
  system: SystemRecord,
  { partsToo }: { readonly partsToo: boolean },
): Promise<void> {
  const { id, ...row } = rowOf(system);
  await tables(query).updateTable("assets_systems").set(row).where("id", "=", id).execute();
  if (!partsToo) return;
  await tables(query).deleteFrom("assets_services").where("system_id", "=", id).execute();
  await tables(query).deleteFrom("assets_identifiers").where("system_id", "=", id).execute();
  await putParts(query, [system]);
}

async function putParts(query: Query<NoTables>, systems: readonly SystemRecord[]): Promise<void> {
  const services = systems.flatMap(({ id, services: own }) =>
    own.map(({ name, note }) => ({ system_id: id, name, note })),
  );
  for (const some of chunks(services)) await tables(query).insertInto("assets_services").values(some).execute();
  const identifiers = systems.flatMap(({ id, identifiers: own }) =>
    own.map(({ kind, folded, value, service }) => ({ system_id: id, kind, folded, value, service })),
  );
  for (const some of chunks(identifiers)) await tables(query).insertInto("assets_identifiers").values(some).execute();
}

export function* chunks<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += ROWS_AT_ONCE) yield items.slice(at, at + ROWS_AT_ONCE);
}

export async function findSystem(query: Query<NoTables>, id: string): Promise<SystemRecord | undefined> {
  const [system] = await findSystems(query, [id]);
  return system;
}

export async function findSystems(query: Query<NoTables>, ids: readonly string[]): Promise<readonly SystemRecord[]> {
  const systems: SystemRecord[] = [];
  for (const some of chunks(ids)) {
    const [rows, services, identifiers] = await Promise.all([
      tables(query).selectFrom("assets_systems").selectAll().where("id", "in", some).execute(),
      tables(query).selectFrom("assets_services").selectAll().where("system_id", "in", some).orderBy("name").execute(),
      tables(query)
        .selectFrom("assets_identifiers")
        .selectAll()
        .where("system_id", "in", some)
        .orderBy("kind")
        .orderBy("folded")
        .execute(),
    ]);
    const servicesOf = grouped(services, ({ name, note }): Service => ({ name, note }));
    const identifiersOf = grouped(
      identifiers,
      ({ kind, folded, value, service }): PlacedIdentifier => ({
        kind: kind as IdentifierKind,
        folded,
        value,
        service,
      }),
    );
    for (const row of rows) {
      const parts = { services: servicesOf.get(row.id) ?? [], identifiers: identifiersOf.get(row.id) ?? [] };
      systems.push({ ...toSystem(row), ...parts });
    }
  }
  return systems;
}

function grouped<Row extends { readonly system_id: string }, Item>(
  rows: readonly Row[],
  item: (row: Row) => Item,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const row of rows) {
    const group = groups.get(row.system_id);
    if (group === undefined) groups.set(row.system_id, [item(row)]);
    else group.push(item(row));
  }
  return groups;
}

/** Who stands above whom, and by what imports call them: of all systems that are in use. */
export async function activeNames(query: Query<NoTables>) {
  return await tables(query)
    .selectFrom("assets_systems")
    .select(["id", "name_folded", "code_folded", "parent_id"])
    .where("state", "=", "active")
    .execute();
}

export async function parentIdOf(query: Query<NoTables>, id: string): Promise<string | null> {
  const row = await tables(query)
    .selectFrom("assets_systems")
    .select("parent_id")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.parent_id ?? null;
}

export async function idOfCode(query: Query<NoTables>, code: string): Promise<string | undefined> {
  const row = await tables(query)
    .selectFrom("assets_systems")
    .select("id")
    .where("code_folded", "=", foldText(code))
    .where("state", "=", "active")
    .executeTakeFirst();
  return row?.id;
}

export async function childrenOf(query: Query<NoTables>, id: string, limit: number) {
  const rows = await tables(query)
    .selectFrom("assets_systems")
    .select(["id", "name", "criticality", "state"])
    .where("parent_id", "=", id)
    .where("state", "!=", "merged")
    .orderBy("name_sort")
    .limit(limit)
    .execute();
  return rows.map(({ id: child, name, criticality, state }) => ({
    id: child,
    name,
    criticality: criticalityOf(criticality),
    state: state as SystemState,
  }));
}

export async function setParent(
  query: Query<NoTables>,
  ids: readonly string[],
  parentId: string | null,
): Promise<void> {
  if (ids.length === 0) return;
  await tables(query).updateTable("assets_systems").set({ parent_id: parentId }).where("id", "in", ids).execute();
}

export async function setOutcome(
  query: Query<NoTables>,
  id: string,
  outcome: { readonly vn_level?: string | null; readonly nis2_class?: string | null; readonly updated_at: number },
): Promise<void> {
  await tables(query).updateTable("assets_systems").set(outcome).where("id", "=", id).execute();
}

export async function countSystems(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("assets_systems")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

export async function countIdentifiers(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("assets_identifiers")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** Every identifier of systems in use, each with its system: one object for all identifiers of a system. */
export async function indexEntries(query: Query<NoTables>): Promise<readonly IndexEntry[]> {
  const [systems, identifiers] = await Promise.all([
    tables(query)
      .selectFrom("assets_systems")
      .select(["id", "name", "owner", "zone", "criticality"])
      .where("state", "=", "active")
      .execute(),
    tables(query).selectFrom("assets_identifiers").select(["system_id", "kind", "folded"]).execute(),
  ]);
  const byId = new Map(
    systems.map((system) => [system.id, { ...system, criticality: criticalityOf(system.criticality) }]),
  );
  return identifiers.flatMap(({ system_id, kind, folded }) => {
    const system = byId.get(system_id);
    return system === undefined ? [] : [{ kind: kind as IdentifierKind, folded, system }];
  });
}

export function criticalityOf(rank: number): SystemRow["criticality"] {
  return CRITICALITIES[rank - 1] ?? "low";
}

export function rankOf(criticality: SystemRow["criticality"]): number {
  return CRITICALITIES.indexOf(criticality) + 1;
}

function rowOf(system: SystemRecord): Insertable<AssetTables["assets_systems"]> {
  const { name, code, owner, operator, zone, purpose, sector } = system;
  return {
    id: system.id,
    name,
    name_folded: foldText(name),
    name_sort: naturalKey(foldText(name)),
    code,
    code_folded: code === null ? null : foldText(code),
    parent_id: system.parentId,
    owner,
    operator,
    zone,
    criticality: rankOf(system.criticality),
    purpose,
    sector,
    notes: system.notes,
    state: system.state,
    merged_into: system.mergedInto,
    vn_level: system.vnLevel,
    nis2_class: system.nis2Class,
    version: system.version,
    created_at: system.createdAt,
    updated_at: system.updatedAt,
    search: foldText([name, code, owner, operator, zone, purpose, sector].filter((text) => text !== null).join("\n")),
  };
}

export function toSystem(row: Selectable<AssetTables["assets_systems"]>): SystemRow {
  return {
    id: row.id,
    name: row.name,
    code: row.code,
    parentId: row.parent_id,
    owner: row.owner,
    operator: row.operator,
    zone: row.zone,
    criticality: criticalityOf(row.criticality),
    purpose: row.purpose,
    sector: row.sector,
    notes: row.notes,
    state: row.state as SystemState,
    mergedInto: row.merged_into,
    vnLevel: row.vn_level,
    nis2Class: row.nis2_class,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
