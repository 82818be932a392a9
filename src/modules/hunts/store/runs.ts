/** What scheduled hunts did: their runs, and the row behind each finding. */
import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { Cell, TableColumn } from "../../lake/index.ts";

type RunTables = {
  hunts_schedules: {
    hunt_id: string;
    next_run_at: number;
    last_run_at: number | null;
    last_rows: number | null;
    last_raised: number | null;
    last_error: string | null;
  };
  hunts_told: { hunt_id: string; identity: string; told_at: number };
  hunts_runs: {
    hunt_id: string;
    at: number;
    took_ms: number;
    found: number;
    raised: number;
    truncated: number;
    error: string | null;
  };
  hunts_raised: {
    finding_id: string;
    hunt_id: string;
    hunt_name: string;
    query: string;
    from_at: number;
    to_at: number;
    columns: string;
    cells: string;
    raised_at: number;
  };
};

export interface HuntRun {
  readonly at: Instant;
  readonly tookMs: number;
  /** Rows the hunt gave. */
  readonly rows: number;
  /** Rows that were new and became findings. */
  readonly raised: number;
  /** There were more rows than one run may raise. */
  readonly truncated: boolean;
  readonly error: string | null;
}

export interface RaisedRow {
  readonly findingId: string;
  readonly huntId: string;
  readonly huntName: string;
  readonly query: string;
  readonly from: Instant;
  readonly to: Instant;
  /** Of a table's row; an event is found by the finding's own event id. */
  readonly columns: readonly TableColumn[];
  readonly cells: readonly Cell[];
  readonly raisedAt: Instant;
}

const tables = (query: Query<NoTables>) => query.withTables<RunTables>();

export async function isScheduled(query: Query<NoTables>, huntId: string): Promise<boolean> {
  const row = await tables(query)
    .selectFrom("hunts_schedules")
    .select("hunt_id")
    .where("hunt_id", "=", huntId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Only the outcome: what people set meanwhile stays, and a schedule that is gone stays gone. */
export async function putTurn(
  query: Query<NoTables>,
  huntId: string,
  { run, nextRunAt }: { readonly run: HuntRun; readonly nextRunAt: Instant },
): Promise<void> {
  const { at, rows, raised, error } = run;
  const outcome = error === null ? { last_rows: rows, last_raised: raised } : {};
  const { numUpdatedRows } = await tables(query)
    .updateTable("hunts_schedules")
    .set({ next_run_at: nextRunAt, last_run_at: at, last_error: error, ...outcome })
    .where("hunt_id", "=", huntId)
    .executeTakeFirst();
  if (Number(numUpdatedRows) === 0) return;
  await tables(query)
    .insertInto("hunts_runs")
    .values({
      hunt_id: huntId,
      at,
      took_ms: run.tookMs,
      found: rows,
      raised,
      truncated: run.truncated ? 1 : 0,
      error,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function runsOf(query: Query<NoTables>, huntId: string, limit: number): Promise<readonly HuntRun[]> {
  const rows = await tables(query)
    .selectFrom("hunts_runs")
    .selectAll()
    .where("hunt_id", "=", huntId)
    .orderBy("at", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    at: row.at,
    tookMs: row.took_ms,
    rows: row.found,
    raised: row.raised,
    truncated: row.truncated === 1,
    error: row.error,
  }));
}

export async function forgetRuns(query: Query<NoTables>, huntId: string, before: Instant): Promise<void> {
  await tables(query).deleteFrom("hunts_runs").where("hunt_id", "=", huntId).where("at", "<", before).execute();
}

/** Those of the rows that were told before. */
export async function toldOf(
  query: Query<NoTables>,
  huntId: string,
  identities: readonly string[],
): Promise<ReadonlySet<string>> {
  if (identities.length === 0) return new Set();
  const rows = await tables(query)
    .selectFrom("hunts_told")
    .select("identity")
    .where("hunt_id", "=", huntId)
    .where("identity", "in", identities)
    .execute();
  return new Set(rows.map(({ identity }) => identity));
}

export async function putRaised(query: Query<NoTables>, rows: readonly RaisedRow[]): Promise<void> {
  for (const row of rows) {
    await tables(query)
      .insertInto("hunts_raised")
      .values({
        finding_id: row.findingId,
        hunt_id: row.huntId,
        hunt_name: row.huntName,
        query: row.query,
        from_at: row.from,
        to_at: row.to,
        columns: JSON.stringify(row.columns),
        cells: JSON.stringify(row.cells),
        raised_at: row.raisedAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export async function findRaised(query: Query<NoTables>, findingId: string): Promise<RaisedRow | undefined> {
  const row = await tables(query)
    .selectFrom("hunts_raised")
    .selectAll()
    .where("finding_id", "=", findingId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    findingId: row.finding_id,
    huntId: row.hunt_id,
    huntName: row.hunt_name,
    query: row.query,
    from: row.from_at,
    to: row.to_at,
    columns: JSON.parse(row.columns) as readonly TableColumn[],
    cells: JSON.parse(row.cells) as readonly Cell[],
    raisedAt: row.raised_at,
  };
}

/** Findings of each hunt. */
export async function raisedByHunt(query: Query<NoTables>): Promise<ReadonlyMap<string, number>> {
  const rows = await tables(query)
    .selectFrom("hunts_raised")
    .select(({ fn }) => ["hunt_id", fn.countAll<number>().as("n")])
    .groupBy("hunt_id")
    .execute();
  return new Map(rows.map(({ hunt_id, n }) => [hunt_id, Number(n)]));
}

export async function forgetRaised(query: Query<NoTables>, before: Instant): Promise<void> {
  await tables(query).deleteFrom("hunts_raised").where("raised_at", "<", before).execute();
}
