/**
 * Field names of rules and of events. A rule's field is found by its exact name first; otherwise by the name without
 * blanks and without regard to case ("Source Name" is `SourceName`). The resolution of each event field name is
 * remembered, so it costs nothing per rule.
 */
import type { FieldScalar, FieldValue, Fields } from "../../../../kernel/index.ts";
import { MAX_LIST_ELEMENTS, MAX_REMEMBERED_FIELD_NAMES } from "./limits.ts";
import { fold } from "./pattern.ts";

export function looseName(name: string): string {
  return name.replaceAll(" ", "").toLowerCase();
}

/** Event text of a scalar; null has none. */
export function textOfScalar(value: FieldScalar): string | undefined {
  return value === null ? undefined : typeof value === "string" ? value : String(value);
}

/** Elements of a value, bounded: a list of a million elements must not stall the stream. */
export function elementsOf(value: FieldValue): readonly FieldScalar[] {
  if (typeof value !== "object" || value === null) return [value];
  return value.length <= MAX_LIST_ELEMENTS ? value : value.slice(0, MAX_LIST_ELEMENTS);
}

/** Every field name the rules use, as small numbers. */
export class FieldTable {
  private readonly ids = new Map<string, number>();
  private readonly loose = new Map<string, number[]>();
  private readonly resolved = new Map<string, readonly number[]>();
  readonly names: string[] = [];

  idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.names.length;
    this.names.push(name);
    this.ids.set(name, id);
    const loose = looseName(name);
    this.loose.set(loose, [...(this.loose.get(loose) ?? []), id]);
    this.resolved.clear();
    return id;
  }

  exactIdOf(name: string): number | undefined {
    return this.ids.get(name);
  }

  /** The rule fields an event field feeds: the exact one first (or -1), then those that only loosely agree. */
  resolve(name: string): readonly number[] {
    const known = this.resolved.get(name);
    if (known !== undefined) return known;
    const exact = this.ids.get(name) ?? -1;
    const others = (this.loose.get(looseName(name)) ?? []).filter((id) => id !== exact);
    const result = exact === -1 && others.length === 0 ? NONE : [exact, ...others];
    if (this.resolved.size < MAX_REMEMBERED_FIELD_NAMES) this.resolved.set(name, result);
    return result;
  }
}

const NONE: readonly number[] = [];

/**
 * The current event, by field number. One instance is reused for every event: a slot is valid when its stamp is the
 * current one, so nothing is cleared between events.
 */
export class EventSlots {
  private readonly table: FieldTable;
  private readonly values: FieldValue[] = [];
  private readonly looseStamps: Float64Array;
  private readonly folded: string[] = [];
  private readonly foldedStamps: Float64Array;
  private stamp = 0;
  /** Every value of the event; the array is reused, `valueCount` says how much of it is valid. */
  private readonly all: FieldValue[] = [];
  private valueCount = 0;
  private raw = "";

  constructor(table: FieldTable) {
    this.table = table;
    const size = table.names.length;
    this.looseStamps = new Float64Array(size);
    this.foldedStamps = new Float64Array(size);
    for (let id = 0; id < size; id++) {
      this.values.push(null);
      this.folded.push("");
    }
  }

  bind(fields: Fields, raw: string): void {
    this.stamp++;
    this.raw = raw;
    this.valueCount = 0;
    for (const name in fields) {
      const value = fields[name] as FieldValue;
      this.all[this.valueCount++] = value;
      const ids = this.table.resolve(name);
      if (ids.length > 0) this.place(ids, value);
    }
  }

  private place(ids: readonly number[], value: FieldValue): void {
    const exact = ids[0] as number;
    if (exact !== -1) {
      this.values[exact] = value;
      this.looseStamps[exact] = this.stamp;
    }
    for (let index = 1; index < ids.length; index++) {
      const id = ids[index] as number;
      if (this.looseStamps[id] === this.stamp) continue;
      this.values[id] = value;
      this.looseStamps[id] = this.stamp;
    }
  }

  has(id: number): boolean {
    return this.looseStamps[id] === this.stamp;
  }

  /** Only meaningful when `has(id)`. */
  value(id: number): FieldValue {
    return this.values[id] as FieldValue;
  }

  /** Case-folded text of a field that holds one scalar that is not null. */
  foldedText(id: number): string {
    if (this.foldedStamps[id] !== this.stamp) {
      const value = this.values[id];
      this.folded[id] = fold(typeof value === "string" ? value : String(value));
      this.foldedStamps[id] = this.stamp;
    }
    return this.folded[id] as string;
  }

  /**
   * What keywords look at: every value, and the record itself unless it is JSON, whose field names are no content.
   * Stops at the first text that satisfies `test`.
   */
  someText(test: (text: string) => boolean): boolean {
    let texts = 0;
    for (let index = 0; index < this.valueCount; index++) {
      const value = this.all[index] as FieldValue;
      if (value === null || value === "") continue;
      texts++;
      if (
        typeof value === "string"
          ? test(value)
          : elementsOf(value).some((element) => element !== null && test(String(element)))
      )
        return true;
    }
    return (texts === 0 || !isJson(this.raw)) && test(this.raw);
  }
}

/** The same as a list, for explanations. */
export function wholeEventTexts(fields: Fields, raw: string): string[] {
  const texts: string[] = [];
  for (const name in fields) {
    const value = fields[name] as FieldValue;
    if (typeof value === "string") {
      if (value !== "") texts.push(value);
    } else for (const element of elementsOf(value)) if (element !== null && element !== "") texts.push(String(element));
  }
  if (texts.length === 0 || !isJson(raw)) texts.push(raw);
  return texts;
}

function isJson(raw: string): boolean {
  let at = 0;
  while (at < raw.length && raw.charCodeAt(at) <= 0x20) at++;
  return raw[at] === "{" || raw[at] === "[";
}
