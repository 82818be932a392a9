import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import type { Step } from "../core/escalation.ts";
import { tables } from "./tables.ts";

export interface Policy {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly since: Instant;
  readonly steps: readonly Step[];
  readonly version: number;
}

/** The step that says the alert was taken. */
export const TAKEN = -1;

export interface EscalationEntry {
  readonly alertId: string;
  readonly policyId: string;
  readonly step: number;
  readonly at: Instant;
  readonly details: {
    readonly title: string;
    readonly policy: string;
    /** Who was called, and by which way; nobody when the rota had nobody. */
    readonly called: readonly { readonly name: string; readonly ways: readonly string[] }[];
  };
}

export async function policies(query: Query<NoTables>): Promise<readonly Policy[]> {
  const rows = await tables(query).selectFrom("people_policies").selectAll().orderBy("name").execute();
  return rows.map((row) => ({ ...row, enabled: row.enabled === 1, steps: JSON.parse(row.steps) as Step[] }));
}

export async function putPolicy(tx: Tx, { id, ...policy }: Policy): Promise<void> {
  const row = { ...policy, enabled: policy.enabled ? 1 : 0, steps: JSON.stringify(policy.steps) };
  await tables(tx)
    .insertInto("people_policies")
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function removePolicy(tx: Tx, id: string): Promise<void> {
  await tables(tx).deleteFrom("people_policies").where("id", "=", id).execute();
}

/** False when this was done before. */
export async function appendEscalation(tx: Tx, entry: EscalationEntry): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables(tx)
    .insertInto("people_escalations")
    .values({
      alert_id: entry.alertId,
      policy_id: entry.policyId,
      step: entry.step,
      at: entry.at,
      details: JSON.stringify(entry.details),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0) > 0;
}

/** Newest first. */
export async function escalationsSince(
  query: Query<NoTables>,
  since: Instant,
  limit: number,
): Promise<readonly EscalationEntry[]> {
  const rows = await tables(query)
    .selectFrom("people_escalations")
    .selectAll()
    .where("at", ">=", since)
    .orderBy("at", "desc")
    .orderBy("step", "desc")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    alertId: row.alert_id,
    policyId: row.policy_id,
    step: row.step,
    at: row.at,
    details: JSON.parse(row.details) as EscalationEntry["details"],
  }));
}
