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
 *
 * A backslash is an ordinary character (Windows paths); a quote inside quotes is written twice.
 */
import { MAX_QUERY_CHARACTERS, MAX_QUERY_DEPTH, MAX_QUERY_TERMS } from "../../limits.ts";
import { parseNetwork } from "./address.ts";
import {
  ALL,
  type CompareOp,
  type FieldTest,
  type Pattern,
  type PatternPiece,
  type Query,
  type RangeEnd,
} from "./tree.ts";

/** Position as character offsets into the query text, `to` excluded. */
export interface QueryError {
  readonly code:
    | "query.too_long"
    | "query.too_many_terms"
    | "query.too_deep"
    | "query.quote_open"
    | "query.group_open"
    | "query.group_unexpected_close"
    | "query.group_empty"
    | "query.term_missing"
    | "query.value_missing"
    | "query.range_malformed"
    | "query.wildcard_in_bound"
    | "query.field_nested";
  readonly from: number;
  readonly to: number;
}

export type ParseResult =
  | { readonly ok: true; readonly query: Query }
  | { readonly ok: false; readonly error: QueryError };

export function parseQuery(text: string): ParseResult {
  if (text.length > MAX_QUERY_CHARACTERS) {
    return { ok: false, error: { code: "query.too_long", from: MAX_QUERY_CHARACTERS, to: text.length } };
  }
  try {
    return { ok: true, query: new Parser(text).parse() };
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, error: error.problem };
    throw error;
  }
}

class Wrong extends Error {
  readonly problem: QueryError;
  constructor(problem: QueryError) {
    super(problem.code);
    this.problem = problem;
  }
}

const SPACE = /\s/;
const FIELD_NAME = /([A-Za-z_@][A-Za-z0-9_.@/-]*|"(?:[^"]|"")+"):/y;
/** A field of such a name must be quoted before a value that starts with a colon. */
export const HEXTET_NAME = /^[0-9a-f]{1,4}$/i;
const WORD_OPERATOR = /(and|or|not)(?=[\s()]|$)/iy;
const COMPARISON = /[<>]=?/y;
const RANGE_TO = /\s+TO\s+/iy;

class Parser {
  readonly #text: string;
  #at = 0;
  #terms = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Query {
    this.#skipSpace();
    if (this.#at === this.#text.length) return ALL;
    const query = this.#or(undefined);
    if (this.#at < this.#text.length) this.#fail("query.group_unexpected_close", this.#at, this.#at + 1);
    return query;
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
      this.#skipSpace();
      const next = this.#text[this.#at];
      if (next === undefined || next === ")" || this.#peekOperator() === "or") return joined("and", items);
      items.push(this.#not(field));
    }
  }

  #not(field: string | undefined): Query {
    this.#skipSpace();
    const next = this.#text[this.#at];
    const after = this.#text[this.#at + 1];
    const isSign = (next === "-" || next === "!") && after !== undefined && !SPACE.test(after) && after !== ")";
    if (isSign) this.#at += 1;
    else if (!this.#takeOperator("not")) return this.#primary(field);
    return this.#deeper(() => ({ kind: "not", item: this.#not(field) }));
  }

  #primary(field: string | undefined): Query {
    this.#skipSpace();
    const from = this.#at;
    const next = this.#text[from];
    if (next === undefined || this.#peekOperator() !== undefined) {
      this.#fail("query.term_missing", from, Math.min(from + 3, this.#text.length));
    }
    if (next === ")")
      this.#fail(this.#depth > 0 ? "query.group_empty" : "query.group_unexpected_close", from, from + 1);
    if (next === "(") return this.#group(field);
    this.#terms += 1;
    if (this.#terms > MAX_QUERY_TERMS) this.#fail("query.too_many_terms", from, this.#text.length);
    const named = this.#takeFieldName();
    if (named === undefined) return field === undefined ? this.#freeText() : this.#fieldTest(field);
    if (field !== undefined) this.#fail("query.field_nested", from, this.#at);
    return this.#text[this.#at] === "(" ? this.#group(named) : this.#fieldTest(named);
  }

  #group(field: string | undefined): Query {
    const from = this.#at;
    this.#at += 1;
    const query = this.#deeper(() => this.#or(field));
    this.#skipSpace();
    if (this.#text[this.#at] !== ")") this.#fail("query.group_open", from, from + 1);
    this.#at += 1;
    return query;
  }

  #freeText(): Query {
    const pattern = this.#value();
    return { kind: "text", pattern };
  }

  #fieldTest(field: string): Query {
    return { kind: "field", field, test: this.#test() };
  }

  #test(): FieldTest {
    const from = this.#at;
    const next = this.#text[from];
    if (next === undefined || SPACE.test(next) || next === ")") this.#fail("query.value_missing", from, from + 1);
    if (next === "[" || next === "{") return this.#range();
    const op = this.#match(COMPARISON)?.[0];
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
    this.#skipSpace();
    const low = this.#rangeEnd(lowInclusive);
    if (this.#match(RANGE_TO) === undefined) this.#fail("query.range_malformed", from, this.#at);
    const high = this.#rangeEnd(true);
    this.#skipSpace();
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
      if (next === undefined || SPACE.test(next) || next === "(" || next === ")" || stops.includes(next)) break;
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
    const name = this.#match(FIELD_NAME)?.[1];
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
    this.#skipSpace();
    if (this.#peekOperator() !== operator) return false;
    this.#at += operator.length;
    return true;
  }

  #match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#text);
    if (match === null) return undefined;
    this.#at = sticky.lastIndex;
    return match;
  }

  #deeper(parse: () => Query): Query {
    this.#depth += 1;
    if (this.#depth > MAX_QUERY_DEPTH) this.#fail("query.too_deep", this.#at, this.#text.length);
    const query = parse();
    this.#depth -= 1;
    return query;
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && SPACE.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }

  #fail(code: QueryError["code"], from: number, to: number): never {
    throw new Wrong({ code, from, to: Math.max(from, Math.min(to, this.#text.length)) });
  }
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
