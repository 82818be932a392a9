/**
 * Events on their way into the lake: encoded where they were parsed, as the Parquet file they will be stored in.
 * The store only writes it down. See docs/adr/0010-encoding-at-the-source.md.
 */
import type { EventBytes, KhienEvent } from "../../../kernel/index.ts";
import { isAscii, searchText } from "../core/query/fold.ts";
import { MAX_FIELD_NAMES } from "../limits.ts";
import type { TextValue } from "../columnar/column-chunk.ts";
import { ID_BYTES, packId } from "./dedup.ts";
import { type EventColumns, TEXT_COLUMNS, type TextColumn } from "./event-columns.ts";
import { EventFileWriter } from "./event-file.ts";
import { type Inventory, LeafHasher, SourceShares } from "./inventory.ts";
import { addEvent, emptySummary, type PartSummary } from "./summary.ts";

export interface EncodedEvents {
  readonly count: number;
  /** A Parquet file; empty when there are no events. */
  readonly file: Uint8Array<ArrayBuffer>;
  readonly inventory: Inventory;
  /** As if stored when they came in. */
  readonly summary: PartSummary;
  /** Native field names this encoder has not sent before. */
  readonly newFieldNames: readonly string[];
  /** For those who look at events as they are stored; not there unless asked for. */
  readonly columns: EventColumns | undefined;
}

export interface EncodeOptions {
  readonly withColumns: boolean;
}

export class EventEncoder {
  readonly #known = new Set<string>();
  /** Lists of names of which all are known. */
  #knownLists = new WeakSet<readonly string[]>();
  readonly #files = new EventFileWriter();
  readonly #leaves = new LeafHasher();

  encode(events: readonly KhienEvent[], options: EncodeOptions): EncodedEvents {
    const batch = this.batch(options);
    for (const event of events) batch.add(event);
    return batch.end();
  }

  /** For events that come one by one: nothing of an event is kept but what goes into the file. One at a time. */
  batch({ withColumns }: EncodeOptions): EventBatch {
    return new EventBatch({
      learn: (event, fresh) => this.#learnNames(event, fresh),
      write: (columns, about) => this.#files.write(columns, about),
      hash: (columns) => this.#leaves.hashes(columns),
      withColumns,
    });
  }

  /** A batch that was not stored must be able to tell its names again. */
  forget(names: readonly string[]): void {
    for (const name of names) this.#known.delete(name);
    this.#knownLists = new WeakSet();
  }

  #learnNames(event: KhienEvent, fresh: string[]): void {
    if (event.bytes === undefined) {
      for (const name in event.fields) if (!this.#known.has(name)) this.#learn(name, fresh);
      return;
    }
    const { names } = event.bytes;
    if (this.#knownLists.has(names)) return;
    for (const name of names) if (!this.#known.has(name)) this.#learn(name, fresh);
    this.#knownLists.add(names);
  }

  #learn(name: string, fresh: string[]): void {
    if (this.#known.size >= MAX_FIELD_NAMES) return;
    this.#known.add(name);
    fresh.push(name.toWellFormed());
  }
}

interface Pen {
  readonly learn: (event: KhienEvent, fresh: string[]) => void;
  readonly write: EventFileWriter["write"];
  readonly hash: LeafHasher["hashes"];
  readonly withColumns: boolean;
}

export class EventBatch {
  readonly #pen: Pen;
  readonly #stored = new ColumnsInWork<TextValue>();
  /** Texts are strings for those who look at events as they come. */
  readonly #shown: ColumnsInWork<string> | undefined;
  readonly #summary = emptySummary();
  readonly #sources = new SourceShares();
  readonly #newFieldNames: string[] = [];
  #ids = new Uint8Array(1_024 * ID_BYTES);

  constructor(pen: Pen) {
    this.#pen = pen;
    this.#shown = pen.withColumns ? new ColumnsInWork() : undefined;
  }

  add(event: KhienEvent): void {
    const { bytes, time, ingestedAt, sensor } = event;
    this.#pen.learn(event, this.#newFieldNames);
    const rawCharacters = bytes?.isPlain === true ? bytes.raw.length : event.raw.length;
    addEvent(this.#summary, { time, ingestedAt, storedAt: ingestedAt, sensor, rawCharacters });
    this.#sources.add(event, bytes?.raw.length ?? Buffer.byteLength(event.raw));
    this.#packId(event.id);
    if (bytes === undefined) this.#stored.add(event, contentOf(event));
    else this.#stored.add(event, contentOfBytes(event, bytes));
    this.#shown?.add(event, contentOf(event));
  }

  end(): EncodedEvents {
    const count = this.#stored.count;
    const about = { summary: this.#summary, fieldNames: this.#newFieldNames };
    const columns = this.#stored.columns();
    const leaves = { count, hashes: this.#pen.hash(columns), ids: this.#ids.slice(0, count * ID_BYTES) };
    return {
      count,
      file: count === 0 ? new Uint8Array() : this.#pen.write(columns, about),
      inventory: { leaves, sources: this.#sources.shares() },
      summary: this.#summary,
      newFieldNames: this.#newFieldNames,
      columns: this.#shown?.columns(),
    };
  }

  #packId(id: string): void {
    const at = this.#stored.count * ID_BYTES;
    if (at === this.#ids.length) {
      const wider = new Uint8Array(2 * at);
      wider.set(this.#ids);
      this.#ids = wider;
    }
    packId(id, this.#ids, at);
  }
}

/** The texts that are most of an event. */
interface Content<Text> {
  readonly fields: Text | undefined;
  readonly raw: Text;
  readonly search: string | undefined;
}

/** Columns that grow event by event. */
class ColumnsInWork<Text> {
  readonly #time: number[] = [];
  readonly #ingestedAt: number[] = [];
  readonly #timeMissing: number[] = [];
  readonly #srcPort: number[] = [];
  readonly #dstPort: number[] = [];
  readonly #texts = Object.fromEntries(TEXT_COLUMNS.map((name) => [name, []])) as unknown as Record<
    TextColumn,
    (Text | string | undefined)[]
  >;

  get count(): number {
    return this.#time.length;
  }

  add(event: KhienEvent, { fields, raw, search }: Content<Text>): void {
    const { entities, logsource } = event;
    const texts = this.#texts;
    this.#time.push(event.time);
    this.#ingestedAt.push(event.ingestedAt);
    this.#timeMissing.push(event.timeMissing === true ? 1 : 0);
    this.#srcPort.push(entities.srcPort ?? -1);
    this.#dstPort.push(entities.dstPort ?? -1);
    texts.id.push(event.id);
    texts.sensor.push(event.sensor);
    texts.product.push(logsource.product);
    texts.category.push(logsource.category);
    texts.service.push(logsource.service);
    texts.format.push(event.format);
    texts.parse_failure.push(event.parseFailure);
    texts.exercise_id.push(event.exerciseId);
    texts.host.push(event.host);
    texts.user.push(entities.user);
    texts.process.push(entities.process);
    texts.command_line.push(entities.commandLine);
    texts.parent_process.push(entities.parentProcess);
    texts.src_ip.push(entities.srcIp);
    texts.dst_ip.push(entities.dstIp);
    texts.domain.push(entities.domain);
    texts.url.push(entities.url);
    texts.hash.push(entities.hash);
    texts.email.push(entities.email);
    texts.file.push(entities.file);
    texts.fields.push(fields);
    texts.raw.push(raw);
    texts.search.push(search);
  }

  columns(): EventColumns<Text | string> {
    return {
      count: this.count,
      time: Float64Array.from(this.#time),
      ingestedAt: Float64Array.from(this.#ingestedAt),
      timeMissing: Uint8Array.from(this.#timeMissing),
      srcPort: Int32Array.from(this.#srcPort),
      dstPort: Int32Array.from(this.#dstPort),
      texts: this.#texts,
    };
  }
}

function contentOf(event: KhienEvent): Content<string> {
  const { raw } = event;
  return { fields: fieldsText(event), raw, search: storedSearchText(raw) };
}

/** The same, as it is. */
function contentOfBytes(event: KhienEvent, { raw, edits, isPlain }: EventBytes): Content<TextValue> {
  return {
    fields: edits.length === 0 ? undefined : { bytes: raw, edits },
    raw,
    search: isPlain ? undefined : storedSearchText(event.raw),
  };
}

const ESCAPED_SURROGATE = /\\ud[89a-f]/;

/** JSON of the fields, or nothing when it is the raw record itself, which flat JSON sources send: half the bytes. */
function fieldsText(event: KhienEvent): string | undefined {
  let text = JSON.stringify(event.fields);
  // The engine's JSON reader refuses lone surrogates, and one refused value would fail a whole query.
  if (ESCAPED_SURROGATE.test(text)) text = JSON.stringify(wellFormed(event.fields));
  return text === event.raw ? undefined : text;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== "object" || value === null) return value;
  const result: Record<string, unknown> = Object.create(null);
  for (const [name, item] of Object.entries(value)) result[name.toWellFormed()] = wellFormed(item);
  return result;
}

/** Only where it differs from plain lower case, which the engine makes faster than it reads a second column. */
function storedSearchText(raw: string): string | undefined {
  const ascii = isAscii(raw);
  if (ascii && !raw.includes("\\u")) return undefined;
  const text = searchText(raw.toWellFormed());
  return ascii && text === raw.toLowerCase() ? undefined : text;
}
