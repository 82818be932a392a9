/**
 * Events on their way to the worker, as columns. Measured on real Windows events of 2 KB: cloning columns of
 * strings costs the two threads 10 µs an event together, cloning the objects 19, JSON in a buffer 30.
 */
import type { KhienEvent } from "../../../kernel/index.ts";
import { isAscii, searchText } from "../core/query/fold.ts";
import { MAX_FIELD_NAMES } from "../limits.ts";

export const TEXT_COLUMNS = [
  "id",
  "sensor",
  "product",
  "category",
  "service",
  "format",
  "parse_failure",
  "exercise_id",
  "host",
  "user",
  "process",
  "command_line",
  "parent_process",
  "src_ip",
  "dst_ip",
  "domain",
  "url",
  "hash",
  "email",
  "file",
  "fields",
  "raw",
  "search",
] as const;
export type TextColumn = (typeof TEXT_COLUMNS)[number];
type Texts = Record<TextColumn, string | undefined>;

export interface EncodedEvents {
  readonly count: number;
  readonly time: Float64Array;
  readonly ingestedAt: Float64Array;
  readonly timeMissing: Uint8Array;
  /** -1 where there is none. */
  readonly srcPort: Int32Array;
  readonly dstPort: Int32Array;
  readonly texts: Readonly<Record<TextColumn, readonly (string | undefined)[]>>;
  /** Native field names this encoder has not sent before. */
  readonly newFieldNames: readonly string[];
}

export class EventEncoder {
  readonly #known = new Set<string>();

  encode(events: readonly KhienEvent[]): EncodedEvents {
    const count = events.length;
    const columns = Object.fromEntries(TEXT_COLUMNS.map((name) => [name, Array<string | undefined>(count)])) as Record<
      TextColumn,
      (string | undefined)[]
    >;
    const batch = {
      count,
      time: new Float64Array(count),
      ingestedAt: new Float64Array(count),
      timeMissing: new Uint8Array(count),
      srcPort: new Int32Array(count),
      dstPort: new Int32Array(count),
      texts: columns,
      newFieldNames: [] as string[],
    };
    events.forEach((event, index) => {
      batch.time[index] = event.time;
      batch.ingestedAt[index] = event.ingestedAt;
      batch.timeMissing[index] = event.timeMissing === true ? 1 : 0;
      batch.srcPort[index] = event.entities.srcPort ?? -1;
      batch.dstPort[index] = event.entities.dstPort ?? -1;
      const texts = textsOf(event);
      for (const name of TEXT_COLUMNS) columns[name][index] = texts[name];
      for (const name in event.fields) if (!this.#known.has(name)) this.#learn(name, batch.newFieldNames);
    });
    return batch;
  }

  /** A batch that was not stored must be able to tell its names again. */
  forget(names: readonly string[]): void {
    for (const name of names) this.#known.delete(name);
  }

  #learn(name: string, fresh: string[]): void {
    if (this.#known.size >= MAX_FIELD_NAMES) return;
    this.#known.add(name);
    fresh.push(name.toWellFormed());
  }
}

function textsOf(event: KhienEvent): Texts {
  const { entities, logsource, raw } = event;
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
    fields: fieldsText(event),
    raw,
    search: storedSearchText(raw),
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
