import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from "kysely";

/**
 * Kysely on Node's own SQLite. Binding rules are strict on purpose: `node:sqlite` stores NULL for a Date without
 * a word, so anything but null, number, bigint, string and bytes is refused here.
 */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  const adapter: SqliteDatabase = {
    close: () => database.close(),
    // A deferred transaction that first reads and then writes fails when another process wrote in between; taking the
    // write lock at once makes it wait instead (`khien user add` beside a running server).
    prepare: (sql) => prepare(database, sql === "begin" ? "begin immediate" : sql),
  };
  return new SqliteDialect({ database: adapter });
}

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const reader = statement.columns().length > 0;
  return {
    reader,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  };
}

function bind(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "bigint")
      return value;
    if (value instanceof Uint8Array) return value;
    throw new TypeError(
      `cannot bind ${value === undefined ? "undefined" : Object.prototype.toString.call(value)} to SQL`,
    );
  });
}
