import type { Instant, Severity } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable } from "../../../platform/db/index.ts";
import type { Timing } from "../core/timing.ts";

type SavedTables = {
  hunts_saved: {
    id: string;
    name: string;
    query: string;
    span: string;
    columns: string;
    description_vi: string;
    description_en: string;
    owner_id: string;
    owner_name: string;
    shared: number;
    created_at: number;
    updated_at: number;
  };
  hunts_schedules: {
    hunt_id: string;
    timing: string;
    level: string;
    lookback_ms: number;
    enabled: number;
    next_run_at: number;
    last_run_at: number | null;
    last_rows: number | null;
    last_raised: number | null;
    last_error: string | null;
  };
  hunts_told: { hunt_id: string; identity: string; told_at: number };
  hunts_links: { id: string; content: string; created_at: number; created_by: string };
};

export interface SavedHunt {
  readonly id: string;
  readonly name: string;
  readonly query: string;
  /** How far back it looks when it is opened: `24h`. */
  readonly span: string;
  readonly columns: readonly string[];
  readonly description: { readonly vi: string; readonly en: string };
  readonly owner: { readonly id: string; readonly name: string };
  readonly shared: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface Schedule {
  readonly huntId: string;
  readonly timing: Timing;
  readonly level: Severity;
  readonly lookbackMs: number;
  readonly enabled: boolean;
  readonly nextRunAt: Instant;
  readonly lastRunAt: Instant | null;
  readonly lastRows: number | null;
  readonly lastRaised: number | null;
  readonly lastError: string | null;
}

const tables = (query: Query<NoTables>) => query.withTables<SavedTables>();

export async function putHunt(query: Query<NoTables>, hunt: SavedHunt): Promise<void> {
  const row = {
    name: hunt.name,
    query: hunt.query,
    span: hunt.span,
    columns: JSON.stringify(hunt.columns),
    description_vi: hunt.description.vi,
    description_en: hunt.description.en,
    shared: hunt.shared ? 1 : 0,
    updated_at: hunt.updatedAt,
  };
  await tables(query)
    .insertInto("hunts_saved")
    .values({
      ...row,
      id: hunt.id,
      owner_id: hunt.owner.id,
      owner_name: hunt.owner.name,
      created_at: hunt.createdAt,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function huntsSeenBy(query: Query<NoTables>, ownerId: string): Promise<readonly SavedHunt[]> {
  const rows = await tables(query)
    .selectFrom("hunts_saved")
    .selectAll()
    .where((where) => where.or([where("owner_id", "=", ownerId), where("shared", "=", 1)]))
    .orderBy("updated_at", "desc")
    .execute();
  return rows.map(toHunt);
}

export async function findSaved(query: Query<NoTables>, id: string): Promise<SavedHunt | undefined> {
  const row = await tables(query).selectFrom("hunts_saved").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toHunt(row);
}

export async function countSaved(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("hunts_saved")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

export async function removeSaved(query: Query<NoTables>, id: string): Promise<void> {
  await tables(query).deleteFrom("hunts_saved").where("id", "=", id).execute();
}

export async function putSchedule(query: Query<NoTables>, schedule: Schedule): Promise<void> {
  const row = {
    timing: JSON.stringify(schedule.timing),
    level: schedule.level,
    lookback_ms: schedule.lookbackMs,
    enabled: schedule.enabled ? 1 : 0,
    next_run_at: schedule.nextRunAt,
    last_run_at: schedule.lastRunAt,
    last_rows: schedule.lastRows,
    last_raised: schedule.lastRaised,
    last_error: schedule.lastError,
  };
  await tables(query)
    .insertInto("hunts_schedules")
    .values({ ...row, hunt_id: schedule.huntId })
    .onConflict((conflict) => conflict.column("hunt_id").doUpdateSet(row))
    .execute();
}

export async function removeSchedule(query: Query<NoTables>, huntId: string): Promise<void> {
  await tables(query).deleteFrom("hunts_schedules").where("hunt_id", "=", huntId).execute();
}

export async function schedules(query: Query<NoTables>): Promise<readonly Schedule[]> {
  return (await tables(query).selectFrom("hunts_schedules").selectAll().execute()).map(toSchedule);
}

export async function dueSchedules(query: Query<NoTables>, now: Instant): Promise<readonly Schedule[]> {
  const rows = await tables(query)
    .selectFrom("hunts_schedules")
    .selectAll()
    .where("enabled", "=", 1)
    .where("next_run_at", "<=", now)
    .orderBy("next_run_at")
    .limit(50)
    .execute();
  return rows.map(toSchedule);
}

/** False when the row was told before. */
export async function tellOnce(
  query: Query<NoTables>,
  told: { huntId: string; identity: string; at: Instant },
): Promise<boolean> {
  const result = await tables(query)
    .insertInto("hunts_told")
    .values({ hunt_id: told.huntId, identity: told.identity, told_at: told.at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function forgetTold(query: Query<NoTables>, before: Instant): Promise<void> {
  await tables(query).deleteFrom("hunts_told").where("told_at", "<", before).execute();
}

export async function putLink(
  query: Query<NoTables>,
  link: { readonly id: string; readonly content: string; readonly at: Instant; readonly by: string },
): Promise<void> {
  await tables(query)
    .insertInto("hunts_links")
    .values({ id: link.id, content: link.content, created_at: link.at, created_by: link.by })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function findLink(
  query: Query<NoTables>,
  id: string,
): Promise<{ readonly content: string; readonly at: Instant; readonly by: string } | undefined> {
  const row = await tables(query).selectFrom("hunts_links").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : { content: row.content, at: row.created_at, by: row.created_by };
}

export async function countLinks(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("hunts_links")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

function toHunt(row: Selectable<SavedTables["hunts_saved"]>): SavedHunt {
  return {
    id: row.id,
    name: row.name,
    query: row.query,
    span: row.span,
    columns: JSON.parse(row.columns) as readonly string[],
    description: { vi: row.description_vi, en: row.description_en },
    owner: { id: row.owner_id, name: row.owner_name },
    shared: row.shared === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toSchedule(row: Selectable<SavedTables["hunts_schedules"]>): Schedule {
  return {
    huntId: row.hunt_id,
    timing: JSON.parse(row.timing) as Timing,
    level: row.level as Severity,
    lookbackMs: row.lookback_ms,
    enabled: row.enabled === 1,
    nextRunAt: row.next_run_at,
    lastRunAt: row.last_run_at,
    lastRows: row.last_rows,
    lastRaised: row.last_raised,
    lastError: row.last_error,
  };
}
