/**
 * Events on their way into the lake: encoded where they were parsed, as the Parquet file they will be stored in.
 * The store only writes it down. See docs/adr/0010-encoding-at-the-source.md.
 */
import type { KhienEvent } from "../../../kernel/index.ts";
import { isAscii, searchText } from "../core/query/fold.ts";
import { MAX_FIELD_NAMES } from "../limits.ts";
import type { TextValue } from "../columnar/column-chunk.ts";
import { ID_BYTES, packId } from "./dedup.ts";
import { type EventColumns, TEXT_COLUMNS, type TextColumn } from "./event-columns.ts";
import { EventFileWriter } from "./event-file.ts";
import { addEvent, emptySummary, type PartSummary } from "./summary.ts";

type Texts<Text> = Record<TextColumn, Text | undefined>;

export interface EncodedEvents {
  readonly count: number;
  /** A Parquet file; empty when there are no events. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** 16 bytes for each event, in its order in the file; see `packId`. */
  readonly ids: Uint8Array<ArrayBuffer>;
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

  encode(events: readonly KhienEvent[], { withColumns }: EncodeOptions): EncodedEvents {
    const columns = columnsOf(events, storedTextsOf);
    const newFieldNames: string[] = [];
    for (const event of events) this.#learnNames(event, newFieldNames);
    const summary = summaryOf(events);
    const about = { summary, fieldNames: newFieldNames };
    return {
      count: events.length,
      file: events.length === 0 ? new Uint8Array() : this.#files.write(columns, about),
      ids: packedIds(events),
      summary,
      newFieldNames,
      columns: withColumns ? columnsOf(events, textsOf) : undefined,
    };
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

function columnsOf<Text>(
  events: readonly KhienEvent[],
  textsFrom: (event: KhienEvent) => Texts<Text>,
): EventColumns<Text> {
  const count = events.length;
  const texts = Object.fromEntries(TEXT_COLUMNS.map((name) => [name, Array<Text | undefined>(count)])) as Record<
    TextColumn,
    (Text | undefined)[]
  >;
  const columns = {
    count,
    time: new Float64Array(count),
    ingestedAt: new Float64Array(count),
    timeMissing: new Uint8Array(count),
    srcPort: new Int32Array(count),
    dstPort: new Int32Array(count),
    texts,
  };
  events.forEach((event, index) => {
    columns.time[index] = event.time;
    columns.ingestedAt[index] = event.ingestedAt;
    columns.timeMissing[index] = event.timeMissing === true ? 1 : 0;
    columns.srcPort[index] = event.entities.srcPort ?? -1;
    columns.dstPort[index] = event.entities.dstPort ?? -1;
    const ofEvent = textsFrom(event);
    for (const name of TEXT_COLUMNS) texts[name][index] = ofEvent[name];
  });
  return columns;
}

function packedIds(events: readonly KhienEvent[]): Uint8Array<ArrayBuffer> {
  const ids = new Uint8Array(events.length * ID_BYTES);
  events.forEach(({ id }, index) => packId(id, ids, index * ID_BYTES));
  return ids;
}

function summaryOf(events: readonly KhienEvent[]): PartSummary {
  const summary = emptySummary();
  for (const event of events) {
    const { time, ingestedAt, sensor } = event;
    const rawCharacters = event.bytes?.isPlain === true ? event.bytes.raw.length : event.raw.length;
    addEvent(summary, { time, ingestedAt, storedAt: ingestedAt, sensor, rawCharacters });
  }
  return summary;
}

function textsOf(event: KhienEvent): Texts<string> {
  const { raw } = event;
  return { ...columnTextsOf(event), fields: fieldsText(event), raw, search: storedSearchText(raw) };
}

/** The same, in bytes where the event has them. */
function storedTextsOf(event: KhienEvent): Texts<TextValue> {
  const { bytes } = event;
  if (bytes === undefined) return textsOf(event);
  const { raw, edits, isPlain } = bytes;
  const texts: Texts<TextValue> = columnTextsOf(event);
  texts.fields = edits.length === 0 ? undefined : { bytes: raw, edits };
  texts.raw = raw;
  texts.search = isPlain ? undefined : storedSearchText(event.raw);
  return texts;
}

function columnTextsOf(event: KhienEvent): Texts<string> {
  const { entities, logsource } = event;
  return {
    id: event.id,
    sensor: event.sensor,
    product: logsource.product,
    category: logsource.category,
    service: logsource.service,
    format: event.format,
    parse_failure: event.parseFailure,
    exercise_id: event.exerciseId,
    host: event.host,
    user: entities.user,
    process: entities.process,
    command_line: entities.commandLine,
    parent_process: entities.parentProcess,
    src_ip: entities.srcIp,
    dst_ip: entities.dstIp,
    domain: entities.domain,
    url: entities.url,
    hash: entities.hash,
    email: entities.email,
    file: entities.file,
    fields: undefined,
    raw: undefined,
    search: undefined,
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
