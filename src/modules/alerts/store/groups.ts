import type { Severity } from "../../../kernel/index.ts";
import { type NoTables, type Query, type Selectable, sql } from "../../../platform/db/index.ts";
import { type AlertStatus, type CloseReason, FRESH, isLive, LIVE_STATUSES } from "../core/workflow.ts";
import type { AlertFilter, AlertKey, AlertRecord, ExerciseScope } from "../records.ts";
import type { UrgencyFactors } from "../core/urgency.ts";
import type { AlertEntity } from "../core/grouping.ts";
import { type AlertTables, person, stateOf, tables } from "./tables.ts";

const SORT_COLUMN = {
  urgency: "urgency",
  lastSeen: "last_seen",
  firstSeen: "first_seen",
  count: "finding_count",
  due: "due_rank",
} as const;

/**
 * One page, from two walks when closed alerts are asked for as well: the indexes of the queue begin with whether an
 * alert is in it.
 */
export async function listGroups(
  query: Query<NoTables>,
  filter: AlertFilter,
  page: { after: AlertKey | undefined; limit: number },
): Promise<AlertRecord[]> {
  const halves: AlertRecord[][] = [];
  for (const live of livesOf(filter)) halves.push(await listHalf(query, { filter, live, ...page }));
  if (halves.length === 1) return halves[0] ?? [];
  return halves
    .flat()
    .sort((a, b) => comparePlaces(b, a, filter.sort))
    .slice(0, page.limit);
}

async function listHalf(
  query: Query<NoTables>,
  asked: { filter: AlertFilter; live: 0 | 1; after: AlertKey | undefined; limit: number },
): Promise<AlertRecord[]> {
  const { filter, live, after, limit } = asked;
  const column = SORT_COLUMN[filter.sort];
  let rows = ofHalf(query, filter, live).selectAll().orderBy(column, "desc");
  if (column !== "last_seen") rows = rows.orderBy("last_seen", "desc");
  rows = rows.orderBy("id", "desc").limit(limit);
  if (after !== undefined) {
    // As one comparison of rows, which the index is entered by.
    rows = rows.where(
      column === "last_seen"
        ? sql<boolean>`(last_seen, id) < (${after.lastSeen}, ${after.id})`
        : sql<boolean>`(${sql.ref(column)}, last_seen, id) < (${after.sort}, ${after.lastSeen}, ${after.id})`,
    );
  }
  return (await rows.execute()).map(toAlert);
}

function livesOf(filter: AlertFilter): readonly (0 | 1)[] {
  if (filter.statuses === undefined) return [1, 0];
  const lives = new Set<0 | 1>(filter.statuses.map((status) => (isLive(status) ? 1 : 0)));
  return [...lives];
}

function comparePlaces(a: AlertRecord, b: AlertRecord, sort: AlertFilter["sort"]): number {
  return (
    sortValue(a, sort) - sortValue(b, sort) || a.lastSeen - b.lastSeen || (a.id === b.id ? 0 : a.id < b.id ? -1 : 1)
  );
}

export function sortValue(record: AlertRecord, sort: AlertFilter["sort"]): number {
  if (sort === "urgency") return record.urgency;
  if (sort === "count") return record.count;
  if (sort === "due") return record.due === null ? Number.MIN_SAFE_INTEGER : -record.due.dueAt;
  return sort === "lastSeen" ? record.lastSeen : record.firstSeen;
}

/** Counted up to `most`; one more than that says "at least". */
export async function countGroups(query: Query<NoTables>, filter: AlertFilter, most: number): Promise<number> {
  let total = 0;
  for (const live of livesOf(filter)) {
    const some = ofHalf(query, filter, live)
      .select(sql<number>`1`.as("one"))
      .limit(most + 1 - total);
    const row = await query
      .withTables<Record<never, never>>()
      .selectFrom(some.as("some"))
      .select((eb) => eb.fn.countAll<number>().as("n"))
      .executeTakeFirstOrThrow();
    total += Number(row.n);
  }
  return total;
}

export async function getGroups(query: Query<NoTables>, ids: readonly string[]): Promise<AlertRecord[]> {
  const found: AlertRecord[] = [];
  // SQLite binds at most 32,766 values; the API allows 1,000 ids, kept well below either way.
  for (let start = 0; start < ids.length; start += 500) {
    const rows = await tables(query)
      .selectFrom("alerts_groups")
      .selectAll()
      .where("id", "in", ids.slice(start, start + 500))
      .execute();
    found.push(...rows.map(toAlert));
  }
  return found;
}

export async function firedByRule(query: Query<NoTables>): Promise<Map<string, { count: number; lastAt: number }>> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["rule_id", (eb) => eb.fn.sum<number>("finding_count").as("n"), (eb) => eb.fn.max("last_seen").as("last")])
    .groupBy("rule_id")
    .execute();
  return new Map(rows.map((row) => [row.rule_id, { count: Number(row.n), lastAt: Number(row.last) }]));
}

export async function countByLevelAndStatus(
  query: Query<NoTables>,
  scope: ExerciseScope,
): Promise<{ level: Severity; status: AlertStatus; n: number }[]> {
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["level", "status", (eb) => eb.fn.countAll<number>().as("n")])
    .where("exercise_id", scope === "only" ? "is not" : "is", null)
    .where("live", "=", 1)
    .groupBy(["level", "status"])
    .execute();
  return rows.map((row) => ({ level: row.level as Severity, status: row.status as AlertStatus, n: Number(row.n) }));
}

/** How many alerts nobody has taken, and when those at these places of their line (0 = oldest, 1 = newest) came. */
export async function openAges(
  query: Query<NoTables>,
  scope: ExerciseScope,
  places: readonly number[],
): Promise<{ n: number; createdAt: readonly number[] }> {
  const open = () =>
    tables(query)
      .selectFrom("alerts_groups")
      .where("status", "=", "open")
      .where("exercise_id", scope === "only" ? "is not" : "is", null);
  const { n } = await open()
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .executeTakeFirstOrThrow();
  const createdAt: number[] = [];
  for (const place of n === 0 ? [] : places) {
    const { low, high, part } = between(place, Number(n));
    const rows = await open()
      .select("created_at")
      .orderBy("created_at")
      .offset(low)
      .limit(high - low + 1)
      .execute();
    const first = rows[0]?.created_at ?? 0;
    createdAt.push(first + ((rows.at(-1)?.created_at ?? first) - first) * part);
  }
  return { n: Number(n), createdAt };
}

export interface OldestAsked {
  readonly level?: Severity;
  /** Those that came before are left out. */
  readonly after?: number;
  readonly limit: number;
}

/** Those of the real world that nobody has taken, the longest waiting first. */
export async function oldestOpen(query: Query<NoTables>, { level, after, limit }: OldestAsked): Promise<AlertRecord[]> {
  let rows = tables(query)
    .selectFrom("alerts_groups")
    .selectAll()
    .where("status", "=", "open")
    .where("exercise_id", "is", null);
  if (level !== undefined) rows = rows.where("level", "=", level);
  if (after !== undefined) rows = rows.where("created_at", ">", after);
  return (await rows.orderBy("created_at").orderBy("id").limit(limit).execute()).map(toAlert);
}

/** The two neighbours a linear-interpolated quantile (type 7) lies between. */
function between(place: number, n: number): { low: number; high: number; part: number } {
  const rank = (n - 1) * place;
  return { low: Math.floor(rank), high: Math.ceil(rank), part: rank - Math.floor(rank) };
}

/** How the alerts closed since `from` ended (an alert closed twice counts with its last reason). */
export async function closedSince(
  query: Query<NoTables>,
  from: number,
  scope: ExerciseScope,
): Promise<Record<CloseReason, number>> {
  const counts: Record<CloseReason, number> = { true_positive: 0, false_positive: 0, benign: 0, duplicate: 0 };
  const rows = await tables(query)
    .selectFrom("alerts_groups")
    .select(["close_reason", (eb) => eb.fn.countAll<number>().as("n")])
    .where("status", "=", "closed")
    .where("exercise_id", scope === "only" ? "is not" : "is", null)
    .where("updated_at", ">=", from)
    .groupBy("close_reason")
    .execute();
  for (const row of rows) {
    if (row.close_reason !== null) counts[row.close_reason as CloseReason] = Number(row.n);
  }
  return counts;
}

export async function countOfExercise(query: Query<NoTables>, exerciseId: string): Promise<number> {
  const row = await tables(query)
    .selectFrom("alerts_groups")
    .select((eb) => eb.fn.countAll<number>().as("n"))
    .where("exercise_id", "=", exerciseId)
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

function ofHalf(query: Query<NoTables>, filter: AlertFilter, live: 0 | 1) {
  const statuses = filter.statuses;
  const all = live === 1 && LIVE_STATUSES.every((status) => statuses?.includes(status) ?? true);
  const rows = filtered(query, filter).where("live", "=", live);
  return all || statuses === undefined ? rows : rows.where("status", "in", [...statuses]);
}

/** All but the statuses. */
function filtered(query: Query<NoTables>, filter: AlertFilter) {
  let rows = tables(query).selectFrom("alerts_groups");
  if (filter.levels !== undefined) rows = rows.where("level", "in", [...filter.levels]);
  if (filter.assignee !== undefined) {
    rows =
      filter.assignee === null
        ? rows.where("assignee_id", "is", null)
        : rows.where("assignee_id", "=", filter.assignee);
  }
  if (filter.ruleId !== undefined) rows = rows.where("rule_id", "=", filter.ruleId);
  if (filter.attack !== undefined) {
    const tag = `"attack.${filter.attack}`;
    rows = rows.where(
      sql<boolean>`(instr(replace(lower(rule_tags), '_', '-'), ${`${tag}"`}) > 0
        OR instr(replace(lower(rule_tags), '_', '-'), ${`${tag}.`}) > 0)`,
    );
  }
  if (filter.entity !== undefined) rows = rows.where("entity_value", "=", filter.entity);
  if (filter.text !== undefined) rows = rows.where(sql<boolean>`instr(search, ${filter.text}) > 0`);
  if (filter.snoozed === "exclude") rows = rows.where("snoozed_until", "is", null);
  if (filter.snoozed === "only") rows = rows.where("snoozed_until", "is not", null);
  if (filter.unconfirmed === true) rows = rows.where("unconfirmed", "=", 1);
  if (filter.tag !== undefined) {
    const { tag } = filter;
    rows = rows.where("id", "in", (eb) =>
      eb.selectFrom("alerts_tags").select("alerts_tags.alert_id").where("alerts_tags.tag", "=", tag),
    );
  }
  if (filter.exercise === "exclude") rows = rows.where("exercise_id", "is", null);
  if (filter.exercise === "only") rows = rows.where("exercise_id", "is not", null);
  if (filter.from !== undefined) rows = rows.where("last_seen", ">=", filter.from);
  if (filter.to !== undefined) rows = rows.where("last_seen", "<", filter.to);
  if (filter.createdFrom !== undefined) rows = rows.where("created_at", ">=", filter.createdFrom);
  const { closedFrom } = filter;
  if (closedFrom !== undefined) {
    rows = rows.where("id", "in", (eb) =>
      eb
        .selectFrom("alerts_transitions")
        .select("alert_id")
        .where("to_status", "=", "closed")
        .where("at", ">=", closedFrom),
    );
  }
  return rows;
}

function toAlert(row: Selectable<AlertTables["alerts_groups"]>): AlertRecord {
  return {
    id: row.id,
    groupKey: row.group_key,
    rule: {
      id: row.rule_id,
      title: row.rule_title,
      titleVi: row.rule_title_vi,
      level: row.level as Severity,
      author: row.rule_author,
      licence: row.rule_licence,
      tags: JSON.parse(row.rule_tags) as string[],
    },
    entity: { kind: row.entity_kind, value: row.entity_value },
    also: row.also === null ? [] : (JSON.parse(row.also) as AlertEntity[]),
    state:
      stateOf({
        status: row.status,
        reason: row.close_reason,
        assignee: person(row.assignee_id, row.assignee_name),
        more: row.more,
      }) ?? FRESH,
    version: row.version,
    levelRank: row.level_rank,
    due: row.due_at === null ? null : { kind: row.due_kind === "verdict" ? "verdict" : "take", dueAt: row.due_at },
    own: { count: row.own_count, first: row.own_first, last: row.own_last },
    urgency: row.urgency,
    factors: row.urgency_factors === null ? null : (JSON.parse(row.urgency_factors) as UrgencyFactors),
    count: row.finding_count,
    noteCount: row.note_count,
    firstSeen: row.first_seen,
    lastSeen: row.last_seen,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    exerciseId: row.exercise_id,
  };
}
