import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable, Tx } from "../../db/index.ts";
import type { Language } from "../core/letters.ts";
import type { From } from "../core/urgency.ts";
import { type NoticeTables, tables } from "./tables.ts";

export interface DestinationContent {
  readonly name: string;
  readonly kind: "webhook" | "sms";
  readonly url: string;
  readonly enabled: boolean;
  readonly personal: boolean;
  /** Kinds told to it whoever is concerned; empty: none. */
  readonly team: { readonly kinds: readonly string[]; readonly from: From };
  readonly language: Language;
  /** Of a text-message gateway. */
  readonly template: { readonly type: "json" | "form"; readonly text: string } | null;
}

export interface Destination extends DestinationContent {
  readonly id: string;
  readonly version: number;
  readonly createdAt: Instant;
  readonly lastOkAt: Instant | null;
  readonly lastFailedAt: Instant | null;
  readonly lastCode: string | null;
  /** Sealed. */
  readonly secret: string;
  readonly authorization: string | null;
}

export async function destinations(query: Query<NoTables>): Promise<readonly Destination[]> {
  const rows = await tables(query).selectFrom("notices_destinations").selectAll().orderBy("name").execute();
  return rows.map(toDestination);
}

export async function findDestination(query: Query<NoTables>, id: string): Promise<Destination | undefined> {
  const row = await tables(query)
    .selectFrom("notices_destinations")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirst();
  return row === undefined ? undefined : toDestination(row);
}

export async function putDestination(tx: Tx, one: Destination): Promise<void> {
  const row = {
    name: one.name,
    kind: one.kind,
    url: one.url,
    enabled: one.enabled ? 1 : 0,
    personal: one.personal ? 1 : 0,
    team: JSON.stringify(one.team),
    language: one.language,
    template: one.template?.text ?? null,
    template_type: one.template?.type ?? null,
    secret: one.secret,
    authorization_header: one.authorization,
    version: one.version,
  };
  await tables(tx)
    .insertInto("notices_destinations")
    .values({ id: one.id, created_at: one.createdAt, last_ok_at: null, last_failed_at: null, last_code: null, ...row })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function removeDestination(tx: Tx, id: string): Promise<void> {
  await tables(tx).deleteFrom("notices_destinations").where("id", "=", id).execute();
}

export async function tellOutcome(
  query: Query<NoTables>,
  id: string,
  outcome: { readonly at: Instant; readonly code: string | null },
): Promise<void> {
  const set =
    outcome.code === null ? { last_ok_at: outcome.at } : { last_failed_at: outcome.at, last_code: outcome.code };
  await tables(query).updateTable("notices_destinations").set(set).where("id", "=", id).execute();
}

function toDestination(row: Selectable<NoticeTables["notices_destinations"]>): Destination {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as Destination["kind"],
    url: row.url,
    enabled: row.enabled === 1,
    personal: row.personal === 1,
    team: JSON.parse(row.team) as Destination["team"],
    language: row.language as Language,
    template:
      row.template === null ? null : { type: row.template_type === "form" ? "form" : "json", text: row.template },
    version: row.version,
    createdAt: row.created_at,
    lastOkAt: row.last_ok_at,
    lastFailedAt: row.last_failed_at,
    lastCode: row.last_code,
    secret: row.secret,
    authorization: row.authorization_header,
  };
}
