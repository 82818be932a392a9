/**
 * The store's writing side: append, merge small files, seal. One lane for what changes where events are; merging and
 * sealing read files in the background that nobody changes any more.
 *
 * Invariants
 *  - A hot file appears with its position in its name: after any crash `position` is exactly what is stored.
 *  - The manifest gets a segment and the position it reaches in one transaction. Hot files before that position count
 *    no more, whether they are still there or not: every event is in one place.
 *  - Segments are cut by arrival and hold batch after batch: captures years old make no thousand tiny files, and each
 *    segment's time span and row group statistics still rule most of them out.
 */
import type { Clock } from "../../../platform/clock/index.ts";
import { Fault, type JournalPosition } from "../../../kernel/index.ts";
import { looseFieldName } from "../core/query/columns.ts";
import { DEDUP_GENERATION_IDS, MAX_FIELD_NAMES, MAX_STORE_PROBLEMS } from "../limits.ts";
import type { EncodedEvents } from "./encoded-events.ts";
import type { Connection } from "./database.ts";
import type { Damage } from "./damage.ts";
import { ID_BYTES, RecentIds } from "./dedup.ts";
import { recentSources } from "./recent-sources.ts";
import { DamagedHotFile, type HotFile, mergeableTail, removeFile, summaryOfFiles, writeHotFile } from "./hot-files.ts";
import { Lane } from "./lane.ts";
import { insertSegment } from "./manifest.ts";
import { type OpenedStore, openStore, type StorePlace } from "./open.ts";
import { RetiredFiles } from "./retired-files.ts";
import { mergedFile, withoutRows } from "./rewrite.ts";
import { type Segment, writeSegment } from "./segment-files.ts";
import type { Appended, Parts, SealLimits, StoreProblem, Stretch } from "./shapes.ts";
import { UntoldInventories } from "./untold-inventories.ts";

export class EventStore {
  readonly #clock: Clock;
  readonly #limits: SealLimits;
  readonly #opened: OpenedStore;
  readonly #writer: Connection;
  readonly #lane = new Lane();
  readonly #recent = new RecentIds(DEDUP_GENERATION_IDS, (words) => crypto.getRandomValues(words));
  /** One background task at a time: merging must not take away what is being sealed. */
  readonly #background = new Lane();
  readonly #retired = new RetiredFiles();
  readonly inventories = new UntoldInventories();
  #recentReady: Promise<void>;
  #sealing: Promise<void> | undefined;
  #merging = false;
  #broken: unknown;
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
    return this.#opened.sealedUpTo;
  }

  /** Nothing more is stored until the engine is opened again. */
  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  get problems(): readonly StoreProblem[] {
    return this.#opened.problems;
  }

  /** It turned out to be none. */
  forgetProblem(code: StoreProblem["code"], detail: string): void {
    const { problems } = this.#opened;
    const at = problems.findIndex((problem) => problem.code === code && problem.detail === detail);
    if (at >= 0) problems.splice(at, 1);
  }

  parts(): Parts {
    const { segments, isolated, hot, segmentDir } = this.#opened;
    return { segments: [...segments], isolated: [...isolated], hot: [...hot], segmentDir };
  }

  connect(): Promise<Connection> {
    return this.#opened.database.connect();
  }

  connectForQuery(): Promise<Connection> {
    return this.#opened.database.connectForQuery();
  }

  /** Native names seen so far that equal `name` but for case and blanks. */
  spellings(name: string): readonly string[] {
    const wanted = looseFieldName(name);
    const found: string[] = [];
    for (const known of this.#opened.fieldNames) if (looseFieldName(known) === wanted) found.push(known);
    if (found.length === 0 && this.#opened.fieldNames.size >= MAX_FIELD_NAMES) found.push(name);
    return found;
  }

  fieldNames(): Iterable<string> {
    return this.#opened.fieldNames;
  }

  /** `from`: where in the journal the batch begins; it must not be behind what is stored. Fault lake.store.behind. */
  append(batch: EncodedEvents, { upTo, from }: Stretch): Promise<Appended> {
    return this.#lane.run(async () => {
      if (this.#broken !== undefined) throw this.#broken;
      if (from !== undefined && from > this.position) {
        const { position } = this;
        throw new Fault("conflict", "lake.store.behind", "events before these are not stored", { from, position });
      }
      await this.#recentReady;
      const duplicateIndexes = this.#duplicatesIn(batch);
      try {
        await this.#write(batch, duplicateIndexes, upTo);
      } catch (error) {
        // The ids were noted but not stored: start over from what is stored.
        this.#recentReady = this.#loadRecent();
        this.#recentReady.catch(() => {});
        throw error;
      }
      if (this.#mustSeal()) void this.#startSeal().catch((error: unknown) => this.#report("seal_failed", error));
      else this.#mergeIfMany();
      const { position, trimmable } = this;
      const duplicates = duplicateIndexes.length;
      return { stored: batch.count - duplicates, duplicates, duplicateIndexes, position, trimmable };
    });
  }

  /** Seals everything stored so far. */
  async seal(): Promise<void> {
    // A run under way has drawn its line already.
    await this.#sealing?.catch(() => {});
    await this.#startSeal();
  }

  #startSeal(): Promise<void> {
    this.#sealing ??= this.#background
      .run(() => this.#sealAll())
      .finally(() => {
        this.#sealing = undefined;
      });
    return this.#sealing;
  }

  /** Takes segments out of the manifest, and puts another in for them, in one transaction. Files are the caller's. */
  replaceSegments(names: ReadonlySet<string>, instead?: Segment): Promise<void> {
    return this.#lane.run(async () => {
      await this.#writer.transaction(async () => {
        for (const name of names) await this.#writer.run("DELETE FROM segments WHERE name = $name", { name });
        if (instead !== undefined) await insertSegment(this.#writer, instead, this.#clock.now());
      });
      const { segments } = this.#opened;
      const kept = segments.filter((segment) => !names.has(segment.name));
      if (instead !== undefined) kept.push(instead);
      kept.sort((one, other) => one.upTo - other.upTo || one.sequence - other.sequence);
      segments.splice(0, segments.length, ...kept);
    });
  }

  /** A segment no search can read is left out from now on; a hot file is read from the journal again. */
  isolate({ part, isMissing }: Damage): Promise<void> {
    return this.#lane.run(async () => {
      if ("hot" in part) return this.#cutHotAt(part.hot.path);
      const { segments, isolated } = this.#opened;
      const at = segments.findIndex(({ name }) => name === part.segment.name);
      if (at < 0) return;
      isolated.push(...segments.splice(at, 1));
      this.#report(isMissing ? "segment_missing" : "segment_damaged", part.segment.name);
    });
  }

  /** The journal has what came after sealing: whoever appends is told to begin again where the damage begins. */
  #cutHotAt(path: string): void {
    const { hot } = this.#opened;
    const at = hot.findIndex((file) => file.path === path);
    if (at < 0) return;
    this.#report("hot_file_damaged", path.slice(path.lastIndexOf("/") + 1));
    const lost = hot.splice(at);
    this.#opened.position = this.#chainEnd;
    this.#retired.retire(lost.map((file) => file.path));
    this.#recentReady = this.#loadRecent();
    this.#recentReady.catch(() => {});
  }

  /** Background work that met a damaged hot file has it cut off. */
  async #orCut<T>(work: Promise<T>): Promise<T> {
    return await work.catch(async (error: unknown) => {
      if (error instanceof DamagedHotFile) await this.#lane.run(async () => this.#cutHotAt(error.path));
      throw error;
    });
  }

  /** For the timer: seals when age or size asks for it. */
  async sealIfDue(): Promise<void> {
    if (this.#mustSeal() || this.#isIdleAhead) await this.#startSeal();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#background.run(async () => {});
    await this.#recentReady.catch(() => {});
    await this.#lane.run(async () => {
      this.#retired.removeAll();
      this.#writer.close();
      this.#opened.database.close();
    });
  }

  #duplicatesIn({ count, inventory }: EncodedEvents): readonly number[] {
    const duplicates: number[] = [];
    const { ids } = inventory.leaves;
    for (let index = 0; index < count; index++) {
      if (!this.#recent.addPacked(ids, index * ID_BYTES)) duplicates.push(index);
    }
    return duplicates;
  }

  /** A batch without anything new only moves the position on: read again after a crash it says nothing new again. */
  async #write(batch: EncodedEvents, duplicates: readonly number[], upTo: JournalPosition): Promise<void> {
    const { fieldNames, hot, hotDir } = this.#opened;
    if (duplicates.length < batch.count) {
      const {
        file: bytes,
        inventory,
        ...rest
      } = duplicates.length === 0 ? batch : await withoutRows(this.#writer, hotDir, { batch, rows: duplicates });
      const summary = { ...rest.summary, since: this.#clock.now() };
      hot.push(writeHotFile({ dir: hotDir, from: this.#chainEnd, upTo, bytes, summary, inventory }));
    }
    for (const name of batch.newFieldNames) if (fieldNames.size < MAX_FIELD_NAMES) fieldNames.add(name);
    this.#opened.position = upTo;
  }

  /** Where the next hot file must begin. */
  get #chainEnd(): JournalPosition {
    return this.#opened.hot.at(-1)?.upTo ?? this.#opened.sealedUpTo;
  }

  #mustSeal(): boolean {
    if (this.#closed) return false;
    const { events, rawCharacters, since } = summaryOfFiles(this.#opened.hot);
    if (events === 0) return false;
    const limits = this.#limits;
    const age = this.#clock.now() - since;
    if (events >= limits.events || rawCharacters >= limits.characters) return true;
    return age >= (events < limits.fewEvents ? limits.slowAgeMs : limits.ageMs);
  }

  /** Only ticks and repetitions have come since the last seal: the journal need not keep them. */
  get #isIdleAhead(): boolean {
    return !this.#closed && this.#opened.hot.length === 0 && this.#opened.position > this.#opened.sealedUpTo;
  }

  /** What is stored when it begins; in several segments when much has gathered. */
  async #sealAll(): Promise<void> {
    const { hot, position } = this.#opened;
    if (hot.length === 0) return await this.#lane.run(() => this.#sealNothing());
    for (;;) {
      const [first, ...rest] = this.#nextSegment(position);
      if (first === undefined) return;
      await this.#sealFiles([first, ...rest]);
    }
  }

  async #sealNothing(): Promise<void> {
    if (!this.#isIdleAhead) return;
    const { position } = this.#opened;
    await this.#writer.run("UPDATE lake_state SET position = $position", { position });
    this.#opened.sealedUpTo = position;
  }

  #nextSegment(before: JournalPosition): readonly HotFile[] {
    const files: HotFile[] = [];
    let events = 0;
    let characters = 0;
    for (const file of this.#opened.hot) {
      if (file.upTo > before || events >= this.#limits.events || characters >= this.#limits.characters) break;
      files.push(file);
      events += file.summary.events;
      characters += file.summary.rawCharacters;
    }
    return files;
  }

  async #sealFiles(files: readonly [HotFile, ...HotFile[]]): Promise<void> {
    const { segments, segmentDir, hot, fieldNames } = this.#opened;
    const sequence = segments.reduce((most, segment) => Math.max(most, segment.sequence), 0) + 1;
    const summary = summaryOfFiles(files);
    const paths = files.map(({ path }) => path);
    const { from } = files[0];
    const upTo = files.at(-1)?.upTo ?? files[0].upTo;
    const order = { dir: segmentDir, files: paths, from, sequence, upTo, summary, fieldNames: [...fieldNames] };
    const segment = await this.#orCut(writeSegment(order));
    await this.#lane.run(async () => {
      try {
        await this.#writer.transaction(async () => {
          await insertSegment(this.#writer, segment, this.#clock.now());
          await this.#learnNames();
          await this.#writer.run("UPDATE lake_state SET position = $upTo", { upTo });
        });
      } catch (error) {
        // Whether the commit reached the disk only the manifest can say: opened again, it takes the file or lists it.
        if (await this.#isUnlisted(segment.name)) removeFile(`${segmentDir}/${segment.name}`);
        else this.#broken = error;
        throw error;
      }
      segments.push(segment);
      this.inventories.keep(segment.name, files);
      hot.splice(0, files.length);
      this.#opened.sealedUpTo = upTo;
      this.#retired.retire(paths);
    });
  }

  /** Certainly not in the manifest: it can still be asked, and says so. */
  async #isUnlisted(name: string): Promise<boolean> {
    return await this.#writer.rows("SELECT name FROM segments WHERE name = $name", { name }).then(
      (rows) => rows.length === 0,
      () => false,
    );
  }

  /** Names of fields are in the hot files until these are sealed. */
  async #learnNames(): Promise<void> {
    const { fieldNames, writtenNames } = this.#opened;
    for (const name of fieldNames) {
      if (writtenNames.has(name)) continue;
      await this.#writer.run("INSERT INTO field_names VALUES ($name)", { name });
      writtenNames.add(name);
    }
  }

  #mergeIfMany(): void {
    if (this.#merging || mergeableTail(this.#opened.hot).length === 0) return;
    this.#merging = true;
    void this.#background
      .run(() => this.#mergeTail())
      .catch((error: unknown) => this.#report("merge_failed", error))
      .finally(() => {
        this.#merging = false;
      });
  }

  async #mergeTail(): Promise<void> {
    const { hot, hotDir } = this.#opened;
    const files = mergeableTail(hot);
    const [first] = files;
    const last = files.at(-1);
    if (first === undefined || last === undefined) return;
    const connection = await this.connect();
    const bytes = await this.#orCut(mergedFile(connection, hotDir, files)).finally(() => connection.close());
    await this.#lane.run(async () => {
      // Cut off meanwhile.
      if (!files.every((file) => hot.includes(file))) return;
      const { from } = first;
      const { upTo } = last;
      const merged = writeHotFile({ dir: hotDir, from, upTo, bytes, summary: summaryOfFiles(files) });
      hot.splice(hot.indexOf(first), files.length, merged);
      this.#retired.retire(files.map(({ path }) => path));
    });
  }

  /** The latest ids, oldest first; runs beside queries, appends wait for it. */
  async #loadRecent(): Promise<void> {
    const connection = await this.connect();
    try {
      for (;;) {
        const before = this.#opened.segments.length;
        this.#recent.clear();
        for (const source of recentSources(this.parts())) {
          await connection
            .eachText(`SELECT "id" FROM ${source}`, (id) => this.#recent.add(id))
            .catch((error: unknown) => this.#report("segment_unreadable", error));
        }
        // A file sealed meanwhile was perhaps missed.
        if (this.#opened.segments.length === before) return;
      }
    } finally {
      connection.close();
    }
  }

  #report(code: StoreProblem["code"], error: unknown): void {
    this.#opened.problems.push({ code, detail: String(error).slice(0, 500), at: this.#clock.now() });
    if (this.#opened.problems.length > MAX_STORE_PROBLEMS) this.#opened.problems.shift();
  }
}
