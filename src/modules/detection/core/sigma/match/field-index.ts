/** All texts that the guards of a view ask one field for, searched together. */
import type { Requirement } from "./atom.ts";
import type { Payload } from "../search/automaton.ts";
import { EdgeIndex } from "../search/edge-index.ts";
import { GramSearch } from "../search/gram-search.ts";
import { type RecordScreen, LiteralScreen } from "../search/literal-screen.ts";
import { fold } from "../pattern.ts";
import { insideIndex } from "../search/inside-index.ts";
import type { InsideIndex } from "../search/inside-index.ts";
import { recordScreenOf } from "./record-screens.ts";

type Place = Requirement["where"];

/** Texts by the place they must have, each with the entries that ask for it. */
export class LiteralTables {
  private readonly tables = new Map<Place, Map<string, number[]>>();

  add({ where, text }: Requirement, entry: number): void {
    const table = this.tables.get(where) ?? new Map<string, number[]>();
    this.tables.set(where, table);
    const entries = table.get(text);
    if (entries === undefined) table.set(text, [entry]);
    else if (!entries.includes(entry)) entries.push(entry);
  }

  /** All texts, whatever their place. */
  texts(): string[] {
    return [...this.tables].flatMap(([place, table]) => (place === "present" ? [] : [...table.keys()]));
  }

  of(place: Place): ReadonlyMap<string, Payload> | undefined {
    return this.tables.get(place);
  }
}

/** Of what the text of a number is made, `-1.5e+21` for one. */
const numeric = /^[-+.\de]*$/;
/** Texts of the other numbers, and of what is no number and no text. */
const scalarWords = ["-infinity", "nan", "true", "false"];
/** From here on copying a text to where it is searched faster pays. */
const LONG_TEXT = 128;
/** One character of ASCII that no other folds to. */
const sign = /^[\x01-\x40\x5b-\x60\x7b-\x7e]$/;
/** Lengths from here on share one mark. */
const LONGEST_MARKED = 255;

/** Texts that may stand anywhere in a value. Each way of looking for them is prepared when it is first needed. */
export class InsideSearch {
  readonly literals: ReadonlyMap<string, Payload>;
  /** Signs that are told by themselves: nothing finds one faster than the engine of the language. */
  private readonly signs: readonly (readonly [sign: string, payload: Payload])[];
  private readonly others: ReadonlyMap<string, Payload>;
  private short: InsideIndex | undefined;
  /** For long values: says of few texts that none is there; many are searched by their fingerprints. */
  private long: { readonly screen: LiteralScreen | undefined; readonly grams: GramSearch | undefined } | undefined;
  private record: { readonly screen: RecordScreen | undefined } | undefined;

  constructor(literals: ReadonlyMap<string, Payload>) {
    this.literals = literals;
    this.signs = [...literals].filter(([literal]) => sign.test(literal));
    this.others =
      this.signs.length === 0 ? literals : new Map([...literals].filter(([literal]) => !sign.test(literal)));
  }

  search(text: string, report: (payload: Payload) => void): void {
    for (const [one, payload] of this.signs) if (text.includes(one)) report(payload);
    if (this.others.size === 0) return;
    if (text.length >= LONG_TEXT) {
      const { screen, grams } = (this.long ??= this.prepareLong());
      if (screen?.mayHold(text) === false || grams?.search(text, report) === true) return;
    }
    this.short ??= insideIndex(this.others);
    this.short.search(text, report);
  }

  /** Looks for the literals in whole records; undefined when these literals cannot be screened. */
  get screen(): RecordScreen | undefined {
    return (this.record ??= { screen: recordScreenOf(this.literals.keys()) }).screen;
  }

  private prepareLong(): NonNullable<InsideSearch["long"]> {
    const screen = LiteralScreen.of([...this.others.keys()]);
    return { screen, grams: screen === undefined ? new GramSearch(this.others) : undefined };
  }
}

/** What an index is made of. */
interface Parts {
  readonly field: number;
  readonly present: Payload;
  readonly equals: ReadonlyMap<string, Payload> | undefined;
  /** By length, whether a whole value is asked for. */
  readonly lengths: Uint8Array;
  readonly start: EdgeIndex | undefined;
  readonly end: EdgeIndex | undefined;
  readonly inside: InsideSearch | undefined;
  /** All texts. */
  readonly texts: readonly string[];
}

export class FieldIndex {
  readonly field: number;
  /** As whom the index asks the memory of values; 0 before it does. */
  asker = 0;
  /** Entries whose guard is that the field is there. */
  readonly present: Payload;
  /** Whether the value matters, or only that there is one. */
  readonly asksText: boolean;
  /** No shorter value can hold any of the texts. */
  readonly shortest: number;
  /** Whether the text of a number or boolean could hold any of them. */
  readonly asksNumbers: boolean;
  private readonly equals: ReadonlyMap<string, Payload> | undefined;
  /** Lengths of the texts asked for as a whole: most values are of another, and need not be folded. */
  private readonly lengths: Uint8Array;
  private readonly start: EdgeIndex | undefined;
  private readonly end: EdgeIndex | undefined;
  private readonly inside: InsideSearch | undefined;

  private readonly parts: Parts;

  private constructor(parts: Parts) {
    this.parts = parts;
    this.field = parts.field;
    this.present = parts.present;
    this.equals = parts.equals;
    this.lengths = parts.lengths;
    this.start = parts.start;
    this.end = parts.end;
    this.inside = parts.inside;
    this.asksText = [this.equals, this.start, this.end, this.inside].some((part) => part !== undefined);
    this.shortest = parts.texts.reduce((least, text) => Math.min(least, text.length), Number.POSITIVE_INFINITY);
    this.asksNumbers = parts.texts.some(mayBeInScalar);
  }

  static of(field: number, tables: LiteralTables): FieldIndex {
    const equals = tables.of("equals");
    const lengths = new Uint8Array(LONGEST_MARKED + 1);
    for (const text of equals?.keys() ?? []) lengths[Math.min(text.length, LONGEST_MARKED)] = 1;
    const start = tables.of("start");
    const end = tables.of("end");
    const inside = tables.of("inside");
    return new FieldIndex({
      field,
      present: tables.of("present")?.get("") ?? [],
      equals,
      lengths,
      start: start && new EdgeIndex(start, "start"),
      end: end && new EdgeIndex(end, "end"),
      inside: inside && new InsideSearch(inside),
      texts: tables.texts(),
    });
  }

  /** An index that looks for keywords in the same pass. */
  joinedWith(keywords: FieldIndex): FieldIndex {
    const { inside } = this;
    const literals = keywords.inside?.literals;
    const texts = [...this.parts.texts, ...keywords.parts.texts];
    if (inside === undefined || literals === undefined)
      return new FieldIndex({ ...this.parts, inside: inside ?? keywords.inside, texts });
    return new FieldIndex({ ...this.parts, inside: new InsideSearch(joined(inside.literals, literals)), texts });
  }

  search(text: string, report: (payload: Payload) => void): void {
    const { length } = text;
    if (this.lengths[length < LONGEST_MARKED ? length : LONGEST_MARKED] === 1) {
      const equal = this.equals?.get(fold(text));
      if (equal !== undefined) report(equal);
    }
    if (this.start !== undefined) this.start.search(text, report);
    if (this.end !== undefined) this.end.search(text, report);
    if (this.inside !== undefined) this.inside.search(text, report);
  }

  /**
   * Looks in a whole record for the texts that may stand anywhere. Numbers are another matter: 1e3 is the text "1000".
   */
  get screen(): RecordScreen | undefined {
    return this.asksNumbers ? undefined : this.inside?.screen;
  }

  /** Of a text that may stand anywhere. */
  payloadOf(literal: string): Payload {
    return this.inside?.literals.get(literal) ?? [];
  }
}

/** Whether the folded text of a number or boolean may hold this. */
function mayBeInScalar(text: string): boolean {
  return numeric.test(text) || scalarWords.some((word) => word.includes(text));
}

function joined(
  own: ReadonlyMap<string, Payload>,
  keywords: ReadonlyMap<string, Payload>,
): ReadonlyMap<string, Payload> {
  const all = new Map(own);
  for (const [text, entries] of keywords) all.set(text, [...(own.get(text) ?? []), ...entries]);
  return all;
}
