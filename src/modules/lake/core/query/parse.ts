/**
 * The search language. What people type at first sight:
 *
 *   failed password                      both words somewhere in the raw record (case and diacritics ignored)
 *   "failed password" mimi*              a phrase; * and ? are wildcards outside quotes
 *   user:lan EventID:4688                field equals value (case ignored); * and ? work
 *   CommandLine:*"-enc "*                quoted and unquoted parts join into one value
 *   dst_port:>1024  bytes:[10 TO 20}     comparison, range ([ ] with the end, { } without, * open)
 *   src_ip:10.0.0.0/8   user:*           network, field present
 *   a and (b or c) and not d   -d  !d    words and/or/not in any case; side by side means and
 *   user:(lan or minh)                   a group that shares a field
 *   last 24h   time:[now-1d/d TO now]    time before now (s m h d w); /d is the beginning of the day in UTC
 *
 * A bar outside quotes ends the search and begins the first command (parse-pipes.ts).
 * A backslash is an ordinary character (Windows paths); a quote inside quotes is written twice.
 */
import { MAX_QUERY_CHARACTERS, MAX_QUERY_DEPTH, MAX_QUERY_TERMS } from "../../limits.ts";
import { parseNetwork } from "./address.ts";
import { isSpace, type QueryError, Scanner, Wrong } from "./scanner.ts";
import { instantPeriod, isRelativeTime, isTimeField } from "./time-words.ts";
import {
  ALL,
  type CompareOp,
  type FieldTest,
  type Pattern,
  type PatternPiece,
  type Query,
  type RangeEnd,
} from "./tree.ts";

export type ParseResult =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly error: QueryError };

export function parseQuery(text: string): ParseResult {
  if (text.length > MAX_QUERY_CHARACTERS) {
    return { ok: false, error: { code: "query.too_long", from: MAX_QUERY_CHARACTERS, to: text.length } };
  }
  return caught(() => {
    const scanner = new Scanner(text);
    const query = parseFilter(scanner, "|");
    if (scanner.next === "|") scanner.fail("query.pipe_unexpected", { from: scanner.at, to: scanner.at + 1 });
    return { ok: true, query };
  });
}

/** What went wrong as a value; anything else is a bug and stays thrown. */
export function caught<Result>(parse: () => Result): Result | { readonly ok: false; readonly error: QueryError } {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, error: error.problem };
    throw error;
  }
}

/** Reads from where the scanner stands up to one of `stops` or the end; nothing at all means every event. */
export function parseFilter(scanner: Scanner, stops: string): Query {
  return new FilterParser(scanner, stops).parse();
}

const FIELD_NAME = /([A-Za-z_@][A-Za-z0-9_.@/-]*|"(?:[^"]|"")+"):/y;
/** A field of such a name must be quoted before a value that starts with a colon. */
export const HEXTET_NAME = /^[0-9a-f]{1,4}$/i;
const WORD_OPERATOR = /(and|or|not)(?=[\s()|]|$)/iy;
const COMPARISON = /[<>]=?/y;
const RANGE_TO = /\s+TO\s+/iy;
const LAST = /last\s+([0-9]{1,6})\s*([smhdw])(?=[\s()|\]]|$)/iy;

class FilterParser {
  readonly #scanner: Scanner;
  /** End the search wherever they stand outside quotes. */
  readonly #stops: string;
  #depth = 0;

  constructor(scanner: Scanner, stops: string) {
    this.#scanner = scanner;
    this.#stops = stops;
  }

  parse(): Query {
    this.#scanner.skipSpace();
    if (this.#isOver()) return ALL;
    const query = this.#or(undefined);
    if (!this.#isOver()) this.#fail("query.group_unexpected_close", this.#at, this.#at + 1);
    return query;
  }

  get #text(): string {
    return this.#scanner.text;
  }

  get #at(): number {
    return this.#scanner.at;
  }

  set #at(at: number) {
    this.#scanner.at = at;
  }

  #isOver(): boolean {
    const { next } = this.#scanner;
    return next === undefined || this.#stops.includes(next);
  }

  #or(field: string | undefined): Query {
    const items = [this.#and(field)];
    while (this.#takeOperator("or")) items.push(this.#and(field));
    return joined("or", items);
  }

  #and(field: string | undefined): Query {
    const items = [this.#not(field)];
    for (;;) {
      if (this.#takeOperator("and")) {
        items.push(this.#not(field));
        continue;
      }
      this.#scanner.skipSpace();
      const next = this.#text[this.#at];
      if (this.#isOver() || next === ")" || this.#peekOperator() === "or") return joined("and", items);
      items.push(this.#not(field));
    }
  }

  #not(field: string | undefined): Query {
    this.#scanner.skipSpace();
    const next = this.#text[this.#at];
    const after = this.#text[this.#at + 1];
    const isSign =
      (next === "-" || next === "!") && after !== undefined && !isSpace(after) && !`)${this.#stops}`.includes(after);
    if (isSign) this.#at += 1;
    else if (!this.#takeOperator("not")) return this.#primary(field);
    return this.#deeper(() => ({ kind: "not", item: this.#not(field) }));
  }

  #primary(field: string | undefined): Query {
    this.#scanner.skipSpace();
    const from = this.#at;
    const next = this.#text[from];
    if (this.#isOver() || this.#peekOperator() !== undefined) {
      this.#fail("query.term_missing", from, Math.min(from + 3, this.#text.length));
    }
    if (next === ")")
      this.#fail(this.#depth > 0 ? "query.group_empty" : "query.group_unexpected_close", from, from + 1);
    if (next === "(") return this.#group(field);
    this.#scanner.terms += 1;
    if (this.#scanner.terms > MAX_QUERY_TERMS) this.#fail("query.too_many_terms", from, this.#text.length);
    const last = field === undefined ? this.#scanner.match(LAST) : undefined;
    if (last !== undefined) return lastSpan(`${last[1]}${last[2]?.toLowerCase()}`);
    const named = this.#takeFieldName();
    if (named === undefined) return field === undefined ? this.#freeText() : this.#fieldTest(field);
    if (field !== undefined) this.#fail("query.field_nested", from, this.#at);
    return this.#text[this.#at] === "(" ? this.#group(named) : this.#fieldTest(named);
  }

  #group(field: string | undefined): Query {
    const from = this.#at;
    this.#at += 1;
    const query = this.#deeper(() => this.#or(field));
    this.#scanner.skipSpace();
    if (this.#text[this.#at] !== ")") this.#fail("query.group_open", from, from + 1);
    this.#at += 1;
    return query;
  }

  #freeText(): Query {
    const pattern = this.#value();
    return { kind: "text", pattern };
  }

  #fieldTest(field: string): Query {
    const from = this.#at;
    const test = this.#test();
    if (isTimeField(field) && !saysTime(test)) this.#fail("query.time_malformed", from, this.#at);
    return { kind: "field", field, test };
  }

  #test(): FieldTest {
    const from = this.#at;
    const next = this.#text[from];
    if (next === undefined || isSpace(next) || next === ")" || this.#isOver()) {
      this.#fail("query.value_missing", from, from + 1);
    }
    if (next === "[" || next === "{") return this.#range();
    const op = this.#scanner.match(COMPARISON)?.[0];
    if (op !== undefined) return { kind: "compare", op: op as CompareOp, value: this.#bound() };
    const pattern = this.#value();
    if (pattern.length === 1 && pattern[0] === "many") return { kind: "exists" };
    const written = this.#text.slice(from, this.#at);
    if (parseNetwork(written) !== undefined) return { kind: "cidr", text: written };
    return { kind: "match", pattern };
  }

  #range(): FieldTest {
    const from = this.#at;
    const lowInclusive = this.#text[from] === "[";
    this.#at += 1;
    this.#scanner.skipSpace();
    const low = this.#rangeEnd(lowInclusive);
    if (this.#scanner.match(RANGE_TO) === undefined) this.#fail("query.range_malformed", from, this.#at);
    const high = this.#rangeEnd(true);
    this.#scanner.skipSpace();
    const close = this.#text[this.#at];
    if (close !== "]" && close !== "}") this.#fail("query.range_malformed", from, this.#at);
    this.#at += 1;
    return { kind: "range", low, high: high === undefined ? undefined : { ...high, inclusive: close === "]" } };
  }

  #rangeEnd(inclusive: boolean): RangeEnd | undefined {
    const from = this.#at;
    const pattern = this.#value("]}");
    if (pattern.length === 1 && pattern[0] === "many") return undefined;
    return { value: this.#literal(pattern, from), inclusive };
  }

  #bound(): string {
    const from = this.#at;
    return this.#literal(this.#value(), from);
  }

  #literal(pattern: Pattern, from: number): string {
    return pattern
      .map((piece) =>
        typeof piece === "string" ? this.#fail("query.wildcard_in_bound", from, this.#at) : piece.literal,
      )
      .join("");
  }

  /** Quoted and bare parts without a space between them. `stops` end a bare part besides space and parentheses. */
  #value(stops = ""): Pattern {
    const from = this.#at;
    const pieces: PatternPiece[] = [];
    for (;;) {
      const next = this.#text[this.#at];
      if (this.#isOver() || next === undefined || isSpace(next) || next === "(" || next === ")") break;
      if (stops.includes(next)) break;
      if (next === '"') push(pieces, { literal: this.#quoted() });
      else {
        push(pieces, next === "*" ? "many" : next === "?" ? "one" : { literal: next });
        this.#at += 1;
      }
    }
    if (this.#at === from) this.#fail("query.value_missing", from, Math.min(from + 1, this.#text.length));
    return pieces;
  }

  #quoted(): string {
    const from = this.#at;
    let end = from + 1;
    for (;;) {
      end = this.#text.indexOf('"', end);
      if (end < 0) this.#fail("query.quote_open", from, this.#text.length);
      if (this.#text[end + 1] !== '"') break;
      end += 2;
    }
    this.#at = end + 1;
    return this.#text.slice(from + 1, end).replaceAll('""', '"');
  }

  /**
   * `name:` starts a field test, except where people paste things that only look like one:
   * a URL (`http://`), a drive (`C:\`), an IPv6 address (`fe80::1`).
   */
  #takeFieldName(): string | undefined {
    const start = this.#at;
    const name = this.#scanner.match(FIELD_NAME)?.[1];
    if (name === undefined) return undefined;
    if (name.startsWith('"')) return name.slice(1, -1).replaceAll('""', '"');
    const rest = this.#text.slice(this.#at, this.#at + 2);
    const isAddress = rest.startsWith(":") && HEXTET_NAME.test(name);
    if (!isAddress && !rest.startsWith("\\") && rest !== "//") return name;
    this.#at = start;
    return undefined;
  }

  #peekOperator(): string | undefined {
    WORD_OPERATOR.lastIndex = this.#at;
    return WORD_OPERATOR.exec(this.#text)?.[1]?.toLowerCase();
  }

  #takeOperator(operator: "and" | "or" | "not"): boolean {
    this.#scanner.skipSpace();
    if (this.#peekOperator() !== operator) return false;
    this.#at += operator.length;
    return true;
  }

  #deeper(parse: () => Query): Query {
    this.#depth += 1;
    if (this.#depth > MAX_QUERY_DEPTH) this.#fail("query.too_deep", this.#at, this.#text.length);
    const query = parse();
    this.#depth -= 1;
    return query;
  }

  #fail(code: QueryError["code"], from: number, to: number): never {
    this.#scanner.fail(code, { from, to });
  }
}

function lastSpan(span: string): Query {
  const low = { value: `now-${span}`, inclusive: true };
  return { kind: "field", field: "time", test: { kind: "range", low, high: { value: "now", inclusive: true } } };
}

/** Bounds of a time are times; anything else would silently find nothing. */
function saysTime(test: FieldTest): boolean {
  if (test.kind === "compare") return isTimeBound(test.value);
  if (test.kind !== "range") return true;
  return [test.low, test.high].every((end) => end === undefined || isTimeBound(end.value));
}

function isTimeBound(text: string): boolean {
  return isRelativeTime(text) || instantPeriod(text) !== undefined;
}

/** Neighbouring literals join and `**` is `*`, so that equal patterns are equal values. */
function push(pieces: PatternPiece[], piece: PatternPiece): void {
  const last = pieces.at(-1);
  if (piece === "many" && last === "many") return;
  if (typeof piece === "object" && typeof last === "object") {
    pieces[pieces.length - 1] = { literal: last.literal + piece.literal };
    return;
  }
  pieces.push(piece);
}

/** `a and (b and c)` is `a and b and c`: one flat list per operator. */
function joined(kind: "and" | "or", items: readonly Query[]): Query {
  const flat = items.flatMap((item) => (item.kind === kind ? item.items : [item]));
  const [only] = flat;
  return flat.length === 1 && only !== undefined ? only : { kind, items: flat };
}
