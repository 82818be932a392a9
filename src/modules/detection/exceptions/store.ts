import type { Instant, LogSource } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";
import type { ExceptionTest } from "../core/exception.ts";

type ExceptionTables = {
  detection_exceptions: {
    id: string;
    rule_id: string;
    logsource: string;
    title: string;
    reason: string;
    owner: string;
    created_at: number;
    created_by: string;
    from_at: number | null;
    until_at: number | null;
    ended_at: number | null;
    ended_by: string | null;
    body: string;
    tests: string | null;
  };
};

const tables = (query: Query<NoTables>) => query.withTables<ExceptionTables>();

export interface ExceptionRecord {
  readonly id: string;
  readonly ruleId: string;
  /** The rule's when the exception was made. */
  readonly logsource: LogSource;
  readonly title: string;
  readonly reason: string;
  readonly owner: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly endedAt: Instant | null;
  readonly endedBy: string | null;
  /** Selections and condition as YAML. */
  readonly body: string;
  readonly tests: readonly ExceptionTest[] | null;
}

export async function allExceptions(query: Query<NoTables>): Promise<ExceptionRecord[]> {
  const rows = await tables(query)
    .selectFrom("detection_exceptions")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(toException);
}

export async function insertException(tx: Tx, exception: ExceptionRecord): Promise<void> {
  await tables(tx)
    .insertInto("detection_exceptions")
    .values({
      id: exception.id,
      rule_id: exception.ruleId,
      logsource: JSON.stringify(exception.logsource),
      title: exception.title,
      reason: exception.reason,
      owner: exception.owner,
      created_at: exception.createdAt,
      created_by: exception.createdBy,
      from_at: exception.from,
      until_at: exception.until,
      ended_at: exception.endedAt,
      ended_by: exception.endedBy,
      body: exception.body,
      tests: exception.tests === null ? null : JSON.stringify(exception.tests),
    })
    .execute();
}

export async function changeException(
  tx: Tx,
  id: string,
  changed: { readonly until: Instant | null; readonly reason: string },
): Promise<void> {
  await tables(tx)
    .updateTable("detection_exceptions")
    .set({ until_at: changed.until, reason: changed.reason })
    .where("id", "=", id)
    .execute();
}

export async function endException(tx: Tx, id: string, ended: { at: Instant; by: string }): Promise<void> {
  await tables(tx)
    .updateTable("detection_exceptions")
    .set({ ended_at: ended.at, ended_by: ended.by })
    .where("id", "=", id)
    .execute();
}

function toException(row: Selectable<ExceptionTables["detection_exceptions"]>): ExceptionRecord {
  return {
    id: row.id,
    ruleId: row.rule_id,
    logsource: JSON.parse(row.logsource) as LogSource,
    title: row.title,
    reason: row.reason,
    owner: row.owner,
    createdAt: row.created_at,
    createdBy: row.created_by,
    from: row.from_at,
    until: row.until_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
    body: row.body,
    tests: row.tests === null ? null : (JSON.parse(row.tests) as ExceptionTest[]),
  };
}
