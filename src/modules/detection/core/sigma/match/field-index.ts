/** All texts that the guards of a view ask one field for, searched together. */
import type { Requirement } from "./atom.ts";
import { EdgeIndex } from "../search/automaton.ts";
import type { Payload } from "../search/automaton.ts";
import { GramScreen, GramSearch } from "../search/gram-search.ts";
import { type ByteScreen, LiteralScreen } from "../search/literal-screen.ts";
import { fold } from "../pattern.ts";
import { insideIndex } from "../search/skip-search.ts";
import type { InsideIndex } from "../search/skip-search.ts";
import { Asker } from "./value-memory.ts";

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

/** Part of `-1.5e+21`, `Infinity`, `NaN`, `true` or `false`, or near enough. */
const numberLike = /^[-+.\dadefilnrstuy]*$/;
/** From here on copying a text to where it is searched faster pays. */
const LONG_TEXT = 128;
/** Lengths from here on share one mark. */
const LONGEST_MARKED = 255;

/** Texts that may stand anywhere in a value. Each way of looking for them is prepared when it is first needed. */
export class InsideSearch {
  private readonly literals: ReadonlyMap<string, Payload>;
  private short: InsideIndex | undefined;
  /** For long values: says of few texts that none is there; many are searched by their fingerprints. */
  private long: { readonly screen: LiteralScreen | undefined; readonly grams: GramSearch | undefined } | undefined;
  private bytes: { readonly screen: ByteScreen | undefined } | undefined;

  constructor(literals: ReadonlyMap<string, Payload>) {
    this.literals = literals;
  }

  search(text: string, report: (payload: Payload) => void): void {
    if (text.length >= LONG_TEXT) {
      const { screen, grams } = (this.long ??= this.prepareLong());
      if (screen?.mayHold(text) === false || grams?.search(text, report) === true) return;
    }
    this.short ??= insideIndex(this.literals);
    this.short.search(text, report);
  }

  mayHoldBytes(bytes: Uint8Array): boolean {
    const { screen } = (this.bytes ??= this.prepareBytes());
    return screen === undefined || screen.mayHoldBytes(bytes);
  }

  private prepareLong(): NonNullable<InsideSearch["long"]> {
    const screen = LiteralScreen.of([...this.literals.keys()]);
    return { screen, grams: screen === undefined ? new GramSearch(this.literals) : undefined };
  }

  private prepareBytes(): NonNullable<InsideSearch["bytes"]> {
    const texts = [...this.literals.keys()];
    return { screen: LiteralScreen.of(texts) ?? GramScreen.of(texts) };
  }
}

export class FieldIndex {
  readonly field: number;
  /** As whom the index asks the memory of values. */
  readonly asker = new Asker();
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
  private readonly lengths = new Uint8Array(LONGEST_MARKED + 1);
  private readonly start: EdgeIndex | undefined;
  private readonly end: EdgeIndex | undefined;
  private readonly inside: InsideSearch | undefined;

  /** Keywords are looked for in the same pass as the field's own texts. */
  constructor(field: number, own: LiteralTables, anywhere?: FieldIndex, keywords?: LiteralTables) {
    this.field = field;
    this.present = own.of("present")?.get("") ?? [];
    this.equals = own.of("equals");
    for (const text of this.equals?.keys() ?? []) this.lengths[Math.min(text.length, LONGEST_MARKED)] = 1;
    const start = own.of("start");
    const end = own.of("end");
    const inside = own.of("inside");
    this.start = start && new EdgeIndex(start, "forward");
    this.end = end && new EdgeIndex(end, "backward");
    const everywhere = inside === undefined ? undefined : joined(inside, keywords?.of("inside"));
    this.inside = everywhere === undefined ? anywhere?.inside : new InsideSearch(everywhere);
    this.asksText = [this.equals, this.start, this.end, this.inside].some((part) => part !== undefined);
    const texts = [own, keywords ?? own].flatMap((tables) => tables.texts());
    this.shortest = texts.reduce((least, text) => Math.min(least, text.length), Number.POSITIVE_INFINITY);
    this.asksNumbers = texts.some((text) => numberLike.test(text));
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

  /** False when the bytes of a record certainly hold none of the texts that may stand anywhere. */
  mayHoldBytes(bytes: Uint8Array): boolean {
    return this.inside === undefined || this.inside.mayHoldBytes(bytes);
  }
}

function joined(
  own: ReadonlyMap<string, Payload>,
  keywords: ReadonlyMap<string, Payload> | undefined,
): ReadonlyMap<string, Payload> {
  if (keywords === undefined) return own;
  const all = new Map(own);
  for (const [text, entries] of keywords) all.set(text, [...(own.get(text) ?? []), ...entries]);
  return all;
}
