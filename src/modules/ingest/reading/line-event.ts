/**
 * Events of lines that need no parsing: what the lake has columns for is read from the bytes, the rest stays where it
 * is until somebody asks. Only for Windows events as flat JSON whose fields are the members as they stand; the event is
 * the one parseRecord makes of the record, which a test holds it to.
 */
import type {
  Entities,
  EventBytes,
  EventId,
  ExerciseId,
  Fields,
  Instant,
  JournalRecord,
  KhienEvent,
  LogSource,
} from "../../../kernel/index.ts";
import { entityNames, windowsEntities } from "../core/formats/windows-entities.ts";
import { NXLOG_TIME_NAMES, nxlogTime } from "../core/formats/windows-nxlog.ts";
import { MAX_RECORD_CHARS } from "../core/limits.ts";
import { senderOf } from "../core/parse.ts";
import { type OpenFields, text } from "../core/parsed.ts";
import { parseRecord } from "../parsers.ts";
import { EventLine, type LineForm } from "./event-line.ts";

const OPEN_BRACE = 123;
const FORMAT = "windows-nxlog";
/** Read of every event, whatever its number. */
const ALWAYS: readonly string[] = [...NXLOG_TIME_NAMES, "Computer"];

/** What is read of the events of one form with one number. */
interface Reading {
  readonly names: readonly string[];
  readonly positions: readonly number[];
}

interface KnownForm {
  /** By service and number of the event. */
  readonly readings: Map<string, Reading>;
  readonly added: readonly { readonly key: string; readonly position: number }[];
}

/** Numbers of events with a reading of their own; what comes from outside must not grow without end. */
const MAX_READINGS = 256;

export class LineEvents {
  /** Holds the record last read. */
  readonly line = new EventLine();
  readonly #forms = new WeakMap<LineForm, KnownForm>();

  /** Whether `line` has the record: for formats that are recognised, and only where the record came as bytes. */
  read({ rawBytes, format }: JournalRecord): boolean {
    if (rawBytes === undefined || format !== undefined || rawBytes[0] !== OPEN_BRACE) return false;
    if (rawBytes.length > MAX_RECORD_CHARS) return false;
    return this.line.loadLine(rawBytes) && this.line.read(0) === rawBytes.length;
  }

  /** The event of the record just read, which becomes part of it; undefined when it has to be parsed. */
  event(record: JournalRecord): KhienEvent | undefined {
    const { line } = this;
    const { form, logsource } = line;
    if (record.rawBytes === undefined || form.added === undefined) return undefined;
    const edits = line.edits();
    if (edits === undefined) return undefined;
    const known = this.#known(form, form.added);
    const { names, positions } = readingOf(known, form, line);
    // An ordinary object is quicker, and all its names are ours.
    const fields: OpenFields = {};
    for (let index = 0; index < names.length; index++) {
      fields[names[index] as string] = line.valueAt(positions[index] as number);
    }
    const { length } = record.rawBytes;
    if (known.added.length > 0) edits.push({ from: length - 1, to: length, text: this.#endOf(known) });
    const bytes: EventBytes = { raw: record.rawBytes, isPlain: line.isPlain, edits, names: form.names };
    return new LineEvent(record, {
      time: nxlogTime(fields, 0),
      host: text(fields["Computer"]) ?? senderOf(record),
      entities: windowsEntities(fields, logsource.service),
      logsource,
      bytes,
    });
  }

  #known(form: LineForm, added: readonly string[]): KnownForm {
    const known = this.#forms.get(form);
    if (known !== undefined) return known;
    const first = form.names.length - added.length;
    const learnt: KnownForm = {
      readings: new Map(),
      added: added.map((name, index) => ({ key: `,${JSON.stringify(name)}:`, position: first + index })),
    };
    this.#forms.set(form, learnt);
    return learnt;
  }

  /** The line's last byte with what parsing adds before it. */
  #endOf({ added }: KnownForm): string {
    // Joined at once: a chain of pieces would be kept until the batch is written.
    return `${added.map(({ key, position }) => key + this.line.jsonAt(position)).join("")}}`;
  }
}

function readingOf({ readings }: KnownForm, form: LineForm, line: EventLine): Reading {
  const eventId = line.named("EventID");
  const { service } = line.logsource;
  const key = `${service ?? ""} ${typeof eventId === "number" ? eventId : ""}`;
  const known = readings.get(key);
  if (known !== undefined) return known;
  const wanted = new Set([...entityNames(service, eventId), ...ALWAYS]);
  const positions = [...form.names.keys()].filter((position) => wanted.has(form.names[position] as string));
  const reading = { positions, names: positions.map((position) => form.names[position] as string) };
  if (readings.size < MAX_READINGS) readings.set(key, reading);
  return reading;
}

interface Read {
  readonly time: number;
  readonly host: string | undefined;
  readonly entities: Entities;
  readonly logsource: LogSource;
  readonly bytes: EventBytes;
}

class LineEvent implements KhienEvent {
  readonly id: EventId;
  readonly time: Instant;
  readonly ingestedAt: Instant;
  readonly timeMissing?: true;
  readonly sensor: string;
  readonly logsource: LogSource;
  readonly format = FORMAT;
  readonly verbatim = true;
  readonly host?: string;
  readonly entities: Entities;
  readonly exerciseId?: ExerciseId;
  readonly bytes: EventBytes;
  readonly #record: JournalRecord;
  #fields: Fields | undefined;

  constructor(record: JournalRecord, { time, host, entities, logsource, bytes }: Read) {
    const isMissing = Number.isNaN(time);
    this.id = record.id;
    this.time = isMissing ? record.receivedAt : time;
    this.ingestedAt = record.receivedAt;
    if (isMissing) this.timeMissing = true;
    this.sensor = record.sensor;
    this.logsource = logsource;
    if (host !== undefined) this.host = host;
    this.entities = entities;
    if (record.exerciseId !== undefined) this.exerciseId = record.exerciseId;
    this.bytes = bytes;
    this.#record = record;
  }

  get fields(): Fields {
    return (this.#fields ??= parseRecord(this.#record).fields);
  }

  get raw(): string {
    return this.#record.raw;
  }
}
