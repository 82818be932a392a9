/** Which alerts are about whom and what, folded from the findings. */
import { type NoTables, type Query, sql, type Tx } from "../../../platform/db/index.ts";
import type { CorrelationPart } from "../../detection/index.ts";
import { type AlertEntity, GROUPING_KINDS } from "../core/grouping.ts";
import { SHARED_KINDS, type Sighted, type Sighting, type Span } from "../core/sharing.ts";
import { type AlertTables, tables } from "./tables.ts";

const ROWS_AT_ONCE = 500;

/** Where alerts of the real world and of each exercise are kept apart. */
export const worldOf = (exerciseId: string | null): string => exerciseId ?? "";

export async function addSightings(
  tx: Tx,
  alert: { readonly id: string; readonly exerciseId: string | null },
  sightings: readonly Sighting[],
): Promise<void> {
  for (let start = 0; start < sightings.length; start += ROWS_AT_ONCE) {
    const rows = sightings
      .slice(start, start + ROWS_AT_ONCE)
      .map(({ kind, value, shown, first, last, n }): AlertTables["alerts_entities"] => ({
        alert_id: alert.id,
        kind,
        value,
        world: worldOf(alert.exerciseId),
        shown,
        first_at: first,
        last_at: last,
        n,
      }));
    await tables(tx)
      .insertInto("alerts_entities")
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(["alert_id", "kind", "value"]).doUpdateSet({
          first_at: sql<number>`min(first_at, excluded.first_at)`,
          last_at: sql<number>`max(last_at, excluded.last_at)`,
          n: sql<number>`n + excluded.n`,
        }),
      )
      .execute();
  }
}

export async function replaceSightings(
  tx: Tx,
  alert: { readonly id: string; readonly exerciseId: string | null },
  sightings: readonly Sighting[],
): Promise<void> {
  await tables(tx).deleteFrom("alerts_entities").where("alert_id", "=", alert.id).execute();
  await addSightings(tx, alert, sightings);
  await tables(tx).updateTable("alerts_groups").set({ entities_folded: 1 }).where("id", "=", alert.id).execute();
}

/** What the kept findings of an alert say they are about. */
export async function sightedBy(query: Query<NoTables>, alertId: string): Promise<Sighted[]> {
  const rows = await tables(query)
    .selectFrom("alerts_findings")
    .select(["event_time", "entities", "host", "correlation"])
    .where("alert_id", "=", alertId)
    .execute();
  return rows.map((row) => {
    const part = row.correlation === null ? undefined : (JSON.parse(row.correlation) as CorrelationPart);
    const kept = row.entities === null ? {} : (JSON.parse(row.entities) as Record<string, string>);
    // Findings of before entities were kept know their host.
    const said = row.entities === null && row.host !== null ? { host: row.host } : kept;
    return { said, first: part?.from ?? row.event_time, last: part?.to ?? row.event_time };
  });
}

export async function notFolded(query: Query<NoTables>, limit: number): Promise<string[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select("id")
    .where("entities_folded", "=", 0)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

const KIND_ORDER = sql.raw(
  `CASE kind ${SHARED_KINDS.map((kind, place) => `WHEN '${kind}' THEN ${place}`).join(" ")} ELSE ${GROUPING_KINDS.length} END`,
);

/** What these alerts together are about: what most of their findings name first. */
export async function sightingsOfAlerts(
  query: Query<NoTables>,
  alertIds: readonly string[],
  limit: number,
): Promise<Sighting[]> {
  const rows = await tables(query)
    .selectFrom("alerts_entities")
    .select((eb) => ["kind", "value", eb.fn.max("shown").as("shown"), eb.fn.min("first_at").as("first")])
    .select((eb) => [eb.fn.max("last_at").as("last"), eb.fn.sum<number>("n").as("total")])
    .where("alert_id", "in", [...alertIds])
    .groupBy(["kind", "value"])
    .orderBy("total", "desc")
    .orderBy(KIND_ORDER)
    .orderBy("kind")
    .orderBy("value")
    .limit(limit)
    .execute();
  return rows.map(({ kind, value, shown, first, last, total }) => ({
    kind,
    value,
    shown,
    first: Number(first),
    last: Number(last),
    n: Number(total),
  }));
}

export interface Neighbour extends Span {
  readonly alertId: string;
}

/** Alerts of one world about one entity in a window, the nearest to a span first. */
export async function neighboursOf(
  query: Query<NoTables>,
  entity: AlertEntity,
  ask: {
    readonly world: string;
    readonly from: number;
    readonly to: number;
    readonly near: Span;
    readonly limit: number;
  },
): Promise<Neighbour[]> {
  const gap = sql<number>`max(0, first_at - ${ask.near.last}, ${ask.near.first} - last_at)`;
  const rows = await tables(query)
    .selectFrom("alerts_entities")
    .select(["alert_id", "first_at", "last_at"])
    .where("kind", "=", entity.kind)
    .where("value", "=", entity.value)
    .where("world", "=", ask.world)
    .where("last_at", ">=", ask.from)
    .where("first_at", "<=", ask.to)
    .orderBy(gap)
    .orderBy("last_at", "desc")
    .orderBy("alert_id")
    .limit(ask.limit)
    .execute();
  return rows.map((row) => ({ alertId: row.alert_id, first: row.first_at, last: row.last_at }));
}

/** The alert each of these lives in, for those that were merged; the others are left out. */
export async function homesOf(
  query: Query<NoTables>,
  alertIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const homes = new Map<string, string>();
  for (let start = 0; start < alertIds.length; start += ROWS_AT_ONCE) {
    const rows = await sql<{ member: string; home: string }>`
      WITH RECURSIVE line(member, home) AS (
        SELECT id, merged_into FROM alerts_groups
        WHERE merged_into IS NOT NULL AND id IN (${sql.join(alertIds.slice(start, start + ROWS_AT_ONCE))})
        UNION
        SELECT line.member, g.merged_into FROM line JOIN alerts_groups g ON g.id = line.home
        WHERE g.merged_into IS NOT NULL)
      SELECT member, home FROM line JOIN alerts_groups g ON g.id = line.home WHERE g.merged_into IS NULL`.execute(
      query,
    );
    for (const { member, home } of rows.rows) homes.set(member, home);
  }
  return homes;
}
