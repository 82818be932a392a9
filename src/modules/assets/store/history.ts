import type { NoTables, Query } from "../../../platform/db/index.ts";
import type { Change } from "../core/system.ts";
import type { HistoryEntry, HistoryEvent } from "../records.ts";
import { chunks } from "./systems.ts";
import { tables } from "./tables.ts";

/** Appends behind the last entry of the system; called within the transaction that makes it true. */
export async function appendHistory(
  query: Query<NoTables>,
  systemId: string,
  entry: Omit<HistoryEntry, "seq">,
): Promise<void> {
  const { at, by, what, reason, changes } = entry;
  const last = await tables(query)
    .selectFrom("assets_history")
    .select(({ fn }) => fn.max("seq").as("seq"))
    .where("system_id", "=", systemId)
    .executeTakeFirst();
  await tables(query)
    .insertInto("assets_history")
    .values({
      system_id: systemId,
      seq: Number(last?.seq ?? 0) + 1,
      at,
      by_id: by.id,
      by_name: by.name,
      what,
      reason,
      changes: JSON.stringify(changes),
    })
    .execute();
}

/** The first entries of systems that have just come into the register, all for one reason. */
export async function beginHistory(
  query: Query<NoTables>,
  firsts: readonly { readonly systemId: string; readonly changes: readonly Change[] }[],
  { at, by, what, reason }: Omit<HistoryEntry, "seq" | "changes">,
): Promise<void> {
  for (const some of chunks(firsts)) {
    await tables(query)
      .insertInto("assets_history")
      .values(
        some.map(({ systemId, changes }) => ({
          system_id: systemId,
          seq: 1,
          at,
          by_id: by.id,
          by_name: by.name,
          what,
          reason,
          changes: JSON.stringify(changes),
        })),
      )
      .execute();
  }
}

/** Newest first. */
export async function historyPage(
  query: Query<NoTables>,
  systemId: string,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<readonly HistoryEntry[]> {
  let asked = tables(query).selectFrom("assets_history").selectAll().where("system_id", "=", systemId);
  if (before !== undefined) asked = asked.where("seq", "<", before);
  const rows = await asked.orderBy("seq", "desc").limit(limit).execute();
  return rows.map(toEntry);
}

/** Oldest first, only entries that may have changed who owns or operates it. */
export async function ownershipEntries(query: Query<NoTables>, systemId: string): Promise<readonly HistoryEntry[]> {
  const rows = await tables(query)
    .selectFrom("assets_history")
    .selectAll()
    .where("system_id", "=", systemId)
    .where((where) =>
      where.or([
        where("seq", "=", 1),
        where("changes", "like", '%"field":"owner"%'),
        where("changes", "like", '%"field":"operator"%'),
      ]),
    )
    .orderBy("seq")
    .execute();
  return rows.map(toEntry);
}

function toEntry(row: {
  seq: number;
  at: number;
  by_id: string;
  by_name: string;
  what: string;
  reason: string;
  changes: string;
}): HistoryEntry {
  return {
    seq: row.seq,
    at: row.at,
    by: { id: row.by_id, name: row.by_name },
    what: row.what as HistoryEvent,
    reason: row.reason,
    changes: JSON.parse(row.changes) as readonly Change[],
  };
}
