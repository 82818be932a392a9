/** Groups that live in one another, and groups cut out of others: who takes a finding, and what a group counts. */
import { type NoTables, type Query, sql, type Tx } from "../../../platform/db/index.ts";
import type { AlertEntity } from "../core/grouping.ts";
import { tables } from "./tables.ts";

/** Merged groups lie this deep at most; a chain that is longer would be a circle. */
const DEEPEST = 32;

export interface Receiver {
  /** The group of the key itself. */
  readonly id: string;
  /** From the group up to the one in the queue; the group itself when it is not merged. */
  readonly line: readonly string[];
}

/** Who takes findings of a key: its group in the queue, else the group in the queue that an older one lives in. */
export async function receiverOf(tx: Tx, groupKey: string): Promise<Receiver | undefined> {
  const own = await tables(tx)
    .selectFrom("alerts_groups")
    .select("id")
    .where("group_key", "=", groupKey)
    .where("live", "=", 1)
    .executeTakeFirst();
  if (own !== undefined) return { id: own.id, line: [own.id] };
  const merged = await tables(tx)
    .selectFrom("alerts_groups")
    .select("id")
    .where("group_key", "=", groupKey)
    .where("status", "=", "merged")
    .orderBy("created_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (merged === undefined) return undefined;
  const line = await lineOf(tx, merged.id);
  const root = await tables(tx)
    .selectFrom("alerts_groups")
    .select("live")
    .where("id", "=", line.at(-1) ?? "")
    .executeTakeFirst();
  return root?.live === 1 ? { id: merged.id, line } : undefined;
}

async function lineOf(tx: Tx, id: string): Promise<string[]> {
  const line = [id];
  while (line.length <= DEEPEST) {
    const row = await tables(tx)
      .selectFrom("alerts_groups")
      .select("merged_into")
      .where("id", "=", line.at(-1) ?? "")
      .executeTakeFirst();
    if (row?.merged_into == null) return line;
    line.push(row.merged_into);
  }
  return line;
}

/** The group and everything that lives in it. */
export async function familyOf(query: Query<NoTables>, id: string): Promise<string[]> {
  const family = [id];
  let parents = [id];
  for (let depth = 0; depth < DEEPEST && parents.length > 0; depth += 1) {
    const rows = await tables(query)
      .selectFrom("alerts_groups")
      .select("id")
      .where("merged_into", "in", parents)
      .execute();
    parents = rows.map((row) => row.id);
    family.push(...parents);
  }
  return family;
}

/** Counts a group anew from what is its own and what lives in it, then those it lives in itself; all of them returned. */
export async function recount(tx: Tx, id: string): Promise<readonly string[]> {
  const inner = sql<number>`(SELECT coalesce(sum(m.finding_count), 0) FROM alerts_groups m WHERE m.merged_into = ${id})`;
  const first = sql<number>`(SELECT min(m.first_seen) FROM alerts_groups m WHERE m.merged_into = ${id})`;
  const last = sql<number>`(SELECT max(m.last_seen) FROM alerts_groups m WHERE m.merged_into = ${id})`;
  await tables(tx)
    .updateTable("alerts_groups")
    .set({
      finding_count: sql<number>`own_count + ${inner}`,
      first_seen: sql<number>`min(own_first, coalesce(${first}, own_first))`,
      last_seen: sql<number>`max(own_last, coalesce(${last}, own_last))`,
    })
    .where("id", "=", id)
    .execute();
  const line = await lineOf(tx, id);
  const parent = line[1];
  return parent === undefined ? [id] : [id, ...(await recount(tx, parent))];
}

/** Moves the findings about one value from a group into another; returns how many and when they were. */
export async function moveFindings(
  tx: Tx,
  from: string,
  { to, by }: { readonly to: string; readonly by: AlertEntity },
): Promise<void> {
  await tables(tx)
    .updateTable("alerts_findings")
    .set({ alert_id: to })
    .where("alert_id", "=", from)
    .where(isAbout(by))
    .execute();
}

export async function spanAbout(
  query: Query<NoTables>,
  alertId: string,
  by: AlertEntity,
): Promise<{ n: number; first: number; last: number }> {
  const row = await tables(query)
    .selectFrom("alerts_findings")
    .select((eb) => [
      eb.fn.countAll<number>().as("n"),
      eb.fn.min<number | null>("event_time").as("first"),
      eb.fn.max<number | null>("event_time").as("last"),
    ])
    .where("alert_id", "=", alertId)
    .where(isAbout(by))
    .executeTakeFirstOrThrow();
  return { n: Number(row.n), first: Number(row.first ?? 0), last: Number(row.last ?? 0) };
}

const isAbout = ({ kind, value }: AlertEntity) =>
  sql<boolean>`lower(json_extract(entities, ${`$."${kind}"`})) = ${value.toLowerCase()}`;

/** What the findings of a group are about, by kind of entity, the most frequent first. */
export async function partsOf(
  query: Query<NoTables>,
  alertId: string,
  limit: number,
): Promise<{ kind: string; value: string; n: number }[]> {
  const rows = await sql<{ kind: string; value: string; n: number }>`
    SELECT part.key AS kind, part.value AS value, count(*) AS n
    FROM alerts_findings, json_each(alerts_findings.entities) AS part
    WHERE alerts_findings.alert_id = ${alertId}
    GROUP BY part.key, part.value ORDER BY n DESC, part.key, part.value LIMIT ${limit}`.execute(query);
  return rows.rows.map(({ kind, value, n }) => ({ kind, value: String(value), n: Number(n) }));
}

export async function takeOwn(
  tx: Tx,
  alertId: string,
  left: { readonly n: number; readonly first: number; readonly last: number },
): Promise<void> {
  await tables(tx)
    .updateTable("alerts_groups")
    .set({ own_count: left.n, own_first: left.first, own_last: left.last })
    .where("id", "=", alertId)
    .execute();
}

export async function addSplit(
  tx: Tx,
  split: { readonly parentKey: string; readonly by: AlertEntity; readonly childKey: string },
): Promise<void> {
  await tables(tx)
    .insertInto("alerts_splits")
    .values({
      parent_key: split.parentKey,
      kind: split.by.kind,
      value: split.by.value.toLowerCase(),
      child_key: split.childKey,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function splitsOf(
  query: Query<NoTables>,
  parentKeys: readonly string[],
): Promise<ReadonlyMap<string, readonly { kind: string; value: string; childKey: string }[]>> {
  const rows = [];
  for (let start = 0; start < parentKeys.length; start += 500) {
    rows.push(
      ...(await tables(query)
        .selectFrom("alerts_splits")
        .selectAll()
        .where("parent_key", "in", parentKeys.slice(start, start + 500))
        .execute()),
    );
  }
  const byKey = Map.groupBy(rows, (row) => row.parent_key);
  return new Map(
    [...byKey].map(([key, same]) => [
      key,
      same.map((row) => ({ kind: row.kind, value: row.value, childKey: row.child_key })),
    ]),
  );
}
