/** FROM clauses over the parts of the lake that a time range cannot rule out, and rows back into events. */
import type { StoredEvent } from "../schemas.ts";
import type { Row } from "./database.ts";
import type { Parts } from "./shapes.ts";
import { COLUMN_LIST, EVENT_COLUMNS, sqlText } from "./tables.ts";

/** `from` included, `to` excluded. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** One hot table or one segment. */
export interface Part {
  readonly source: string;
  readonly isSegment: boolean;
  readonly minTime: number;
  readonly maxTime: number;
  readonly events: number;
}

export function partsWithin(parts: Parts, range: TimeRange): readonly Part[] {
  const all: Part[] = [
    ...parts.segments.map((segment) => ({
      source: segmentSource(parts, segment.name),
      isSegment: true,
      ...span(segment.summary),
    })),
    ...parts.hot.map((file) => ({ source: sqlText(file.path), isSegment: true, ...span(file.summary) })),
  ];
  return all.filter((part) => part.minTime < range.to && part.maxTime >= range.from);
}

export function segmentSource({ segmentDir }: Pick<Parts, "segmentDir">, name: string): string {
  return sqlText(`${segmentDir}/${name}`);
}

function span(summary: { minTime: number; maxTime: number; events: number }) {
  return { minTime: summary.minTime, maxTime: summary.maxTime, events: summary.events };
}

export function eventsIn(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.events, 0);
}

/** About how many events of the range the parts hold, were they spread evenly. */
export function eventsWithin(parts: readonly Part[], { from, to }: TimeRange): number {
  return parts.reduce((sum, { minTime, maxTime, events }) => {
    const width = maxTime - minTime + 1;
    const shared = Math.min(maxTime + 1, to) - Math.max(minTime, from);
    return sum + (events * Math.max(0, shared)) / width;
  }, 0);
}

/**
 * A relation named `e` with every event column; empty when there is no part. With a range it holds only events of it:
 * where a part lies in the range as a whole, its times need not even be read.
 */
export function relation(parts: readonly Part[], range?: TimeRange): string {
  const isWhole = (part: Part) => range === undefined || (part.minTime >= range.from && part.maxTime < range.to);
  const sources = [
    ...selects(parts.filter(isWhole), ""),
    ...selects(
      parts.filter((part) => !isWhole(part)),
      range === undefined ? "" : ` WHERE "time" >= ${whole(range.from)} AND "time" < ${whole(range.to)}`,
    ),
  ];
  if (sources.length === 0) sources.push(NO_EVENTS);
  return `(${sources.join(" UNION ALL ")}) AS e`;
}

/** Only digits and a sign come out of this. */
function whole(ms: number): string {
  return BigInt(Math.trunc(ms)).toString();
}

function selects(parts: readonly Part[], where: string): string[] {
  const files = parts.filter((part) => part.isSegment).map((part) => part.source);
  return [
    ...parts.filter((part) => !part.isSegment).map((part) => `SELECT ${COLUMN_LIST} FROM ${part.source}${where}`),
    ...(files.length === 0 ? [] : [`SELECT ${COLUMN_LIST} FROM read_parquet([${files.join(", ")}])${where}`]),
  ];
}

const NO_EVENTS = `SELECT ${EVENT_COLUMNS.map(([name, type]) => `NULL::${type} AS "${name}"`).join(", ")} WHERE false`;

export function toEvent(row: Row): StoredEvent {
  const raw = String(row["raw"]);
  return {
    id: String(row["id"]),
    time: iso(row["time"]),
    ingestedAt: iso(row["ingested_at"]),
    ...(row["time_missing"] === true ? { timeMissing: true } : {}),
    sensor: String(row["sensor"]),
    logsource: present({ product: row["product"], category: row["category"], service: row["service"] }),
    format: String(row["format"]),
    ...present({ parseFailure: row["parse_failure"], host: row["host"], exerciseId: row["exercise_id"] }),
    entities: present({
      user: row["user"],
      process: row["process"],
      commandLine: row["command_line"],
      parentProcess: row["parent_process"],
      srcIp: row["src_ip"],
      srcPort: row["src_port"],
      dstIp: row["dst_ip"],
      dstPort: row["dst_port"],
      domain: row["domain"],
      url: row["url"],
      hash: row["hash"],
      email: row["email"],
      file: row["file"],
    }),
    fields: JSON.parse(row["fields"] === null ? raw : String(row["fields"])) as StoredEvent["fields"],
    raw,
  };
}

function iso(ms: unknown): string {
  return new Date(Number(ms)).toISOString();
}

function present(values: Readonly<Record<string, unknown>>): Record<string, never> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Record<string, never>;
}
