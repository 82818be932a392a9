import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";
import type { Tlp } from "../core/letters.ts";
import type { Urgency } from "../core/urgency.ts";
import { KEEP_NOTICES_MS, MAX_NOTICES_OF_PERSON, SAME_NOTICE_MS } from "../limits.ts";
import { type NoticeTables, tables } from "./tables.ts";

export interface StoredNotice {
  readonly id: string;
  readonly personId: string;
  readonly kind: string;
  readonly urgency: Urgency;
  readonly firstAt: Instant;
  readonly at: Instant;
  readonly times: number;
  readonly object: { readonly kind: string; readonly id: string; readonly title: string };
  readonly path: string;
  readonly by: { readonly id: string; readonly name: string } | null;
  readonly tlp: Tlp | null;
  readonly exerciseId: string | null;
  readonly readAt: Instant | null;
}

/** True when this news was not told before. */
export async function markTold(tx: Tx, id: string, at: Instant): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tables(tx)
    .insertInto("notices_told")
    .values({ id, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows ?? 0) > 0;
}

/** Counts one more where the same was told just now and not read yet; false when there is none. */
export async function countAgain(tx: Tx, notice: StoredNotice): Promise<boolean> {
  const same = await tables(tx)
    .selectFrom("notices_inbox")
    .select(["id", "times"])
    .where("person_id", "=", notice.personId)
    .where("read_at", "is", null)
    .where("kind", "=", notice.kind)
    .where("object_kind", "=", notice.object.kind)
    .where("object_id", "=", notice.object.id)
    .where("first_at", ">", notice.at - SAME_NOTICE_MS)
    .executeTakeFirst();
  if (same === undefined) return false;
  await tables(tx)
    .updateTable("notices_inbox")
    .set({ times: same.times + 1, at: notice.at, object_title: notice.object.title })
    .where("id", "=", same.id)
    .execute();
  return true;
}

export async function putNotice(tx: Tx, notice: StoredNotice): Promise<void> {
  await tables(tx)
    .insertInto("notices_inbox")
    .values({
      id: notice.id,
      person_id: notice.personId,
      kind: notice.kind,
      urgency: notice.urgency,
      first_at: notice.firstAt,
      at: notice.at,
      times: notice.times,
      object_kind: notice.object.kind,
      object_id: notice.object.id,
      object_title: notice.object.title,
      path: notice.path,
      by_id: notice.by?.id ?? null,
      by_name: notice.by?.name ?? null,
      tlp: notice.tlp,
      exercise_id: notice.exerciseId,
      read_at: null,
    })
    .execute();
}

/** Newest first. */
export async function noticesOf(
  query: Query<NoTables>,
  personId: string,
  page: {
    readonly after: { readonly at: Instant; readonly id: string } | undefined;
    readonly limit: number;
    readonly unread: boolean;
  },
): Promise<readonly StoredNotice[]> {
  let rows = tables(query).selectFrom("notices_inbox").selectAll().where("person_id", "=", personId);
  if (page.unread) rows = rows.where("read_at", "is", null);
  const { after } = page;
  if (after !== undefined) {
    rows = rows.where((where) =>
      where.or([where("at", "<", after.at), where.and([where("at", "=", after.at), where("id", "<", after.id)])]),
    );
  }
  const found = await rows.orderBy("at", "desc").orderBy("id", "desc").limit(page.limit).execute();
  return found.map(toNotice);
}

export async function countUnread(
  query: Query<NoTables>,
  personId: string,
): Promise<{ readonly unread: number; readonly critical: number }> {
  const rows = await tables(query)
    .selectFrom("notices_inbox")
    .select(({ fn }) => ["urgency", fn.countAll<number>().as("n")])
    .where("person_id", "=", personId)
    .where("read_at", "is", null)
    .groupBy("urgency")
    .execute();
  const of = (urgency?: string) =>
    rows.reduce((sum, row) => sum + (urgency === undefined || row.urgency === urgency ? Number(row.n) : 0), 0);
  return { unread: of(), critical: of("critical") };
}

export async function markRead(
  query: Query<NoTables>,
  personId: string,
  what: { readonly ids?: readonly string[]; readonly upTo?: Instant; readonly at: Instant },
): Promise<number> {
  let rows = tables(query)
    .updateTable("notices_inbox")
    .set({ read_at: what.at })
    .where("person_id", "=", personId)
    .where("read_at", "is", null);
  if (what.ids !== undefined) rows = rows.where("id", "in", what.ids);
  if (what.upTo !== undefined) rows = rows.where("at", "<=", what.upTo);
  return Number((await rows.executeTakeFirst()).numUpdatedRows);
}

/** What is older than anybody looks back, and beyond what one person is kept. */
export async function pruneInbox(query: Query<NoTables>, now: Instant): Promise<void> {
  const before = now - KEEP_NOTICES_MS;
  await tables(query).deleteFrom("notices_inbox").where("at", "<", before).execute();
  await tables(query).deleteFrom("notices_told").where("at", "<", before).execute();
  const people = await tables(query)
    .selectFrom("notices_inbox")
    .select(({ fn }) => ["person_id", fn.countAll<number>().as("n")])
    .groupBy("person_id")
    .execute();
  for (const { person_id: personId, n } of people) {
    if (Number(n) <= MAX_NOTICES_OF_PERSON) continue;
    const oldest = tables(query)
      .selectFrom("notices_inbox")
      .select("id")
      .where("person_id", "=", personId)
      .orderBy("at", "desc")
      .limit(-1)
      .offset(MAX_NOTICES_OF_PERSON);
    await tables(query).deleteFrom("notices_inbox").where("id", "in", oldest).execute();
  }
}

function toNotice(row: Selectable<NoticeTables["notices_inbox"]>): StoredNotice {
  return {
    id: row.id,
    personId: row.person_id,
    kind: row.kind,
    urgency: row.urgency as Urgency,
    firstAt: row.first_at,
    at: row.at,
    times: row.times,
    object: { kind: row.object_kind, id: row.object_id, title: row.object_title },
    path: row.path,
    by: row.by_id === null ? null : { id: row.by_id, name: row.by_name ?? row.by_id },
    tlp: row.tlp as Tlp | null,
    exerciseId: row.exercise_id,
    readAt: row.read_at,
  };
}
