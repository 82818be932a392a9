/**
 * NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) datagrams to flow records under IANA's names. Never throws: what is
 * damaged ends its set or its datagram and is counted.
 *
 * Invariant: the text and the place of a record depend on the datagram and the templates before it only, so the same
 * datagram, sent or seen twice, gives the same events.
 */
import { type Instant, isUsableInstant, toIso } from "../../../../kernel/index.ts";
import { type FlowHeader, readHeader, V5_RECORD_BYTES, v5Fields } from "./headers.ts";
import { learnTemplates } from "./read-templates.ts";
import { type FlowDomain, FlowDomains, type Template, VARIABLE } from "./templates.ts";
import { type FlowValue, flowValue } from "./values.ts";

export interface FlowRecord {
  /** One line of JSON. */
  readonly text: string;
  /** Names the exporter's domain and the place in its stream: what tells equal records apart. */
  readonly source: string;
  readonly ordinal: string;
}

export interface FlowCounters {
  records: number;
  /** Datagrams, sets or templates that are not what they claim to be. */
  malformed: number;
  /** Data sets lost because their template never came. */
  unknownTemplate: number;
}

type Fields = Record<string, FlowValue | FlowValue[]>;
const SET_HEADER_BYTES = 4;
const FIRST_DATA_SET = 256;

export class FlowDecoder {
  readonly #domains = new FlowDomains<FlowHeader>();
  readonly counters: FlowCounters = { records: 0, malformed: 0, unknownTemplate: 0 };

  decode(datagram: Buffer, exporter: string, now: Instant): FlowRecord[] {
    const header = readHeader(datagram);
    if (header === undefined) {
      this.counters.malformed++;
      return [];
    }
    const records = header.version === 5 ? this.#v5(datagram, header) : this.#sets(datagram, { header, exporter, now });
    this.counters.records += records.length;
    return records;
  }

  #v5(datagram: Buffer, header: FlowHeader): FlowRecord[] {
    const records: FlowRecord[] = [];
    for (let i = 0; i < header.count; i++) {
      const at = header.length + i * V5_RECORD_BYTES;
      if (at + V5_RECORD_BYTES > datagram.length) {
        this.counters.malformed++;
        break;
      }
      records.push(flowRecord(v5Fields(datagram, at, header), header, { set: 0, record: i }));
    }
    return records;
  }

  #sets(datagram: Buffer, of: { header: FlowHeader; exporter: string; now: Instant }): FlowRecord[] {
    const { header, now } = of;
    const domain = this.#domains.of(of.exporter, header.source);
    const records: FlowRecord[] = [];
    let at = header.length;
    for (let index = 0; at + SET_HEADER_BYTES <= header.end; index++) {
      const id = datagram.readUInt16BE(at);
      const length = datagram.readUInt16BE(at + 2);
      if (length < SET_HEADER_BYTES || at + length > header.end) {
        this.counters.malformed++;
        break;
      }
      const bytes = datagram.subarray(at + SET_HEADER_BYTES, at + length);
      at += length;
      if (id >= FIRST_DATA_SET) records.push(...this.#data(domain, { header, id, index, bytes }, now));
      else records.push(...this.#templates(domain, { header, id, bytes }, now));
    }
    return records;
  }

  #templates(
    domain: FlowDomain<FlowHeader>,
    set: { header: FlowHeader; id: number; bytes: Buffer },
    now: Instant,
  ): FlowRecord[] {
    const learned = learnTemplates(domain, set, now);
    if (learned === undefined) {
      // Set numbers that are neither templates nor data are reserved: skipped, as the standards say.
      return [];
    }
    if (!learned.whole) this.counters.malformed++;
    return learned.ids.flatMap((id) => domain.waited(id).flatMap((waiting) => this.#data(domain, waiting, now)));
  }

  #data(
    domain: FlowDomain<FlowHeader>,
    set: { header: FlowHeader; id: number; index: number; bytes: Buffer },
    now: Instant,
  ): FlowRecord[] {
    const template = domain.template(set.id, now);
    if (template === undefined) {
      // A copy: the datagram's buffer is larger than what is kept of it.
      if (!domain.wait({ ...set, bytes: Buffer.from(set.bytes) })) this.counters.unknownTemplate++;
      return [];
    }
    const records: FlowRecord[] = [];
    let at = 0;
    for (let index = 0; at + template.minLength <= set.bytes.length; index++) {
      const read = readFields(set.bytes, at, template);
      if (read === undefined) {
        this.counters.malformed++;
        break;
      }
      at = read.end;
      if (template.options) learnSampling(domain, read.fields);
      else records.push(flowRecord(withSampling(domain, read.fields), set.header, { set: set.index, record: index }));
    }
    return records;
  }
}

/** One record; undefined when a field says it is longer than the set. */
function readFields(bytes: Buffer, from: number, template: Template): { fields: Fields; end: number } | undefined {
  const fields = Object.create(null) as Fields;
  let at = from;
  for (const { element, length } of template.fields) {
    let size = length;
    if (length === VARIABLE) {
      if (at >= bytes.length) return undefined;
      size = bytes.readUInt8(at++);
      if (size === 255) {
        if (at + 2 > bytes.length) return undefined;
        size = bytes.readUInt16BE(at);
        at += 2;
      }
    }
    if (at + size > bytes.length) return undefined;
    const value = flowValue(element.kind, bytes.subarray(at, at + size));
    const before = fields[element.name];
    if (before === undefined) fields[element.name] = value;
    else if (Array.isArray(before)) before.push(value);
    else fields[element.name] = [before, value];
    at += size;
  }
  return { fields, end: at };
}

function numberIn(fields: Fields, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "number") return value;
  }
  return undefined;
}

function samplerOf(fields: Fields): string {
  return String(numberIn(fields, "samplerId", "selectorId") ?? "");
}

/** Of `samplingPacketInterval` packets taken, `samplingPacketSpace` are left out (RFC 5477); the others say it directly. */
function learnSampling(domain: FlowDomain<FlowHeader>, fields: Fields): void {
  const taken = numberIn(fields, "samplingPacketInterval");
  const left = numberIn(fields, "samplingPacketSpace");
  const direct = numberIn(fields, "samplingInterval", "samplerRandomInterval");
  const interval =
    direct ?? (taken !== undefined && taken > 0 && left !== undefined ? (taken + left) / taken : undefined);
  if (interval !== undefined && interval >= 1) domain.learnSampling(samplerOf(fields), interval);
}

/** Counts of a sampled flow mean little without the rate: it is written beside them, never multiplied in. */
function withSampling(domain: FlowDomain<FlowHeader>, fields: Fields): Fields {
  if (fields.samplingInterval !== undefined) return fields;
  const interval = domain.sampling(samplerOf(fields));
  if (interval !== undefined) fields.samplingInterval = interval;
  return fields;
}

/** Times since the exporter's start become times of day; the flow's own start is the time of the event. */
function startOf(fields: Fields, header: FlowHeader): string {
  for (const side of ["Start", "End"]) {
    const up = fields[`flow${side}SysUpTime`];
    const name = `flow${side}Milliseconds`;
    if (typeof up !== "number" || header.startedAt === undefined || fields[name] !== undefined) continue;
    const ms = header.startedAt + up;
    if (isUsableInstant(ms)) fields[name] = toIso(ms);
  }
  for (const unit of ["Milliseconds", "Microseconds", "Nanoseconds", "Seconds"]) {
    const start = fields[`flowStart${unit}`];
    if (typeof start === "string" && start.endsWith("Z")) return start;
  }
  return toIso(header.exportedAt);
}

function flowRecord(fields: Fields, header: FlowHeader, at: { set: number; record: number }): FlowRecord {
  const timestamp = startOf(fields, header);
  const text = JSON.stringify({
    timestamp,
    flowProtocol: header.protocol,
    observationDomainId: header.domain,
    exportTime: toIso(header.exportedAt),
    ...fields,
  });
  return { text, source: header.source, ordinal: `${header.exportedAt}.${header.sequence}.${at.set}.${at.record}` };
}
