import type { Severity } from "../../../kernel/index.ts";
import type { NoTables, Query, Tx } from "../../../platform/db/index.ts";
import type { HuntKind, HuntRecord, HuntReport, HuntState, KeptMatch } from "./hunt-record.ts";

type HuntRow = {
  id: string;
  kind: string;
  rule_id: string;
  rule_title: string;
  rule_level: string;
  rule_kind: string;
  from_time: number;
  to_time: number;
  query: string | null;
  raise: number;
  state: string;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  by_name: string;
  report: string;
};

type HuntTables = {
  detection_hunts: HuntRow;
  detection_hunt_matches: { hunt_id: string; seq: number; match: string };
};

const tables = (query: Query<NoTables>) => query.withTables<HuntTables>();
/** Rows of one insert: each holds three values, and a statement may bind 32,766. */
const ROWS_PER_INSERT = 5_000;

export async function insertHunt(tx: Tx, hunt: HuntRecord): Promise<void> {
  await tables(tx)
    .insertInto("detection_hunts")
    .values({
      id: hunt.id,
      kind: hunt.kind,
      rule_id: hunt.rule.id,
      rule_title: hunt.rule.title,
      rule_level: hunt.rule.level,
      rule_kind: hunt.rule.kind,
      from_time: hunt.from,
      to_time: hunt.to,
      query: hunt.query,
      raise: hunt.raise ? 1 : 0,
      state: hunt.state,
      created_at: hunt.createdAt,
      started_at: hunt.startedAt,
      finished_at: hunt.finishedAt,
      by_name: hunt.by,
      report: JSON.stringify(hunt.report),
    })
    .execute();
}

export async function updateHunt(query: Query<NoTables>, hunt: HuntRecord): Promise<void> {
  await tables(query)
    .updateTable("detection_hunts")
    .set({
      state: hunt.state,
      started_at: hunt.startedAt,
      finished_at: hunt.finishedAt,
      report: JSON.stringify(hunt.report),
    })
    .where("id", "=", hunt.id)
    .execute();
}

/** Newest first. */
export async function listHunts(
  query: Query<NoTables>,
  page: { readonly limit: number; readonly offset: number },
): Promise<HuntRecord[]> {
  const rows = await tables(query)
    .selectFrom("detection_hunts")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map(toRecord);
}

export async function findHunt(query: Query<NoTables>, id: string): Promise<HuntRecord | undefined> {
  const row = await tables(query).selectFrom("detection_hunts").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toRecord(row);
}

/** Whatever was under way when the program ended. */
export async function unfinishedHunts(query: Query<NoTables>): Promise<HuntRecord[]> {
  const rows = await tables(query)
    .selectFrom("detection_hunts")
    .selectAll()
    .where("state", "in", ["waiting", "running"])
    .execute();
  return rows.map(toRecord);
}

/** With its matches. */
export async function deleteHunt(tx: Tx, id: string): Promise<void> {
  await tables(tx).deleteFrom("detection_hunts").where("id", "=", id).execute();
}

/** Makes room: the oldest finished ones beyond `keep` go. */
export async function forgetOldHunts(tx: Tx, keep: number): Promise<void> {
  const old = await tables(tx)
    .selectFrom("detection_hunts")
    .select("id")
    .where("state", "not in", ["waiting", "running"])
    .orderBy("created_at", "desc")
    .orderBy("id")
    .limit(10_000)
    .offset(keep)
    .execute();
  for (const { id } of old) await deleteHunt(tx, id);
}

export async function insertMatches(
  tx: Tx,
  huntId: string,
  kept: { readonly from: number; readonly matches: readonly KeptMatch[] },
): Promise<void> {
  const rows = kept.matches.map((match, index) => ({
    hunt_id: huntId,
    seq: kept.from + index,
    match: JSON.stringify(match),
  }));
  for (let at = 0; at < rows.length; at += ROWS_PER_INSERT) {
    await tables(tx)
      .insertInto("detection_hunt_matches")
      .values(rows.slice(at, at + ROWS_PER_INSERT))
      .execute();
  }
}

/** In the order they were found, which is the order of event times. */
export async function matchesOf(
  query: Query<NoTables>,
  id: string,
  page: { readonly after: number; readonly limit: number },
): Promise<{ readonly seq: number; readonly match: KeptMatch }[]> {
  const rows = await tables(query)
    .selectFrom("detection_hunt_matches")
    .select(["seq", "match"])
    .where("hunt_id", "=", id)
    .where("seq", ">", page.after)
    .orderBy("seq")
    .limit(page.limit)
    .execute();
  return rows.map(({ seq, match }) => ({ seq, match: JSON.parse(match) as KeptMatch }));
}

function toRecord(row: HuntRow): HuntRecord {
  return {
    id: row.id,
    kind: row.kind as HuntKind,
    rule: {
      id: row.rule_id,
      title: row.rule_title,
      level: row.rule_level as Severity,
      kind: row.rule_kind === "correlation" ? "correlation" : "detection",
    },
    from: row.from_time,
    to: row.to_time,
    query: row.query,
    raise: row.raise === 1,
    state: row.state as HuntState,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    by: row.by_name,
    report: JSON.parse(row.report) as HuntReport,
  };
}
