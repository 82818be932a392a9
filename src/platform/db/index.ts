import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { Kysely, type Transaction } from "kysely";
import { nodeSqliteDialect } from "./sqlite-dialect.ts";

export type { Insertable, Selectable, SelectQueryBuilder, Updateable } from "kysely";
export { sql } from "kysely";
export type Query<Tables> = Kysely<Tables> | Transaction<Tables>;
/** What a connection knows before a store names its own tables with `withTables`. */
export type NoTables = Record<never, never>;
/** An open transaction before a store narrows it to its own tables with `withTables`. */
export type Tx = Transaction<NoTables>;

/** One forward-only step. `id` is unique and sorted: `<module>/<NNNN-what>`. */
export interface Migration {
  readonly id: string;
  readonly sql: string;
}

/** Records: everything with state. One writer connection, WAL, synchronous FULL: a committed transaction survives a power cut. */
export interface Records {
  readonly query: Kysely<NoTables>;
  /** Runs `work` in one transaction; commits when it resolves, rolls back when it throws. Transactions queue up. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface RecordsOptions {
  /** Path of the database file, or ":memory:". */
  readonly file: string;
  readonly migrations: readonly Migration[];
}

export function openRecords({ file, migrations }: RecordsOptions): Records {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("PRAGMA busy_timeout = 5000");
  migrate(database, migrations);
  const query = new Kysely<NoTables>({ dialect: nodeSqliteDialect(database) });
  return {
    query,
    transaction: (work) => query.transaction().execute(work),
    close: () => query.destroy(),
  };
}

/** Reads `NNNN-what.sql` files of a module's migrations folder. */
export function readMigrations(module: string, folder: URL): Migration[] {
  const path = fileURLToPath(folder);
  return readdirSync(path)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/u.test(name))
    .sort()
    .map((name) => ({ id: `${module}/${name.slice(0, -4)}`, sql: readFileSync(path + name, "utf8") }));
}

function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  database.exec(
    "CREATE TABLE IF NOT EXISTS platform_migrations (id TEXT PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT",
  );
  const applied = new Set(
    database
      .prepare("SELECT id FROM platform_migrations")
      .all()
      .map((row) => String(row.id)),
  );
  const known = new Set(migrations.map((migration) => migration.id));
  const newer = [...applied].filter((id) => !known.has(id));
  if (newer.length > 0) {
    throw new Error(
      `the records were written by a newer version (unknown migrations: ${newer.join(", ")}); run that version`,
    );
  }
  const record = database.prepare("INSERT INTO platform_migrations (id, applied_at) VALUES (?, unixepoch() * 1000)");
  for (const migration of migrations) {
    if (applied.has(migration.id)) continue;
    database.exec("BEGIN IMMEDIATE");
    try {
      database.exec(migration.sql);
      record.run(migration.id);
      database.exec("COMMIT");
    } catch (error) {
      database.exec("ROLLBACK");
      throw new Error(`migration ${migration.id} failed`, { cause: error });
    }
  }
}
