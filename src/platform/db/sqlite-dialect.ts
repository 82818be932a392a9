import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from "kysely";

/**
 * Kysely on Node's own SQLite. Binding rules are strict on purpose: `node:sqlite` stores NULL for a Date without
 * a word, so anything but null, number, bigint, string and bytes is refused here.
 */
export function nodeSqliteDialect(database: DatabaseSync): SqliteDialect {
  const statements = new Statements(database);
  const adapter: SqliteDatabase = {
    close: () => database.close(),
    // A deferred transaction that first reads and then writes fails when another process wrote in between; taking the
    // write lock at once makes it wait instead (`khien user add` beside a running server).
    prepare: (sql) => prepare(statements, sql === "begin" ? "begin immediate" : sql),
  };
  return new SqliteDialect({ database: adapter });
}

/** The same few statements are asked again and again, and compiling one costs as much as running it. */
const MAX_STATEMENTS = 256;
const MAX_SQL_CHARACTERS = 8_192;

interface Prepared {
  readonly statement: StatementSync;
  readonly reader: boolean;
}

class Statements {
  readonly #database: DatabaseSync;
  /** By SQL, the latest used last. */
  readonly #known = new Map<string, Prepared>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  of(sql: string): Prepared {
    const known = this.#known.get(sql);
    if (known !== undefined) {
      this.#known.delete(sql);
      this.#known.set(sql, known);
      return known;
    }
    const fresh = this.fresh(sql);
    if (sql.length > MAX_SQL_CHARACTERS) return fresh;
    if (this.#known.size >= MAX_STATEMENTS) {
      const oldest = this.#known.keys().next().value;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
    this.#known.set(sql, fresh);
    return fresh;
  }

  fresh(sql: string): Prepared {
    const statement = this.#database.prepare(sql);
    return { statement, reader: statement.columns().length > 0 };
  }
}

function prepare(statements: Statements, sql: string): SqliteStatement {
  const { statement, reader } = statements.of(sql);
  return {
    reader,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    // Rows come while others ask: such a statement is nobody else's.
    iterate: (parameters) => statements.fresh(sql).statement.iterate(...bind(parameters)),
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
