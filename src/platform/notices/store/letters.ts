import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";
import type { Language, Matter } from "../core/letters.ts";
import type { Way } from "../core/rules.ts";
import { URGENCIES } from "../core/urgency.ts";
import { KEEP_NOTICES_MS, KEEP_SENT_MS } from "../limits.ts";
import { type NoticeTables, tables } from "./tables.ts";

export type LetterState = "waiting" | "sent" | "dead" | "dropped";

export interface StoredLetter {
  readonly id: string;
  readonly bundle: string | null;
  readonly personId: string | null;
  readonly recipientName: string | null;
  readonly way: Way;
  /** Fixed for calls of people; otherwise looked up when it leaves. */
  readonly address: string | null;
  readonly language: Language;
  /** A call: neither quiet hours nor the bound of an hour hold it back. */
  readonly insistent: boolean;
  readonly matter: Matter;
  readonly state: LetterState;
  readonly held: boolean;
  readonly dueAt: Instant;
  readonly attempts: number;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
  readonly lastCode: string | null;
}

/** Told twice it is one letter. */
export async function putLetter(tx: Tx, letter: StoredLetter): Promise<void> {
  await tables(tx)
    .insertInto("notices_letters")
    .values({
      id: letter.id,
      bundle: letter.bundle,
      person_id: letter.personId,
      recipient_name: letter.recipientName,
      way: letter.way,
      address: letter.address,
      language: letter.language,
      insistent: letter.insistent ? 1 : 0,
      urgency_rank: URGENCIES.indexOf(letter.matter.urgency),
      message: JSON.stringify(letter.matter),
      state: letter.state,
      held: letter.held ? 1 : 0,
      due_at: letter.dueAt,
      attempts: letter.attempts,
      created_at: letter.createdAt,
      ended_at: letter.endedAt,
      last_code: letter.lastCode,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function countWaiting(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("notices_letters")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .where("state", "=", "waiting")
    .executeTakeFirstOrThrow();
  return Number(row.n);
}

/** What presses most first. */
export async function dueLetters(
  query: Query<NoTables>,
  now: Instant,
  limit: number,
): Promise<readonly StoredLetter[]> {
  const rows = await tables(query)
    .selectFrom("notices_letters")
    .selectAll()
    .where("state", "=", "waiting")
    .where("due_at", "<=", now)
    .orderBy("urgency_rank", "desc")
    .orderBy("due_at")
    .limit(limit)
    .execute();
  return rows.map(toLetter);
}

/** When the messages of the last hour left, oldest first; letters of one bundle are one message. */
export async function sentSince(
  query: Query<NoTables>,
  channel: { readonly way: Way; readonly personId: string | null },
  since: Instant,
): Promise<readonly Instant[]> {
  const rows = await tables(query)
    .selectFrom("notices_letters")
    .select(({ fn }) => ["bundle", fn.max<number>("ended_at").as("at")])
    .where("way", "=", channel.way)
    .where("person_id", channel.personId === null ? "is" : "=", channel.personId)
    .where("state", "=", "sent")
    .where("ended_at", ">", since)
    .groupBy("bundle")
    .orderBy("at")
    .execute();
  return rows.map(({ at }) => Number(at));
}

export async function bundleLetters(query: Query<NoTables>, ids: readonly string[], bundle: string): Promise<void> {
  await tables(query).updateTable("notices_letters").set({ bundle }).where("id", "in", ids).execute();
}

export async function holdLetters(query: Query<NoTables>, ids: readonly string[], until: Instant): Promise<void> {
  await tables(query).updateTable("notices_letters").set({ held: 1, due_at: until }).where("id", "in", ids).execute();
}

/** Not tried: what stands in their way is not theirs, and must not keep others waiting. */
export async function postponeLetters(query: Query<NoTables>, ids: readonly string[], until: Instant): Promise<void> {
  await tables(query).updateTable("notices_letters").set({ due_at: until }).where("id", "in", ids).execute();
}

export async function endLetters(
  query: Query<NoTables>,
  ids: readonly string[],
  end: { readonly state: LetterState; readonly at: Instant; readonly code: string | null },
): Promise<void> {
  await tables(query)
    .updateTable("notices_letters")
    .set((row) => ({
      state: end.state,
      ended_at: end.at,
      last_code: end.code,
      attempts: end.state === "dropped" ? row.ref("attempts") : row("attempts", "+", 1),
    }))
    .where("id", "in", ids)
    .execute();
}

export async function retryLetters(
  query: Query<NoTables>,
  ids: readonly string[],
  next: { readonly dueAt: Instant; readonly code: string },
): Promise<void> {
  await tables(query)
    .updateTable("notices_letters")
    .set((row) => ({ due_at: next.dueAt, last_code: next.code, attempts: row("attempts", "+", 1) }))
    .where("id", "in", ids)
    .execute();
}

/** Dead ones wait again, under the same ids: a receiver that did get them knows. */
export async function reviveLetters(tx: Tx, ids: readonly string[], now: Instant): Promise<number> {
  const { numUpdatedRows } = await tables(tx)
    .updateTable("notices_letters")
    .set({ state: "waiting", due_at: now, attempts: 0, held: 0, ended_at: null })
    .where("id", "in", ids)
    .where("state", "=", "dead")
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function dropLetters(tx: Tx, ids: readonly string[], now: Instant): Promise<number> {
  const { numUpdatedRows } = await tables(tx)
    .updateTable("notices_letters")
    .set({ state: "dropped", ended_at: now })
    .where("id", "in", ids)
    .where("state", "in", ["dead", "waiting"])
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export async function lettersIn(
  query: Query<NoTables>,
  state: LetterState,
  limit: number,
): Promise<readonly StoredLetter[]> {
  const rows = await tables(query)
    .selectFrom("notices_letters")
    .selectAll()
    .where("state", "=", state)
    .orderBy("created_at", "desc")
    .limit(limit)
    .execute();
  return rows.map(toLetter);
}

export async function countByState(query: Query<NoTables>): Promise<Readonly<Record<LetterState, number>>> {
  const rows = await tables(query)
    .selectFrom("notices_letters")
    .select(({ fn }) => ["state", fn.countAll<number>().as("n")])
    .groupBy("state")
    .execute();
  const counts = { waiting: 0, sent: 0, dead: 0, dropped: 0 };
  for (const { state, n } of rows) counts[state as LetterState] = Number(n);
  return counts;
}

export async function pruneLetters(query: Query<NoTables>, now: Instant): Promise<void> {
  await tables(query)
    .deleteFrom("notices_letters")
    .where("state", "in", ["sent", "dropped"])
    .where("ended_at", "<", now - KEEP_SENT_MS)
    .execute();
  await tables(query)
    .deleteFrom("notices_letters")
    .where("state", "=", "dead")
    .where("ended_at", "<", now - KEEP_NOTICES_MS)
    .execute();
}

function toLetter(row: Selectable<NoticeTables["notices_letters"]>): StoredLetter {
  return {
    id: row.id,
    bundle: row.bundle,
    personId: row.person_id,
    recipientName: row.recipient_name,
    way: row.way as Way,
    address: row.address,
    language: row.language as Language,
    insistent: row.insistent === 1,
    matter: JSON.parse(row.message) as Matter,
    state: row.state as LetterState,
    held: row.held === 1,
    dueAt: row.due_at,
    attempts: row.attempts,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    lastCode: row.last_code,
  };
}
