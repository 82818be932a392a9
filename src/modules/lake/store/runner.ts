/**
 * Runs queries: a bounded number at once on kept connections, each with a time limit and a way to stop it.
 * A query that meets a file sealed away under it starts over with the current parts; one that meets a damaged file
 * starts over without it.
 */
import { Fault } from "../../../kernel/index.ts";
import { MAX_OPEN_QUERIES, MAX_RUNNING_QUERIES } from "../limits.ts";
import { findDamage, mayBeDamage, type Search } from "./damage.ts";
import { type Connection, isInterrupted, isOutOfMemory, storeFault } from "./database.ts";
import type { EventStore } from "./event-store.ts";
import type { Parts } from "./shapes.ts";
import type { TimeRange } from "./read-sql.ts";

export interface QueryRun {
  readonly connection: Connection;
  readonly parts: Parts;
  /** Between statements: throws when the query was stopped meanwhile. */
  check(): void;
}

/** Sealed, merged or dropped under the query. */
const VANISHED = /no files found that match|cannot open file.*\.parquet/i;
const ATTEMPTS = 5;
const INSIST_MS = 20;

export interface AskedQuery {
  readonly id: number;
  readonly timeoutMs: number;
  /** Where it looks; everywhere unless given. */
  readonly range: TimeRange | undefined;
}

/** How far a query is. */
export interface QueryProgress {
  readonly state: "waiting" | "running";
  readonly elapsedMs: number;
  /** Of the statement under way, 0 to 1; a query may need several. */
  readonly ratio: number | null;
}

interface Ticket {
  readonly startedAt: number;
  stopped: "cancelled" | "timeout" | undefined;
  connection: Connection | undefined;
  wake: (() => void) | undefined;
}

export class QueryRunner {
  readonly #store: EventStore;
  readonly #idle: Connection[] = [];
  readonly #tickets = new Map<number, Ticket>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(store: EventStore) {
    this.#store = store;
  }

  async run<T>(asked: AskedQuery, work: (run: QueryRun) => Promise<T>): Promise<T> {
    const { id, timeoutMs, range } = asked;
    if (this.#tickets.size >= MAX_OPEN_QUERIES) {
      throw new Fault("busy", "lake.query.busy", "too many searches at once", { limit: MAX_OPEN_QUERIES }, 2);
    }
    const ticket: Ticket = { startedAt: performance.now(), stopped: undefined, connection: undefined, wake: undefined };
    this.#tickets.set(id, ticket);
    const timer = setTimeout(() => stop(ticket, "timeout"), timeoutMs);
    try {
      await this.#slot(ticket);
      try {
        return await this.#attempt(ticket, range, work);
      } finally {
        this.#running -= 1;
        this.#waiting.shift()?.();
      }
    } catch (error) {
      throw ticket.stopped === undefined ? error : stoppedFault(ticket.stopped, timeoutMs);
    } finally {
      clearTimeout(timer);
      this.#tickets.delete(id);
    }
  }

  cancel(id: number): void {
    const ticket = this.#tickets.get(id);
    if (ticket !== undefined) stop(ticket, "cancelled");
  }

  /** Undefined when no such query waits or runs. */
  progress(id: number): QueryProgress | undefined {
    const ticket = this.#tickets.get(id);
    if (ticket === undefined) return undefined;
    const { connection, startedAt } = ticket;
    return {
      state: connection === undefined ? "waiting" : "running",
      elapsedMs: Math.round(performance.now() - startedAt),
      ratio: connection?.progress ?? null,
    };
  }

  /** Stops what runs and waits until the engine has let go of it. */
  async close(): Promise<void> {
    for (const ticket of this.#tickets.values()) stop(ticket, "cancelled");
    while (this.#tickets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  async #slot(ticket: Ticket): Promise<void> {
    while (this.#running >= MAX_RUNNING_QUERIES) {
      await new Promise<void>((resolve) => {
        ticket.wake = resolve;
        this.#waiting.push(resolve);
      });
      const left = this.#waiting.indexOf(ticket.wake ?? noop);
      if (left >= 0) this.#waiting.splice(left, 1);
      if (ticket.stopped !== undefined) {
        // It may have been woken for a free slot: pass that on.
        this.#waiting.shift()?.();
        check(ticket);
      }
    }
    this.#running += 1;
  }

  async #attempt<T>(ticket: Ticket, range: TimeRange | undefined, work: (run: QueryRun) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.#store.connectForQuery());
    ticket.connection = connection;
    try {
      for (let attempt = 1; ; attempt++) {
        check(ticket);
        const parts = this.#store.parts();
        try {
          return await work({ connection, parts, check: () => check(ticket) });
        } catch (error) {
          if (attempt < ATTEMPTS && VANISHED.test(String(error)) && hasChanged(parts, this.#store.parts())) continue;
          const search = { error, range, check: () => check(ticket) };
          if (attempt < ATTEMPTS && mayBeDamage(error) && (await this.#isolate(connection, parts, search))) continue;
          if (error instanceof Fault || isInterrupted(error)) throw error;
          if (isOutOfMemory(error)) throw new Fault("too_large", "lake.query.too_large", TOO_LARGE);
          throw storeFault(error);
        }
      }
    } finally {
      ticket.connection = undefined;
      this.#idle.push(connection);
    }
  }

  /** True when something was found that the next attempt does without. */
  async #isolate(connection: Connection, parts: Parts, search: Search): Promise<boolean> {
    const found = await findDamage(connection, parts, search);
    for (const damage of found) await this.#store.isolate(damage);
    return found.length > 0;
  }
}

/** Something was sealed, merged, dropped or isolated meanwhile. */
function hasChanged(before: Parts, after: Parts): boolean {
  const names = ({ segments, hot }: Parts) => [...segments.map(({ name }) => name), ...hot.map(({ path }) => path)];
  return names(before).join() !== names(after).join();
}

const TOO_LARGE = "the answer needs more memory than the store may use: narrow the range or count less";

function noop(): void {}

function stop(ticket: Ticket, reason: "cancelled" | "timeout"): void {
  if (ticket.stopped !== undefined) return;
  ticket.stopped = reason;
  ticket.wake?.();
  // The engine forgets an interrupt that arrives while it still prepares the statement: say it until it listens.
  const insist = () => {
    if (ticket.connection === undefined) return;
    ticket.connection.interrupt();
    setTimeout(insist, INSIST_MS);
  };
  insist();
}

function check(ticket: Ticket): void {
  if (ticket.stopped !== undefined) throw new Error("interrupted");
}

function stoppedFault(reason: "cancelled" | "timeout", timeoutMs: number): Fault {
  return reason === "cancelled"
    ? new Fault("unavailable", "lake.query.cancelled", "the search was cancelled")
    : new Fault("unavailable", "lake.query.timeout", "the search took too long", { limitMs: timeoutMs });
}
