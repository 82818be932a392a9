/** Which fields the matching events carry, with their most frequent values: counted over the newest events. */
import { COLUMNS, type ColumnName } from "../core/query/columns.ts";
import { FIELD_SUMMARY_FIELDS, FIELD_SUMMARY_SAMPLE, FIELD_SUMMARY_VALUES, MAX_VALUE_CHARACTERS } from "../limits.ts";
import type { FieldSummaryResponse, StoredEvent } from "../schemas.ts";
import { count, type Filter, type ReadContext, search } from "./queries.ts";

/** Different values counted per field; beyond it `distinct` stays at this number. */
const MAX_DISTINCT = 2_000;
type Kind = "attribute" | "entity" | "native";

/** Every event has another one, so a list of their values says nothing. */
const UNIQUE: ReadonlySet<ColumnName> = new Set(["id", "time", "ingested_at", "time_missing"]);

class FieldCount {
  count = 0;
  readonly values = new Map<string, number>();
  readonly kind: Kind;

  constructor(kind: Kind) {
    this.kind = kind;
  }

  add(value: unknown): void {
    this.count += 1;
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one === null) continue;
      const text = shortened(String(one));
      const known = this.values.get(text);
      if (known !== undefined || this.values.size < MAX_DISTINCT) this.values.set(text, (known ?? 0) + 1);
    }
  }
}

export async function fieldSummary(run: ReadContext, filter: Filter): Promise<Omit<FieldSummaryResponse, "tookMs">> {
  const { events } = await search(run, { ...filter, limit: FIELD_SUMMARY_SAMPLE, order: "newest" });
  const isSample = events.length === FIELD_SUMMARY_SAMPLE;
  run.check();
  const total = isSample ? (await count(run, filter)).count : events.length;
  const fields = summariseFields(events);
  return { fields, sampled: events.length, total, isSample };
}

/** Most frequent first. */
export function summariseFields(events: readonly StoredEvent[]): FieldSummaryResponse["fields"] {
  const counts = new Map<string, FieldCount>();
  for (const event of events) addEvent(counts, event);
  return [...counts]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, FIELD_SUMMARY_FIELDS)
    .map(([name, field]) => ({
      name,
      kind: field.kind,
      count: field.count,
      distinct: field.values.size,
      top: [...field.values]
        .sort(([, a], [, b]) => b - a)
        .slice(0, FIELD_SUMMARY_VALUES)
        .map(([value, n]) => ({ value, count: n })),
    }));
}

function addEvent(counts: Map<string, FieldCount>, event: StoredEvent): void {
  for (const column of COLUMNS) {
    if (UNIQUE.has(column.name)) continue;
    const value = columnValue(event, column.name);
    if (value !== undefined) add(counts, { name: column.name, kind: column.kind, value });
  }
  for (const [name, value] of Object.entries(event.fields)) {
    if (value !== null)
      add(counts, { name: COLUMN_NAMES.has(name.toLowerCase()) ? `fields.${name}` : name, kind: "native", value });
  }
}

const COLUMN_NAMES: ReadonlySet<string> = new Set(COLUMNS.map((column) => column.name));

function add(counts: Map<string, FieldCount>, field: { name: string; kind: Kind; value: unknown }): void {
  const known = counts.get(field.name);
  if (known !== undefined) {
    known.add(field.value);
    return;
  }
  const fresh = new FieldCount(field.kind);
  fresh.add(field.value);
  counts.set(field.name, fresh);
}

const CAMEL: Readonly<Partial<Record<ColumnName, keyof StoredEvent["entities"]>>> = {
  command_line: "commandLine",
  parent_process: "parentProcess",
  src_ip: "srcIp",
  src_port: "srcPort",
  dst_ip: "dstIp",
  dst_port: "dstPort",
};

function columnValue(event: StoredEvent, name: ColumnName): unknown {
  switch (name) {
    case "product":
    case "category":
    case "service":
      return event.logsource[name];
    case "sensor":
    case "format":
    case "host":
      return event[name];
    case "parse_failure":
      return event.parseFailure;
    case "exercise_id":
      return event.exerciseId;
    default:
      return event.entities[CAMEL[name] ?? (name as keyof StoredEvent["entities"])];
  }
}

function shortened(text: string): string {
  return text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS)}…` : text;
}
