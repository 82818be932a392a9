/**
 * The store's writing side: append, rotate, seal. One lane for writes; sealing copies in the background on its own
 * connection from a table that nobody appends to any more.
 *
 * Invariants
 *  - Rows and consumer position change in one transaction: after any crash `position` is exactly what is stored.
 *  - A segment enters the manifest in the transaction that drops its hot table: every event is in one place.
 *  - Segments are cut by arrival, sorted by event time inside: captures years old make no thousand tiny files,
 *    and each segment's time span and row group statistics still rule most of them out.
 */
import type { Clock } from "../../../platform/clock/index.ts";
import type { JournalPosition } from "../../../kernel/index.ts";
import { looseFieldName } from "../core/query/columns.ts";
import { DEDUP_GENERATION_IDS, MAX_FIELD_NAMES, MAX_STORE_PROBLEMS } from "../limits.ts";
import { appendRows } from "./append-rows.ts";
import type { EncodedEvents } from "./encoded-events.ts";
import type { Connection } from "./database.ts";
import { RecentIds } from "./dedup.ts";
import { Lane } from "./lane.ts";
import {
  type HotTable,
  insertSegment,
  type OpenedStore,
  openStore,
  type StorePlace,
  type StoreProblem,
} from "./open.ts";
import { type Segment, writeSegment } from "./segment-files.ts";
import { addEvent, addSummary, emptySummary } from "./summary.ts";
import { createHotTable, hotTableName, sqlText } from "./tables.ts";

export interface SealLimits {
  readonly events: number;
  readonly characters: number;
  readonly ageMs: number;
  /** Below this many events an old table may wait `slowAgeMs`, so that quiet nights make no tiny files. */
  readonly fewEvents: number;
  readonly slowAgeMs: number;
}

export interface Appended {
  readonly stored: number;
  readonly duplicates: number;
  /** Places in the batch, ascending. */
  readonly duplicateIndexes: readonly number[];
  readonly position: JournalPosition;
  /** Everything before it is in sealed segments. */
  readonly trimmable: JournalPosition;
}

/** A consistent view of where events are; valid until the next seal, hence queries retry on a vanished table. */
export interface Parts {
  readonly segments: readonly Segment[];
  readonly hot: readonly HotTable[];
  readonly segmentDir: string;
}

export class EventStore {
  readonly #clock: Clock;
  readonly #limits: SealLimits;
  readonly #opened: OpenedStore;
  readonly #writer: Connection;
  readonly #lane = new Lane();
  readonly #recent = new RecentIds(DEDUP_GENERATION_IDS, (words) => crypto.getRandomValues(words));
  #recentReady: Promise<void>;
  #sealing: Promise<void> | undefined;
  #closed = false;

  private constructor(opened: OpenedStore, writer: Connection, options: { clock: Clock; limits: SealLimits }) {
    this.#opened = opened;
    this.#writer = writer;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#recentReady = this.#loadRecent();
    // The next append awaits it and meets the error; it must not count as unhandled until then.
    this.#recentReady.catch(() => {});
  }

  static async open(place: StorePlace, options: { clock: Clock; limits: SealLimits }): Promise<EventStore> {
    const opened = await openStore(place, options.clock.now());
    return new EventStore(opened, await opened.database.connect(), options);
  }

  get position(): JournalPosition {
    return this.#opened.position;
  }

  get trimmable(): JournalPosition {
    const { segments, hot, position } = this.#opened;
    if (hot.every((table) => table.summary.events === 0)) return position;
    return segments.reduce((most, segment) => Math.max(most, segment.upTo), 0);
  }

  get problems(): readonly StoreProblem[] {
    return this.#opened.problems;
  }

  parts(): Parts {
    const { segments, hot, segmentDir } = this.#opened;
    return { segments: [...segments], hot: hot.filter((table) => table.summary.events > 0), segmentDir };
  }

  connect(): Promise<Connection> {
    return this.#opened.database.connect();
  }

  /** Native names seen so far that equal `name` but for case and blanks. */
  spellings(name: string): readonly string[] {
    const wanted = looseFieldName(name);
    const found: string[] = [];
    for (const known of this.#opened.fieldNames) if (looseFieldName(known) === wanted) found.push(known);
    if (found.length === 0 && this.#opened.fieldNames.size >= MAX_FIELD_NAMES) found.push(name);
    return found;
  }

  append(batch: EncodedEvents, upTo: JournalPosition): Promise<Appended> {
    return this.#lane.run(async () => {
      await this.#recentReady;
      const { fresh, duplicateIndexes } = this.#withoutDuplicates(batch);
      try {
        await this.#commit(batch, fresh, upTo);
      } catch (error) {
        // The ids were noted but not stored: start over from what is stored.
        this.#recentReady = this.#loadRecent();
        this.#recentReady.catch(() => {});
        throw error;
      }
      this.#note(batch, fresh);
      if (this.#mustSeal()) void this.#startSeal().catch((error: unknown) => this.#report("seal_failed", error));
      const { position, trimmable } = this;
      return { stored: fresh.length, duplicates: duplicateIndexes.length, duplicateIndexes, position, trimmable };
    });
  }

  /** Seals everything stored so far. */
  async seal(): Promise<void> {
    // A run under way has drawn its line already.
    await this.#sealing?.catch(() => {});
    await this.#startSeal();
  }

  #startSeal(): Promise<void> {
    this.#sealing ??= this.#sealAll().finally(() => {
      this.#sealing = undefined;
    });
    return this.#sealing;
  }

  /** For the timer: seals when age or size asks for it. */
  async sealIfDue(): Promise<void> {
    if (this.#mustSeal()) await this.#startSeal();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sealing?.catch(() => {});
    await this.#recentReady.catch(() => {});
    await this.#lane.run(async () => {
      this.#writer.close();
      this.#opened.database.close();
    });
  }

  #withoutDuplicates(batch: EncodedEvents): { fresh: readonly number[]; duplicateIndexes: readonly number[] } {
    const fresh: number[] = [];
    const duplicateIndexes: number[] = [];
    for (let index = 0; index < batch.count; index++) {
      const isNew = this.#recent.add(batch.texts.id[index] ?? "");
      (isNew ? fresh : duplicateIndexes).push(index);
    }
    return { fresh, duplicateIndexes };
  }

  async #commit(batch: EncodedEvents, fresh: readonly number[], upTo: JournalPosition): Promise<void> {
    const { fieldNames } = this.#opened;
    const names = batch.newFieldNames
      .filter((name) => !fieldNames.has(name))
      .slice(0, MAX_FIELD_NAMES - fieldNames.size);
    await this.#writer.transaction(async () => {
      if (fresh.length > 0)
        await appendRows(this.#writer, { table: hotTableName(this.#active().number), batch, fresh });
      for (const name of names) await this.#writer.run("INSERT INTO field_names VALUES ($name)", { name });
      await this.#writer.run("UPDATE lake_state SET position = $upTo", { upTo });
    });
    for (const name of names) fieldNames.add(name);
    this.#opened.position = upTo;
  }

  #note(batch: EncodedEvents, fresh: readonly number[]): void {
    const { summary } = this.#active();
    const storedAt = this.#clock.now();
    for (const index of fresh) {
      addEvent(summary, {
        time: batch.time[index] ?? 0,
        ingestedAt: batch.ingestedAt[index] ?? 0,
        storedAt,
        sensor: batch.texts.sensor[index] ?? "",
        rawCharacters: batch.texts.raw[index]?.length ?? 0,
      });
    }
  }

  #mustSeal(): boolean {
    if (this.#closed) return false;
    const { events, rawCharacters, since } = this.#active().summary;
    if (events === 0) return this.#opened.hot.length > 1;
    const limits = this.#limits;
    const age = this.#clock.now() - since;
    if (events >= limits.events || rawCharacters >= limits.characters) return true;
    return age >= (events < limits.fewEvents ? limits.slowAgeMs : limits.ageMs);
  }

  async #sealAll(): Promise<void> {
    await this.#lane.run(() => this.#rotate());
    for (;;) {
      const table = this.#opened.hot[0];
      if (table?.upTo === undefined) return;
      await this.#sealOne(table, table.upTo);
    }
  }

  async #rotate(): Promise<void> {
    const active = this.#active();
    if (active.summary.events === 0) return;
    const upTo = this.#opened.position;
    const number = active.number + 1;
    await this.#writer.transaction(async () => {
      await this.#writer.run(createHotTable(number));
      await this.#writer.run("INSERT INTO rotated VALUES ($hot, $upTo)", { hot: active.number, upTo });
      await this.#writer.run("UPDATE lake_state SET hot = $number", { number });
    });
    active.upTo = upTo;
    this.#opened.hot.push({ number, summary: emptySummary(), upTo: undefined });
  }

  async #sealOne(table: HotTable, upTo: JournalPosition): Promise<void> {
    const { segments, segmentDir, hot, fieldNames } = this.#opened;
    const sequence = segments.reduce((most, segment) => Math.max(most, segment.sequence), 0) + 1;
    const connection = await this.connect();
    const segment = await writeSegment(connection, {
      dir: segmentDir,
      table: hotTableName(table.number),
      sequence,
      upTo,
      summary: table.summary,
      fieldNames: [...fieldNames],
    }).finally(() => connection.close());
    await this.#lane.run(async () => {
      await this.#writer.transaction(async () => {
        await insertSegment(this.#writer, segment, this.#clock.now());
        await this.#writer.run("DELETE FROM rotated WHERE hot = $hot", { hot: table.number });
        await this.#writer.run(`DROP TABLE ${hotTableName(table.number)}`);
      });
      segments.push(segment);
      hot.shift();
      await this.#checkpointIfSmall();
    });
  }

  /** Empties the write-ahead log while that is cheap; what is in the active table has to be written for it. */
  async #checkpointIfSmall(): Promise<void> {
    if (this.#active().summary.rawCharacters > this.#limits.characters / 8) return;
    // Refused while a query holds an older snapshot; the next seal does it then.
    await this.#writer.run("CHECKPOINT").catch(() => {});
  }

  /** The latest ids, oldest first; runs beside queries, appends wait for it. */
  async #loadRecent(): Promise<void> {
    const connection = await this.connect();
    try {
      for (;;) {
        const before = this.#opened.segments.length;
        this.#recent.clear();
        for (const source of this.#recentSources()) {
          await connection
            .eachText(`SELECT "id" FROM ${source}`, (id) => this.#recent.add(id))
            .catch((error: unknown) => this.#report("segment_unreadable", error));
        }
        // A table sealed meanwhile was perhaps missed.
        if (this.#opened.segments.length === before) return;
      }
    } finally {
      connection.close();
    }
  }

  #recentSources(): readonly string[] {
    const { segments, hot, segmentDir } = this.parts();
    let events = hot.reduce((sum, table) => sum + table.summary.events, 0);
    const sources = hot.map((table) => hotTableName(table.number));
    for (const segment of segments.toReversed()) {
      if (events >= DEDUP_GENERATION_IDS) break;
      sources.unshift(`read_parquet(${sqlText(`${segmentDir}/${segment.name}`)})`);
      events += segment.summary.events;
    }
    return sources;
  }

  #report(code: StoreProblem["code"], error: unknown): void {
    this.#opened.problems.push({ code, detail: String(error).slice(0, 500), at: this.#clock.now() });
    if (this.#opened.problems.length > MAX_STORE_PROBLEMS) this.#opened.problems.shift();
  }

  #active(): HotTable {
    const active = this.#opened.hot.at(-1);
    if (active === undefined) throw new Error("store without an active table");
    return active;
  }
}

export function totalSummary(parts: Parts) {
  const total = emptySummary();
  for (const part of [...parts.segments, ...parts.hot]) addSummary(total, part.summary);
  return total;
}
