import { foldText, type Severity, severityRank } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../../../platform/db/index.ts";
import type { Resolution, Stage } from "../core/stages.ts";
import { MAX_MERGED_CASES } from "../limits.ts";
import type { CaseFilter, CaseKey, CaseRecord, ListedCase, Origin, Person } from "../records.ts";
import type { Tlp } from "../schemas.ts";
import { type IncidentTables, tables } from "./tables.ts";
import { visibleTo } from "./visible.ts";

export async function nextNumber(tx: Tx, series: string): Promise<number> {
  const row = await tables(tx)
    .insertInto("incidents_numbers")
    .values({ series, last: 1 })
    .onConflict((conflict) => conflict.column("series").doUpdateSet({ last: sql<number>`incidents_numbers.last + 1` }))
    .returning("last")
    .executeTakeFirstOrThrow();
  return row.last;
}

export async function putCase(tx: Tx, record: CaseRecord): Promise<void> {
  const changing = {
    kind: record.kind,
    title: record.title,
    summary: record.summary,
    severity: record.severity,
    severity_rank: severityRank(record.severity),
    stage: record.stage,
    tlp: record.tlp,
    tags: JSON.stringify(record.tags),
    lead_id: record.lead?.id ?? null,
    lead_name: record.lead?.name ?? null,
    deputies: JSON.stringify(record.deputies),
    watchers: JSON.stringify(record.watchers),
    restricted: record.restricted ? 1 : 0,
    resolution: record.resolution,
    closing_summary: record.closingSummary,
    merged_into: record.mergedInto,
    hold_id: record.holdId,
    exercise_id: record.exerciseId,
    version: record.version,
    search: foldText([record.number, record.title, record.summary, ...record.tags].join(" ")),
    updated_at: record.updatedAt,
  };
  await tables(tx)
    .insertInto("incidents_cases")
    .values({
      ...changing,
      id: record.id,
      number: record.number,
      origin: record.origin === null ? null : JSON.stringify(record.origin),
      created_at: record.createdAt,
      created_by_id: record.createdBy.id,
      created_by_name: record.createdBy.name,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(changing))
    .execute();
}

/** The case as it exists for this person: undefined also when it is restricted and they are not named. */
export async function findCase(query: Query<NoTables>, id: string, userId: string): Promise<CaseRecord | undefined> {
  const row = await tables(query)
    .selectFrom("incidents_cases as c")
    .selectAll("c")
    .where("c.id", "=", id)
    .where(visibleTo(userId))
    .executeTakeFirst();
  return row === undefined ? undefined : toCase(row);
}

/** Whose hold this is; nobody is asked whether they may know of it. */
export async function caseOfHold(query: Query<NoTables>, holdId: string): Promise<CaseRecord | undefined> {
  const row = await tables(query)
    .selectFrom("incidents_cases")
    .selectAll()
    .where("hold_id", "=", holdId)
    .executeTakeFirst();
  return row === undefined ? undefined : toCase(row);
}

/** For what two people agreed to; nobody is asked whether they may know of it. */
export async function restrictedByNumber(query: Query<NoTables>, number: string): Promise<CaseRecord | undefined> {
  const row = await tables(query)
    .selectFrom("incidents_cases as c")
    .selectAll("c")
    .where("c.number", "=", number)
    .where("c.restricted", "=", 1)
    .executeTakeFirst();
  return row === undefined ? undefined : toCase(row);
}

export async function casesByIds(
  query: Query<NoTables>,
  ids: readonly string[],
  userId: string,
): Promise<ListedCase[]> {
  if (ids.length === 0) return [];
  return (
    await listing(query)
      .where("c.id", "in", [...ids])
      .where(visibleTo(userId))
      .execute()
  ).map(toListed);
}

export async function casesMergedInto(query: Query<NoTables>, id: string, userId: string): Promise<CaseRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_cases as c")
    .selectAll("c")
    .where("c.merged_into", "=", id)
    .where(visibleTo(userId))
    .orderBy("c.created_at")
    .orderBy("c.id")
    .limit(MAX_MERGED_CASES)
    .execute();
  return rows.map(toCase);
}

/** The case, then those merged into it and into those, as far as each exists for this person. */
export async function withMerged(query: Query<NoTables>, record: CaseRecord, userId: string): Promise<CaseRecord[]> {
  const all = [record];
  for (let at = 0; at < all.length && all.length < MAX_MERGED_CASES; at += 1) {
    const known = new Set(all.map(({ id }) => id));
    const merged = await casesMergedInto(query, all[at]?.id ?? "", userId);
    all.push(...merged.filter(({ id }) => !known.has(id)));
  }
  return all.slice(0, MAX_MERGED_CASES);
}

export async function listCases(
  query: Query<NoTables>,
  ask: {
    readonly filter: CaseFilter;
    readonly userId: string;
    readonly after: CaseKey | undefined;
    readonly limit: number;
  },
): Promise<ListedCase[]> {
  const { filter, after } = ask;
  const column = sortColumn(filter.sort);
  let rows = narrowed(listing(query), filter, ask.userId).orderBy(column, "desc").orderBy("c.id").limit(ask.limit);
  if (after !== undefined)
    rows = rows.where((is) =>
      is.or([is(column, "<", after.sort), is.and([is(column, "=", after.sort), is("c.id", ">", after.id)])]),
    );
  return (await rows.execute()).map(toListed);
}

export async function countCases(query: Query<NoTables>, filter: CaseFilter, userId: string): Promise<number> {
  const counted = tables(query)
    .selectFrom("incidents_cases as c")
    .select(({ fn }) => fn.countAll<number>().as("n"));
  return Number((await narrowed(counted, filter, userId).executeTakeFirst())?.n ?? 0);
}

export function sortValue(record: CaseRecord, sort: CaseFilter["sort"]): number {
  if (sort === "severity") return severityRank(record.severity);
  return sort === "created" ? record.createdAt : record.updatedAt;
}

function sortColumn(sort: CaseFilter["sort"]): "c.severity_rank" | "c.created_at" | "c.updated_at" {
  if (sort === "severity") return "c.severity_rank";
  return sort === "created" ? "c.created_at" : "c.updated_at";
}

function listing(query: Query<NoTables>) {
  return tables(query)
    .selectFrom("incidents_cases as c")
    .selectAll("c")
    .select([
      sql<number>`(SELECT count(*) FROM incidents_alerts AS a WHERE a.case_id = c.id)`.as("alerts"),
      sql<number>`(SELECT count(*) FROM incidents_parts AS p WHERE p.case_id = c.id AND p.kind = 'task' AND p.hidden = 0)`.as(
        "tasks",
      ),
      sql<number>`(SELECT count(*) FROM incidents_parts AS p WHERE p.case_id = c.id AND p.kind = 'task' AND p.hidden = 0 AND p.done = 1)`.as(
        "tasks_done",
      ),
    ]);
}

interface Narrowable {
  where(condition: ReturnType<typeof visibleTo>): this;
}

function narrowed<Statement extends Narrowable>(statement: Statement, filter: CaseFilter, userId: string): Statement {
  let rows = statement.where(visibleTo(userId));
  const { text, stages, severities, kind, tag } = filter;
  const isIn = (column: string, values: readonly string[]) =>
    sql<boolean>`${sql.ref(column)} IN (${sql.join(values.map((value) => sql`${value}`))})`;
  if (text !== undefined) rows = rows.where(sql<boolean>`instr(c.search, ${text}) > 0`);
  if (stages !== undefined) rows = rows.where(isIn("c.stage", stages));
  if (severities !== undefined) rows = rows.where(isIn("c.severity", severities));
  if (kind !== undefined) rows = rows.where(sql<boolean>`c.kind = ${kind}`);
  if (tag !== undefined) rows = rows.where(holds("c.tags", sql`value = ${tag}`));
  if (filter.exercise === "only") rows = rows.where(sql<boolean>`c.exercise_id IS NOT NULL`);
  if (filter.exercise === "exclude") rows = rows.where(sql<boolean>`c.exercise_id IS NULL`);
  const isMe = sql`json_extract(value, '$.id') = ${userId}`;
  if (filter.whose === "watching") rows = rows.where(holds("c.watchers", isMe));
  if (filter.whose === "mine") rows = rows.where(sql<boolean>`(c.lead_id = ${userId} OR ${holds("c.deputies", isMe)})`);
  return rows;
}

function holds(column: string, condition: ReturnType<typeof sql>) {
  return sql<boolean>`EXISTS (SELECT 1 FROM json_each(${sql.ref(column)}) WHERE ${condition})`;
}

type CaseRow = Selectable<IncidentTables["incidents_cases"]>;

function toListed(row: CaseRow & { alerts: number; tasks: number; tasks_done: number }): ListedCase {
  return { ...toCase(row), alerts: row.alerts, tasks: { done: row.tasks_done, total: row.tasks } };
}

export function toCase(row: CaseRow): CaseRecord {
  return {
    id: row.id,
    number: row.number,
    kind: row.kind,
    title: row.title,
    summary: row.summary,
    severity: row.severity as Severity,
    stage: row.stage as Stage,
    tlp: row.tlp as Tlp,
    tags: JSON.parse(row.tags) as string[],
    lead: row.lead_id === null ? null : { id: row.lead_id, name: row.lead_name ?? row.lead_id },
    deputies: JSON.parse(row.deputies) as Person[],
    watchers: JSON.parse(row.watchers) as Person[],
    restricted: row.restricted === 1,
    origin: row.origin === null ? null : (JSON.parse(row.origin) as Origin),
    exerciseId: row.exercise_id,
    resolution: row.resolution as Resolution | null,
    closingSummary: row.closing_summary,
    mergedInto: row.merged_into,
    holdId: row.hold_id,
    version: row.version,
    createdAt: row.created_at,
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    updatedAt: row.updated_at,
  };
}
