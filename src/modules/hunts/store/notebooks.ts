import type { Instant } from "../../../kernel/index.ts";
import type { NoTables, Query, Selectable } from "../../../platform/db/index.ts";
import type { NotebookChange } from "../core/notebook.ts";

type NotebookTables = {
  hunts_notebooks: {
    id: string;
    title: string;
    owner_id: string;
    owner_name: string;
    shared: number;
    archived: number;
    created_at: number;
    updated_at: number;
  };
  hunts_notebook_entries: {
    notebook_id: string;
    seq: number;
    at: number;
    by_id: string;
    by_name: string;
    change: string;
    hash: string;
  };
};

export interface Notebook {
  readonly id: string;
  readonly title: string;
  readonly owner: { readonly id: string; readonly name: string };
  readonly shared: boolean;
  readonly archived: boolean;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** `change` is the exact text that was hashed. */
export interface NotebookEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly change: string;
  readonly hash: string;
}

const tables = (query: Query<NoTables>) => query.withTables<NotebookTables>();

export async function putNotebook(query: Query<NoTables>, notebook: Notebook): Promise<void> {
  const row = {
    title: notebook.title,
    shared: notebook.shared ? 1 : 0,
    archived: notebook.archived ? 1 : 0,
    updated_at: notebook.updatedAt,
  };
  await tables(query)
    .insertInto("hunts_notebooks")
    .values({
      ...row,
      id: notebook.id,
      owner_id: notebook.owner.id,
      owner_name: notebook.owner.name,
      created_at: notebook.createdAt,
    })
    .onConflict((conflict) => conflict.column("id").doUpdateSet(row))
    .execute();
}

export async function notebooksSeenBy(query: Query<NoTables>, ownerId: string): Promise<readonly Notebook[]> {
  const rows = await tables(query)
    .selectFrom("hunts_notebooks")
    .selectAll()
    .where((where) => where.or([where("owner_id", "=", ownerId), where("shared", "=", 1)]))
    .orderBy("updated_at", "desc")
    .execute();
  return rows.map(toNotebook);
}

export async function findNotebook(query: Query<NoTables>, id: string): Promise<Notebook | undefined> {
  const row = await tables(query).selectFrom("hunts_notebooks").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? undefined : toNotebook(row);
}

export async function countNotebooks(query: Query<NoTables>): Promise<number> {
  const row = await tables(query)
    .selectFrom("hunts_notebooks")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .executeTakeFirst();
  return Number(row?.n ?? 0);
}

export async function appendEntry(query: Query<NoTables>, notebookId: string, entry: NotebookEntry): Promise<void> {
  await tables(query)
    .insertInto("hunts_notebook_entries")
    .values({
      notebook_id: notebookId,
      seq: entry.seq,
      at: entry.at,
      by_id: entry.by.id,
      by_name: entry.by.name,
      change: entry.change,
      hash: entry.hash,
    })
    .execute();
}

export async function entriesOf(query: Query<NoTables>, notebookId: string): Promise<readonly NotebookEntry[]> {
  const rows = await tables(query)
    .selectFrom("hunts_notebook_entries")
    .selectAll()
    .where("notebook_id", "=", notebookId)
    .orderBy("seq")
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at,
    by: { id: row.by_id, name: row.by_name },
    change: row.change,
    hash: row.hash,
  }));
}

export function changeOf({ change }: Pick<NotebookEntry, "change">): NotebookChange {
  return JSON.parse(change) as NotebookChange;
}

function toNotebook(row: Selectable<NotebookTables["hunts_notebooks"]>): Notebook {
  return {
    id: row.id,
    title: row.title,
    owner: { id: row.owner_id, name: row.owner_name },
    shared: row.shared === 1,
    archived: row.archived === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
