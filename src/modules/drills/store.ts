import type { Instant } from "../../kernel/index.ts";
import type { NoTables, Query, Selectable } from "../../platform/db/index.ts";

type DrillTables = {
  drills_exercises: {
    id: string;
    scenario: string;
    title_vi: string;
    title_en: string;
    state: string;
    started_at: number;
    ended_at: number | null;
    started_by: string;
    sent: number;
    total: number;
    phase: string | null;
    failure: string | null;
  };
};

export type ExerciseState = "running" | "ended" | "stopped" | "failed";

export interface ExerciseRecord {
  readonly id: string;
  readonly scenario: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly state: ExerciseState;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly startedBy: string;
  readonly sent: number;
  readonly total: number;
  readonly phase: string | null;
  readonly failure: string | null;
}

const tables = (query: Query<NoTables>) => query.withTables<DrillTables>();

export async function insertExercise(query: Query<NoTables>, record: ExerciseRecord): Promise<void> {
  await tables(query)
    .insertInto("drills_exercises")
    .values({
      id: record.id,
      scenario: record.scenario,
      title_vi: record.title.vi,
      title_en: record.title.en,
      state: record.state,
      started_at: record.startedAt,
      ended_at: record.endedAt,
      started_by: record.startedBy,
      sent: record.sent,
      total: record.total,
      phase: record.phase,
      failure: record.failure,
    })
    .execute();
}

export async function updateExercise(
  query: Query<NoTables>,
  id: string,
  change: Partial<Pick<ExerciseRecord, "state" | "sent" | "phase" | "failure" | "endedAt">>,
): Promise<void> {
  await tables(query)
    .updateTable("drills_exercises")
    .set({
      ...(change.state === undefined ? {} : { state: change.state }),
      ...(change.sent === undefined ? {} : { sent: change.sent }),
      ...(change.phase === undefined ? {} : { phase: change.phase }),
      ...(change.failure === undefined ? {} : { failure: change.failure }),
      ...(change.endedAt === undefined ? {} : { ended_at: change.endedAt }),
    })
    .where("id", "=", id)
    .execute();
}

export async function listExercises(query: Query<NoTables>): Promise<ExerciseRecord[]> {
  const rows = await tables(query)
    .selectFrom("drills_exercises")
    .selectAll()
    .orderBy("started_at", "desc")
    .limit(200)
    .execute();
  return rows.map(toExercise);
}

export async function getExercise(query: Query<NoTables>, id: string): Promise<ExerciseRecord | undefined> {
  const row = await tables(query).selectFrom("drills_exercises").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toExercise(row);
}

/** Exercises a stop of the process left running: they have no one sending any more. */
export async function endOrphans(query: Query<NoTables>, at: Instant): Promise<void> {
  await tables(query)
    .updateTable("drills_exercises")
    .set({ state: "failed", failure: "drills.exercise.interrupted", ended_at: at })
    .where("state", "=", "running")
    .execute();
}

function toExercise(row: Selectable<DrillTables["drills_exercises"]>): ExerciseRecord {
  return {
    id: row.id,
    scenario: row.scenario,
    title: { vi: row.title_vi, en: row.title_en },
    state: row.state as ExerciseState,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    startedBy: row.started_by,
    sent: row.sent,
    total: row.total,
    phase: row.phase,
    failure: row.failure,
  };
}
