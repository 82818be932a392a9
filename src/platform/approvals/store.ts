import type { Instant } from "../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql, type Tx } from "../db/index.ts";

type ApprovalTables = {
  approvals_requests: {
    id: string;
    kind: string;
    object_kind: string;
    object_id: string;
    object_title: string;
    details: string;
    reason: string;
    by_id: string;
    by_name: string;
    opened_at: number;
    expires_at: number;
  };
  approvals_steps: {
    request_id: string;
    stage: number;
    what: string;
    at: number;
    by_id: string;
    by_name: string;
    note: string;
  };
  approvals_kinds: { kind: string; enabled: number; changed_at: number; changed_by: string };
};
export type RequestRow = Selectable<ApprovalTables["approvals_requests"]>;
export type StepRow = Selectable<ApprovalTables["approvals_steps"]>;
export type KindRow = Selectable<ApprovalTables["approvals_kinds"]>;

type Reader = Query<NoTables>;
const on = (query: Reader): Query<ApprovalTables> => query.withTables<ApprovalTables>();

export async function insertRequest(tx: Tx, row: RequestRow): Promise<void> {
  await on(tx).insertInto("approvals_requests").values(row).execute();
}

/** False when another step of this stage was first. */
export async function insertStep(tx: Tx, row: StepRow): Promise<boolean> {
  const [result] = await on(tx)
    .insertInto("approvals_steps")
    .values(row)
    .onConflict((conflict) => conflict.columns(["request_id", "stage"]).doNothing())
    .execute();
  return Number(result?.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function requestById(query: Reader, id: string): Promise<RequestRow | undefined> {
  return on(query).selectFrom("approvals_requests").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Newest first; of one person when `by` is given. */
export async function newestRequests(query: Reader, of: { by?: string; limit: number }): Promise<RequestRow[]> {
  let rows = on(query).selectFrom("approvals_requests").selectAll();
  if (of.by !== undefined) rows = rows.where("by_id", "=", of.by);
  return rows.orderBy("opened_at", "desc").orderBy("id").limit(of.limit).execute();
}

export async function waitingRequests(query: Reader): Promise<RequestRow[]> {
  return on(query)
    .selectFrom("approvals_requests as request")
    .selectAll()
    .where((is) =>
      is.not(
        is.exists(is.selectFrom("approvals_steps").select(sql`1`.as("one")).whereRef("request_id", "=", "request.id")),
      ),
    )
    .orderBy("opened_at")
    .execute();
}

export async function stepsOf(query: Reader, ids: readonly string[]): Promise<Map<string, StepRow[]>> {
  if (ids.length === 0) return new Map();
  const rows = await on(query)
    .selectFrom("approvals_steps")
    .selectAll()
    .where("request_id", "in", [...ids])
    .orderBy("stage")
    .execute();
  return Map.groupBy(rows, (row) => row.request_id);
}

export async function kindRows(query: Reader): Promise<KindRow[]> {
  return on(query).selectFrom("approvals_kinds").selectAll().execute();
}

export async function putKind(
  tx: Tx,
  kind: { kind: string; enabled: boolean; at: Instant; by: string },
): Promise<void> {
  const change = { enabled: kind.enabled ? 1 : 0, changed_at: kind.at, changed_by: kind.by };
  await on(tx)
    .insertInto("approvals_kinds")
    .values({ kind: kind.kind, ...change })
    .onConflict((conflict) => conflict.column("kind").doUpdateSet(change))
    .execute();
}
