import type { Instant, JournalRecord, KhienEvent, LogSource } from "../../kernel/index.ts";
import { HOUR_MS, type HourNumber } from "./core/health/week.ts";
import { LAGS_PER_HOUR } from "./limits.ts";

/** An exercise counts under names of its own. */
export const EXERCISE_PREFIX = "exercise/";
/** The sensor as a whole, among the names of its sources. */
export const WHOLE = "";

/** What a batch tells of one hour of one stream. `gap`: the longest pause between two of its records, if not zero. */
export interface HourTally {
  readonly hour: HourNumber;
  readonly events: number;
  readonly failures: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly gapMs: number;
  readonly gapFrom: Instant;
}

export interface StreamTally {
  /** Format and, where the format has several, the source in it: "windows-nxlog/security"; WHOLE = all of them. */
  readonly source: string;
  readonly hours: readonly HourTally[];
}

/** Arrival minus event time of one event. The lowest ids of an hour are kept: the same ones however batches are cut. */
export interface Lag {
  readonly id: string;
  readonly ms: number;
}

/** What one batch tells of one sensor. */
export interface SensorTally {
  readonly name: string;
  readonly door: string;
  readonly formats: readonly string[];
  readonly events: number;
  readonly bytes: number;
  readonly parseFailures: number;
  readonly lastEventTime: Instant | null;
  readonly lastEventId: string;
  readonly minutes: readonly { readonly minute: number; readonly events: number; readonly failures: number }[];
  readonly streams: readonly StreamTally[];
  readonly lags: readonly { readonly hour: HourNumber; readonly lags: readonly Lag[] }[];
  /** Why lines were not understood; `id` is the newest of them. */
  readonly reasons: readonly {
    readonly reason: string;
    readonly hour: HourNumber;
    readonly events: number;
    readonly id: string;
  }[];
}

interface Entry {
  readonly record: JournalRecord;
  readonly event: KhienEvent;
}

/** Counts what a batch tells of its sensors. Pure, so it runs where the batch is parsed. */
export function tallySensors(batch: Iterable<Entry>): SensorTally[] {
  const tallies = new SensorTallies();
  for (const entry of batch) tallies.add(entry);
  return tallies.told();
}

/** The same for events that come one by one: nothing of them is kept. */
export class SensorTallies {
  readonly #real = new Map<string, SensorBook>();
  readonly #staged = new Map<string, SensorBook>();

  add(entry: Entry): void {
    const { sensor, exerciseId } = entry.record;
    // An exercise never counts for the real sensor whose name its lines carry.
    const isReal = exerciseId === undefined;
    const books = isReal ? this.#real : this.#staged;
    let book = books.get(sensor);
    if (book === undefined) {
      book = isReal ? new SensorBook(sensor, false) : new SensorBook(`${EXERCISE_PREFIX}${sensor}`, true);
      books.set(sensor, book);
    }
    book.add(entry);
  }

  told(): SensorTally[] {
    return [...this.#real.values(), ...this.#staged.values()].map((each) => each.told());
  }
}

type OpenHour = { -readonly [Name in keyof HourTally]: HourTally[Name] };

/** The hours of one stream while a batch is counted. */
class StreamBook {
  readonly hours: OpenHour[] = [];
  #open: OpenHour | undefined;
  #from = 0;
  #to = 0;

  add(at: Instant, failures: 0 | 1): void {
    let open = this.#open;
    if (open === undefined || at < this.#from || at >= this.#to) open = this.#turn(at);
    open.events += 1;
    open.failures += failures;
    // Records of several doors may carry times a little out of order.
    if (at <= open.lastAt) return;
    const gap = at - open.lastAt;
    if (gap > open.gapMs) {
      open.gapMs = gap;
      open.gapFrom = open.lastAt;
    }
    open.lastAt = at;
  }

  #turn(at: Instant): OpenHour {
    const hour = Math.floor(at / HOUR_MS);
    this.#from = hour * HOUR_MS;
    this.#to = this.#from + HOUR_MS;
    let open = this.hours.find((known) => known.hour === hour);
    if (open === undefined) {
      open = { hour, events: 0, failures: 0, firstAt: at, lastAt: at, gapMs: 0, gapFrom: at };
      this.hours.push(open);
    }
    this.#open = open;
    return open;
  }
}

interface Source {
  readonly format: string;
  readonly service: string | undefined;
  readonly category: string | undefined;
  readonly book: StreamBook;
}

const MINUTE_MS = 60_000;

class SensorBook {
  readonly #name: string;
  readonly #isExercise: boolean;
  readonly #whole = new StreamBook();
  readonly #sources: Source[] = [];
  #source: Source | undefined;
  readonly #minutes = new Map<number, { minute: number; events: number; failures: number }>();
  #minute = { minute: Number.NaN, events: 0, failures: 0 };
  readonly #lags = new Map<HourNumber, LagSample>();
  #sample: LagSample | undefined;
  readonly #reasons = new Map<string, { reason: string; hour: HourNumber; events: number; id: string }>();
  #events = 0;
  #bytes = 0;
  #failures = 0;
  #lastEventTime: Instant | null = null;
  #last: JournalRecord | undefined;

  constructor(name: string, isExercise: boolean) {
    this.#name = name;
    this.#isExercise = isExercise;
  }

  add({ record, event }: Entry): void {
    const at = record.receivedAt;
    const failures = event.parseFailure === undefined ? 0 : 1;
    this.#events += 1;
    this.#bytes += bytesOf(record);
    this.#last = record;
    this.#countMinute(at, failures);
    this.#whole.add(at, failures);
    this.#sourceOf(record, event).book.add(at, failures);
    if (event.timeMissing !== true) this.#measure(at, event);
    if (event.parseFailure !== undefined) {
      this.#failures += 1;
      this.#blame(event.parseFailure, at, event.id);
    }
  }

  told(): SensorTally {
    const streams = [{ source: WHOLE, hours: this.#whole.hours }];
    for (const source of this.#sources) streams.push({ source: sourceName(source), hours: source.book.hours });
    return {
      name: this.#name,
      door: this.#isExercise ? "exercise" : (this.#last?.door ?? "http"),
      formats: [...new Set(this.#sources.map(({ format }) => format))],
      events: this.#events,
      bytes: this.#bytes,
      parseFailures: this.#failures,
      lastEventTime: this.#lastEventTime,
      lastEventId: this.#last?.id ?? "",
      minutes: [...this.#minutes.values()],
      streams,
      lags: [...this.#lags].map(([hour, sample]) => ({ hour, lags: sample.lowest() })),
      reasons: [...this.#reasons.values()],
    };
  }

  #countMinute(at: Instant, failures: 0 | 1): void {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== this.#minute.minute) {
      this.#minute = this.#minutes.get(minute) ?? { minute, events: 0, failures: 0 };
      this.#minutes.set(minute, this.#minute);
    }
    this.#minute.events += 1;
    this.#minute.failures += failures;
  }

  #sourceOf(record: JournalRecord, event: KhienEvent): Source {
    const format = formatOf(record, event);
    const { service, category } = event.logsource;
    if (this.#source !== undefined && isSource(this.#source, format, event.logsource)) return this.#source;
    for (const known of this.#sources) {
      if (isSource(known, format, event.logsource)) return (this.#source = known);
    }
    const source = { format, service, category, book: new StreamBook() };
    this.#sources.push(source);
    this.#source = source;
    return source;
  }

  #measure(at: Instant, { id, time }: KhienEvent): void {
    if (this.#lastEventTime === null || time > this.#lastEventTime) this.#lastEventTime = time;
    let sample = this.#sample;
    if (sample === undefined || at < sample.from || at >= sample.from + HOUR_MS) {
      const hour = Math.floor(at / HOUR_MS);
      sample = this.#lags.get(hour) ?? new LagSample(hour * HOUR_MS);
      this.#lags.set(hour, sample);
      this.#sample = sample;
    }
    sample.add(id, at - time);
  }

  #blame(reason: string, at: Instant, id: string): void {
    const hour = Math.floor(at / HOUR_MS);
    const key = `${hour} ${reason}`;
    const known = this.#reasons.get(key);
    if (known === undefined) this.#reasons.set(key, { reason, hour, events: 1, id });
    else {
      known.events += 1;
      known.id = id;
    }
  }
}

/** The lags with the lowest ids of an hour. What can no longer be among them is left out at the first look. */
class LagSample {
  readonly from: Instant;
  #lags: (Lag & { readonly order: number })[] = [];
  #highest = Number.POSITIVE_INFINITY;

  constructor(from: Instant) {
    this.from = from;
  }

  add(id: string, ms: number): void {
    const order = orderOf(id);
    if (order > this.#highest) return;
    if (this.#lags.push({ id, ms, order }) < GATHERED_LAGS) return;
    this.#lags = this.#sorted().slice(0, LAGS_PER_HOUR);
    this.#highest = this.#lags.at(-1)?.order ?? this.#highest;
  }

  lowest(): Lag[] {
    return this.#sorted()
      .slice(0, LAGS_PER_HOUR)
      .map(({ id, ms }) => ({ id: id.slice(0, LAG_ID_CHARS), ms }));
  }

  #sorted() {
    return this.#lags.sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1));
  }
}

/** Of an id, enough to order by. */
const LAG_ID_CHARS = 12;
const GATHERED_LAGS = 2 * LAGS_PER_HOUR;

/** The first four characters as a number that sorts as they do: comparing texts is what costs. */
function orderOf(id: string): number {
  return (id.charCodeAt(0) << 21) | (id.charCodeAt(1) << 14) | (id.charCodeAt(2) << 7) | id.charCodeAt(3);
}

/** Each id once, in their order. */
export function lowestLags(lags: readonly Lag[]): Lag[] {
  const sorted = lags.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  return sorted.filter(({ id }, at) => id !== sorted[at - 1]?.id).slice(0, LAGS_PER_HOUR);
}

/** What nothing understood belongs to the source its sender named, so that its failures are counted there. */
function formatOf(record: JournalRecord, event: KhienEvent): string {
  if (event.parseFailure === undefined || record.format === undefined) return event.format;
  const colon = record.format.indexOf(":");
  return colon < 0 ? record.format : record.format.slice(0, colon);
}

function isSource(source: Source, format: string, { service, category }: LogSource): boolean {
  return source.format === format && source.service === service && source.category === category;
}

function sourceName({ format, service, category }: Source): string {
  const part = service ?? category;
  return part === undefined ? format : `${format}/${part}`;
}

function bytesOf(record: JournalRecord): number {
  return record.rawBytes?.length ?? Buffer.byteLength(record.raw);
}
