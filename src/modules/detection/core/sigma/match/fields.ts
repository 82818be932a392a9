/** The values of an event as rules see them. */
import type { FieldScalar, FieldValue, Fields, LogSource } from "../../../../../kernel/index.ts";
import type { FieldTable } from "../sources/field-table.ts";
import { LayoutTable } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { MAX_LIST_ELEMENTS } from "../limits.ts";
import { fold } from "../pattern.ts";
import type { SigmaEvent } from "../rule.ts";
import type { PlacedBytes } from "../search/text-area.ts";

/** Event text of a scalar; null has none. */
export function textOfScalar(value: FieldScalar): string | undefined {
  return value === null ? undefined : typeof value === "string" ? value : String(value);
}

/** Elements of a value, bounded: a list of a million elements must not stall the stream. */
export function elementsOf(value: FieldValue): readonly FieldScalar[] {
  if (typeof value !== "object" || value === null) return [value];
  return value.length <= MAX_LIST_ELEMENTS ? value : value.slice(0, MAX_LIST_ELEMENTS);
}

/** An event whose values are read when they are asked for; what SigmaEvent is when nothing has been parsed. */
export interface LazyEvent {
  readonly logsource: LogSource;
  /** The same list for all events of a kind. */
  readonly names: readonly string[];
  valueAt(position: number): FieldValue;
  /**
   * A small whole number for the value at a position, the same for equal values (same text, same JSON kind) while
   * `generation` stays the same; -1: none is given, ask valueAt.
   */
  tokenAt(position: number): number;
  /** Another number whenever the tokens given so far have become worthless. */
  readonly generation: number;
  named(name: string): FieldValue | undefined;
  /** The record itself. */
  readonly raw: string;
  /**
   * UTF-8 in which the ASCII parts of every value stand as they are, but for `"`, `\`, `/` and control characters, and
   * no Kelvin sign stands. Undefined when that cannot be promised. Valid until the next event.
   */
  readonly verbatim: PlacedBytes | undefined;
}

/** For a value without a token. */
export const NO_TOKEN = -1;

/** The current event, by field number or position. One instance is reused for every event. */
export class EventSlots {
  private readonly layouts: LayoutTable;
  private layout: Layout;
  /** By position. Filled at once from an event's fields; from a reader when asked for. */
  private readonly values: FieldValue[] = [];
  private readonly valueStamps: number[] = [];
  private readonly folded: string[] = [];
  private readonly foldedStamps: number[] = [];
  private reader: LazyEvent | undefined;
  private stamp = 0;
  private raw = "";
  private isVerbatim = false;

  constructor(table: FieldTable) {
    this.layouts = new LayoutTable(table);
    this.layout = this.layouts.ofNames([]);
  }

  /** `guess` is the layout this kind of event had last time. */
  bind({ fields, raw, verbatim }: SigmaEvent, guess: Layout | undefined): Layout {
    this.stamp++;
    this.raw = raw;
    this.isVerbatim = verbatim === true;
    this.reader = undefined;
    if (guess !== undefined && this.fill(fields, guess)) this.layout = guess;
    else {
      this.layout = this.layouts.ofNames(Object.keys(fields));
      this.fill(fields, this.layout);
    }
    return this.layout;
  }

  bindLazily(reader: LazyEvent, guess: Layout | undefined): Layout {
    this.stamp++;
    this.reader = reader;
    const { names } = reader;
    this.layout = guess?.list === names ? guess : this.layouts.ofList(names);
    return this.layout;
  }

  /** False when the event's names are not those of the layout. Comparing names costs less than looking them up. */
  private fill(fields: Fields, { names }: Layout): boolean {
    const { values } = this;
    let position = 0;
    for (const name in fields) {
      if (name !== names[position]) return false;
      values[position++] = fields[name] as FieldValue;
    }
    return position === names.length;
  }

  has(id: number): boolean {
    return this.layout.positionOf(id) !== -1;
  }

  /** ABSENT when the event does not have the field. */
  positionOf(id: number): number {
    return this.layout.positionOf(id);
  }

  /** Only meaningful when `has(id)`. */
  value(id: number): FieldValue {
    return this.valueAt(this.layout.positionOf(id));
  }

  valueAt(position: number): FieldValue {
    const { reader } = this;
    if (reader !== undefined && this.valueStamps[position] !== this.stamp) {
      this.values[position] = reader.valueAt(position);
      this.valueStamps[position] = this.stamp;
    }
    return this.values[position] as FieldValue;
  }

  /** See LazyEvent; -1 for an event that has been parsed. */
  tokenAt(position: number): number {
    return this.reader === undefined ? NO_TOKEN : this.reader.tokenAt(position);
  }

  get generation(): number {
    return this.reader === undefined ? 0 : this.reader.generation;
  }

  /** Case-folded text of a field that holds one scalar that is not null. */
  foldedText(id: number): string {
    return this.foldedAt(this.layout.positionOf(id));
  }

  foldedAt(position: number): string {
    if (this.foldedStamps[position] !== this.stamp) {
      const value = this.valueAt(position);
      this.folded[position] = fold(typeof value === "string" ? value : String(value));
      this.foldedStamps[position] = this.stamp;
    }
    return this.folded[position] as string;
  }

  /**
   * What keywords look at: every value, and the record itself unless it is JSON, whose field names are no content.
   * Stops at the first text that satisfies `test`, which also gets it case folded.
   */
  someText(test: (text: string, folded: string) => boolean): boolean {
    for (let position = 0; position < this.layout.names.length; position++) {
      const value = this.valueAt(position);
      if (typeof value === "string") {
        // Folded once for all keywords.
        if (value !== "" && test(value, this.foldedAt(position))) return true;
        continue;
      }
      for (const element of elementsOf(value)) {
        if (element === null || element === "") continue;
        const text = String(element);
        if (test(text, fold(text))) return true;
      }
    }
    const record = this.recordText();
    return record !== undefined && test(record, fold(record));
  }

  /** See LazyEvent. */
  verbatim(): PlacedBytes | undefined {
    return this.reader?.verbatim;
  }

  /** See SigmaEvent; undefined for an event that is read lazily. */
  verbatimRecord(): string | undefined {
    return this.isVerbatim && this.reader === undefined ? this.raw : undefined;
  }

  /** The record as a text of its own, when keywords look at it. */
  recordText(): string | undefined {
    const raw = this.reader === undefined ? this.raw : this.reader.raw;
    return isJson(raw) && this.hasText() ? undefined : raw;
  }

  private hasText(): boolean {
    for (let position = 0; position < this.layout.names.length; position++) {
      const value = this.valueAt(position);
      const texts = typeof value === "object" ? elementsOf(value) : [value];
      if (texts.some((text) => text !== null && text !== "")) return true;
    }
    return false;
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
