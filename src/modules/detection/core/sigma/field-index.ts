/** All texts that the guards of a view ask one field for, searched together. */
import type { Requirement } from "./atom.ts";
import { WHOLE_EVENT } from "./atom.ts";
import { EdgeIndex } from "./automaton.ts";
import type { Payload } from "./automaton.ts";
import { GramScreen, GramSearch } from "./gram-search.ts";
import { type ByteScreen, LiteralScreen } from "./literal-screen.ts";
import { fold } from "./pattern.ts";
import { insideIndex } from "./skip-search.ts";
import type { InsideIndex } from "./skip-search.ts";

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

export class FieldIndex {
  readonly field: number;
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
  private readonly inside: InsideIndex | undefined;
  /** Spares long values the search of `inside`, when there are few texts. */
  private readonly screen: LiteralScreen | undefined;
  /** Of the keywords: spares records that hold none of them. */
  readonly byteScreen: ByteScreen | undefined;
  /** Searches long values instead of `inside`, when there are many. */
  private readonly grams: GramSearch | undefined;

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
    this.inside = everywhere === undefined ? anywhere?.inside : insideIndex(everywhere);
    this.screen = everywhere === undefined ? anywhere?.screen : LiteralScreen.of([...everywhere.keys()]);
    const isKeywords = field === WHOLE_EVENT && everywhere !== undefined;
    this.byteScreen = isKeywords ? (this.screen ?? GramScreen.of([...everywhere.keys()])) : undefined;
    this.grams = everywhere !== undefined && this.screen === undefined ? new GramSearch(everywhere) : undefined;
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
    if (this.inside === undefined) return;
    if (length >= LONG_TEXT && (this.screen?.mayHold(text) === false || this.grams?.search(text, report) === true))
      return;
    this.inside.search(text, report);
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
