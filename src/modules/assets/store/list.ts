/** Pages of the register: filtered, sorted, with what each system counts. */
import { foldText } from "../../../kernel/index.ts";
import { type NoTables, type Query, sql } from "../../../platform/db/index.ts";
import type { ListedSystem, Sort, SystemFilter } from "../records.ts";
import { rankOf, toSystem } from "./systems.ts";
import { tables } from "./tables.ts";

export interface PlaceInList {
  readonly key: string | number;
  readonly id: string;
}

interface PageAsk {
  readonly filter: SystemFilter;
  readonly sort: Sort;
  readonly after: PlaceInList | undefined;
  readonly limit: number;
}

const KEYS = { name: "name_sort", criticality: "criticality", updated: "updated_at" } as const;

export async function pageOfSystems(
  query: Query<NoTables>,
  { filter, sort, after, limit }: PageAsk,
): Promise<{ readonly items: readonly ListedSystem[]; readonly next: PlaceInList | undefined }> {
  const key = KEYS[sort];
  const direction = sort === "name" ? "asc" : "desc";
  let asked = filtered(query, filter)
    .selectAll("assets_systems")
    .select((where) => [
      where
        .selectFrom("assets_systems as above")
        .select("above.name")
        .whereRef("above.id", "=", "assets_systems.parent_id")
        .as("parent_name"),
      where
        .selectFrom("assets_services")
        .select(({ fn }) => fn.countAll<number>().as("n"))
        .whereRef("assets_services.system_id", "=", "assets_systems.id")
        .as("services"),
      where
        .selectFrom("assets_identifiers")
        .select(({ fn }) => fn.countAll<number>().as("n"))
        .whereRef("assets_identifiers.system_id", "=", "assets_systems.id")
        .as("identifiers"),
      where
        .selectFrom("assets_systems as below")
        .select(({ fn }) => fn.countAll<number>().as("n"))
        .whereRef("below.parent_id", "=", "assets_systems.id")
        .where("below.state", "!=", "merged")
        .as("children"),
    ])
    .orderBy(`assets_systems.${key}`, direction)
    .orderBy("assets_systems.id", direction)
    .limit(limit + 1);
  if (after !== undefined) {
    const beyond = direction === "asc" ? sql`>` : sql`<`;
    asked = asked.where(
      sql<boolean>`(${sql.ref(`assets_systems.${key}`)}, assets_systems.id) ${beyond} (${after.key}, ${after.id})`,
    );
  }
  const rows = await asked.execute();
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return {
    items: shown.map((row) => ({
      ...toSystem(row),
      parentName: row.parent_name,
      services: Number(row.services),
      identifiers: Number(row.identifiers),
      children: Number(row.children),
    })),
    next: last === undefined ? undefined : { key: last[key], id: last.id },
  };
}

export async function countOfSystems(query: Query<NoTables>, filter: SystemFilter): Promise<number> {
  const row = await filtered(query, filter)
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

/** Values people filter by, most used first. */
export async function usedValues(query: Query<NoTables>, field: "zone" | "owner", limit: number) {
  const rows = await tables(query)
    .selectFrom("assets_systems")
    .select(({ fn }) => [field, fn.countAll<number>().as("n")])
    .where("state", "=", "active")
    .where(field, "is not", null)
    .groupBy(field)
    .orderBy("n", "desc")
    .orderBy(field)
    .limit(limit)
    .execute();
  return rows.map((row) => ({ value: row[field] ?? "", count: Number(row.n) }));
}

function filtered(query: Query<NoTables>, filter: SystemFilter) {
  let asked = tables(query).selectFrom("assets_systems");
  if (filter.state !== "all") asked = asked.where("assets_systems.state", "=", filter.state);
  if (filter.criticality.length > 0) {
    asked = asked.where("assets_systems.criticality", "in", filter.criticality.map(rankOf));
  }
  if (filter.zone !== undefined) asked = asked.where("assets_systems.zone", "=", filter.zone);
  if (filter.owner !== undefined) asked = asked.where("assets_systems.owner", "=", filter.owner);
  if (filter.parent !== undefined) asked = asked.where("assets_systems.parent_id", "=", filter.parent);
  for (const [column, wanted] of [
    ["vn_level", filter.level],
    ["nis2_class", filter.nis2],
  ] as const) {
    if (wanted.length === 0) continue;
    const named = wanted.filter((value) => value !== "none");
    asked = asked.where((where) =>
      where.or([
        ...(named.length > 0 ? [where(`assets_systems.${column}`, "in", named)] : []),
        ...(wanted.includes("none") ? [where(`assets_systems.${column}`, "is", null)] : []),
      ]),
    );
  }
  if (filter.q !== undefined) {
    const pattern = `%${foldText(filter.q).replace(/[\\%_]/gu, "\\$&")}%`;
    asked = asked.where((where) =>
      where.or([
        sql<boolean>`assets_systems.search LIKE ${pattern} ESCAPE '\\'`,
        where.exists(
          where
            .selectFrom("assets_identifiers as known")
            .select("known.system_id")
            .whereRef("known.system_id", "=", "assets_systems.id")
            .where(sql<boolean>`known.value LIKE ${pattern} ESCAPE '\\'`),
        ),
      ]),
    );
  }
  return asked;
}
