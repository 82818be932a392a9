/**
 * The only file that touches the engine's package: opening, settings, connections, statements.
 * Settings and why: docs of the measurements in this module's README.
 */
import { availableParallelism, totalmem } from "node:os";
import { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { Fault } from "../../../kernel/index.ts";
import { MAX_RUNNING_QUERIES } from "../limits.ts";
import { sqlText } from "./tables.ts";
import type { SqlValue } from "./predicate.ts";

export interface DatabasePlace {
  readonly file: string;
  readonly temp: string;
  /** The engine reads and writes files below here and nowhere else. */
  readonly root: string;
  readonly memoryLimitMb: number | undefined;
}

export type Row = Readonly<Record<string, unknown>>;

const GIB = 1024 ** 3;

/** An eighth of the machine, between 512 MB and 2 GB: what does not fit goes to the temporary folder. */
function defaultMemoryMb(): number {
  return Math.round(Math.min(2 * GIB, Math.max(GIB / 2, totalmem() / 8)) / 1024 ** 2);
}

export class Database {
  readonly #instance: DuckDBInstance;
  readonly #forQueries: Connection[] = [];

  private constructor(instance: DuckDBInstance) {
    this.#instance = instance;
  }

  static async open(place: DatabasePlace): Promise<Database> {
    const instance = await DuckDBInstance.create(place.file, {
      threads: String(Math.min(2, availableParallelism())),
      memory_limit: `${place.memoryLimitMb ?? defaultMemoryMb()}MB`,
      temp_directory: place.temp,
      preserve_insertion_order: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      allow_community_extensions: "false",
    });
    const database = new Database(instance);
    const connection = await database.connect();
    for (let n = 0; n < MAX_RUNNING_QUERIES; n++) database.#forQueries.push(await database.#tellingConnection());
    // After this no statement can reach the network, another folder, or loosen these settings.
    for (const statement of [
      `SET allowed_directories = [${sqlText(`${place.root}/`)}]`,
      "SET enable_external_access = false",
      "SET lock_configuration = true",
    ]) {
      await connection.run(statement);
    }
    connection.close();
    return database;
  }

  async connect(): Promise<Connection> {
    return new Connection(await this.#instance.connect());
  }

  /** One that tells how far its statement has come, while there are any; the caller closes it. */
  async connectForQuery(): Promise<Connection> {
    return this.#forQueries.pop() ?? (await this.connect());
  }

  /** Progress can be switched on only per connection, and only until the settings are locked. */
  async #tellingConnection(): Promise<Connection> {
    const connection = await this.connect();
    for (const statement of [
      "SET enable_progress_bar = true",
      "SET enable_progress_bar_print = false",
      "SET progress_bar_time = 0",
    ]) {
      await connection.run(statement);
    }
    return connection;
  }

  close(): void {
    for (const connection of this.#forQueries.splice(0)) connection.close();
    this.#instance.closeSync();
  }
}

export class Connection {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  async run(sql: string, values?: Readonly<Record<string, SqlValue>>): Promise<void> {
    await this.#connection.run(sql, bound(values));
  }

  async rows(sql: string, values?: Readonly<Record<string, SqlValue>>): Promise<readonly Row[]> {
    const reader = await this.#connection.runAndReadAll(sql, bound(values));
    return reader.getRowObjectsJS() as readonly Row[];
  }

  /** One text column, chunk by chunk, for results too long to hold. */
  async eachText(sql: string, take: (text: string) => void): Promise<void> {
    const result = await this.#connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      for (const value of chunk.getColumnValues(0)) if (typeof value === "string") take(value);
    }
  }

  /** Columns of one chunk of rows after another, as the engine's own values. */
  async eachChunk(sql: string, take: (columns: readonly (readonly unknown[])[]) => void): Promise<void> {
    const result = await this.#connection.stream(sql);
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      take(chunk.getColumns());
    }
  }

  /** All of `work` or nothing. */
  async transaction(work: () => Promise<void>): Promise<void> {
    await this.run("BEGIN");
    try {
      await work();
      await this.run("COMMIT");
    } catch (error) {
      await this.run("ROLLBACK").catch(() => {});
      throw error;
    }
  }

  /** Share of the running statement that is done, 0 to 1; undefined while the engine does not know. */
  get progress(): number | undefined {
    const { percentage } = this.#connection.progress;
    return percentage >= 0 ? Math.min(1, percentage / 100) : undefined;
  }

  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
  }
}

/** The engine takes bigint for whole numbers that may exceed 32 bits; a plain number is bound as DOUBLE. */
function bound(values: Readonly<Record<string, SqlValue>> | undefined): Record<string, SqlValue> | undefined {
  return values === undefined ? undefined : { ...values };
}

export type OpenFailure = "locked" | "unavailable" | "corrupt";

/**
 * What kind of failure an error from opening is. Only what is certainly not a lock, a full or a forbidden disk is
 * taken as corruption: moving a healthy database aside would be the worse mistake.
 */
export function openFailure(error: unknown): OpenFailure {
  const text = String(error);
  if (/could not set lock|conflicting lock/i.test(text)) return "locked";
  if (/no space left|permission denied|read-only file system|too many open files|out of memory/i.test(text)) {
    return "unavailable";
  }
  return "corrupt";
}

/** After such an error the engine refuses everything until the database is opened again. */
export function isInvalidated(error: unknown): boolean {
  return /database has been invalidated|fatal error/i.test(String(error));
}

/** The statement needed more than the engine may use, on disk too. */
export function isOutOfMemory(error: unknown): boolean {
  return /out of memory/i.test(String(error));
}

export function isInterrupted(error: unknown): boolean {
  return /interrupt/i.test(String(error));
}

export function storeFault(error: unknown): Fault {
  const text = String(error);
  if (/no space left/i.test(text)) {
    return new Fault("unavailable", "lake.store.disk_full", "no space left for the event store", {}, 5);
  }
  return new Fault("unavailable", "lake.store.failed", text.slice(0, 500), {}, 5);
}
