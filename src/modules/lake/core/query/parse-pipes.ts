/**
 * A search with the commands after it:
 *
 *   QUERY | stats count(), dc(user), sum(bytes) as sent, p95(bytes) by host, user span 5m
 *         | top 20 user by host | rare process | timeline 5m by host
 *         | where count:>10 | sort -count, user | head 100 | fields host, user | dedup host, user
 *         | join on host within 10m [QUERY] | sequence by host within 10m [QUERY] [QUERY]
 *
 * Commas between names may be left out. A field whose name is a word of the command is written in quotes.
 */
import {
  DEFAULT_HEAD_ROWS,
  DEFAULT_TOP_ROWS,
  MAX_PIPE_FIELDS,
  MAX_PIPE_ROWS,
  MAX_PIPE_STAGES,
  MAX_QUERY_CHARACTERS,
  MAX_RANKED_VALUES,
  MAX_SEQUENCE_STEPS,
} from "../../limits.ts";
import { nearest } from "./nearest.ts";
import { caught, parseFilter } from "./parse.ts";
import { columnOf, shapeAfter, typeIn } from "./pipe-shape.ts";
import {
  COMMANDS,
  type Measure,
  NEEDS_EVENTS,
  type Pipeline,
  PLAIN_FUNCTIONS,
  type PlainFunction,
  type Shape,
  type SortKey,
  type Stage,
} from "./pipes.ts";
import { isSpace, type Place, type QueryError, Scanner } from "./scanner.ts";
import { spanMs } from "./time-words.ts";
import type { Query } from "./tree.ts";

export type ParsedPipeline =
  | { readonly ok: true; readonly pipeline: Pipeline }
  | { readonly ok: false; readonly error: QueryError };

export function parsePipeline(text: string): ParsedPipeline {
  if (text.length > MAX_QUERY_CHARACTERS) {
    return { ok: false, error: { code: "query.too_long", from: MAX_QUERY_CHARACTERS, to: text.length } };
  }
  return caught(() => ({ ok: true, pipeline: new PipeParser(text).parse() }));
}

const NAME = /[A-Za-z_@][A-Za-z0-9_.@/-]*|"(?:[^"]|"")+"/y;
const WORD = /[A-Za-z][A-Za-z0-9_]*/y;
const NUMBER = /[0-9]{1,9}(?=[\s,|]|$)/y;
const DURATION = /[0-9]{1,9}[A-Za-z]+/y;
const PERCENTILE = /^p([1-9][0-9]?)$/i;
const REST = /[^\s|,]+/y;

class PipeParser {
  readonly #scanner: Scanner;
  #shape: Shape = "events";

  constructor(text: string) {
    this.#scanner = new Scanner(text);
  }

  parse(): Pipeline {
    const scanner = this.#scanner;
    const filter = parseFilter(scanner, "|");
    const stages: Stage[] = [];
    while (scanner.next === "|") {
      const from = scanner.at;
      scanner.at += 1;
      if (stages.length === MAX_PIPE_STAGES) {
        scanner.fail("query.pipe_too_many", { from, to: scanner.text.length });
      }
      const stage = this.#stage();
      scanner.skipSpace();
      if (scanner.next !== undefined && scanner.next !== "|") this.#unexpected();
      this.#shape = shapeAfter(this.#shape, stage);
      stages.push(stage);
    }
    return { filter, stages };
  }

  #stage(): Stage {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const from = scanner.at;
    const word = scanner.match(WORD)?.[0] ?? "";
    const place = { from, to: Math.max(scanner.at, from + 1) };
    const kind = COMMANDS.find((one) => one === word.toLowerCase());
    if (kind === undefined) return scanner.fail("query.pipe_unknown", place, nearest(word, COMMANDS));
    if (this.#shape !== "events" && NEEDS_EVENTS.has(kind)) scanner.fail("query.pipe_needs_events", place);
    switch (kind) {
      case "stats":
        return this.#stats();
      case "top":
      case "rare":
        return this.#ranking(kind);
      case "timeline":
        return this.#timeline();
      case "where":
        return this.#where();
      case "sort":
        return { kind, keys: this.#sortKeys() };
      case "head":
        return { kind, count: this.#number(MAX_PIPE_ROWS) ?? DEFAULT_HEAD_ROWS };
      case "fields":
        return { kind, names: this.#distinctNames() };
      case "dedup":
        return { kind, fields: this.#distinctNames() };
      case "join":
        return this.#join();
      case "sequence":
        return this.#sequence();
    }
  }

  #stats(): Stage {
    const measures: Measure[] = [];
    const taken = new Set<string>();
    do {
      const from = this.#skip();
      const measure = this.#measure();
      this.#claim(taken, measure.name, { from, to: this.#scanner.at });
      measures.push(measure);
    } while (this.#more(["by", "span"]));
    const by: string[] = [];
    if (this.#take("by") && !this.#peek("span")) {
      do {
        const from = this.#skip();
        const name = this.#field();
        this.#claim(taken, name, { from, to: this.#scanner.at });
        by.push(name);
      } while (this.#more(["span"]));
    }
    this.#comma();
    const from = this.#skip();
    if (!this.#take("span")) return { kind: "stats", measures, by };
    const width = this.#duration();
    const place = { from, to: this.#scanner.at };
    if (this.#shape !== "events" && columnOf(this.#shape, "time")?.type !== "time") {
      this.#scanner.fail("query.pipe_needs_events", place);
    }
    this.#claim(taken, "time", place);
    return { kind: "stats", measures, by, spanMs: width };
  }

  #measure(): Measure {
    const scanner = this.#scanner;
    const from = this.#skip();
    const word = scanner.match(WORD)?.[0];
    if (word === undefined) return this.#missing();
    const fn = this.#function(word, { from, to: scanner.at });
    scanner.skipSpace();
    let field: string | undefined;
    if (scanner.next === "(") {
      scanner.at += 1;
      this.#skip();
      if ((scanner.next as string | undefined) !== ")") field = this.#field();
      this.#skip();
      if ((scanner.next as string | undefined) !== ")") scanner.fail("query.group_open", { from, to: scanner.at });
      scanner.at += 1;
    }
    const place = { from, to: scanner.at };
    if (field === undefined && fn.fn !== "count") scanner.fail("query.pipe_function_field", place);
    if (fn.fn === "values" && this.#shape !== "events" && typeIn(this.#shape, field ?? "") !== "text") {
      scanner.fail("query.pipe_function_field", place);
    }
    const written = field === undefined ? fn.word : `${fn.word}(${field})`;
    const name = this.#take("as") ? this.#name() : written;
    return {
      fn: fn.fn,
      ...(fn.percent === undefined ? {} : { percent: fn.percent }),
      ...(field === undefined ? {} : { field }),
      name,
    };
  }

  #function(word: string, place: Place): { fn: Measure["fn"]; percent?: number; word: string } {
    const lower = word.toLowerCase();
    const plain = PLAIN_FUNCTIONS.find((one): one is PlainFunction => one === lower);
    if (plain !== undefined) return { fn: plain, word: lower };
    const percent = PERCENTILE.exec(word)?.[1];
    if (percent !== undefined) return { fn: "percentile", percent: Number(percent), word: lower };
    return this.#scanner.fail("query.pipe_function_unknown", place, nearest(word, [...PLAIN_FUNCTIONS, "p95"]));
  }

  #ranking(kind: "top" | "rare"): Stage {
    const count = this.#number(MAX_RANKED_VALUES) ?? DEFAULT_TOP_ROWS;
    this.#skip();
    const field = this.#field();
    const taken = new Set<string>(["count", "share"]);
    this.#claim(taken, field, { from: this.#scanner.at - field.length, to: this.#scanner.at });
    if (!this.#take("by")) return { kind, count, field };
    const from = this.#skip();
    const by = this.#field();
    this.#claim(taken, by, { from, to: this.#scanner.at });
    return { kind, count, field, by };
  }

  #timeline(): Stage {
    this.#take("span");
    this.#skip();
    const isWidth = /[0-9]/.test(this.#scanner.next ?? "");
    const width = isWidth ? { spanMs: this.#duration() } : {};
    if (!this.#take("by")) return { kind: "timeline", ...width };
    const from = this.#skip();
    const by = this.#field();
    this.#claim(new Set(["time", "count"]), by, { from, to: this.#scanner.at });
    return { kind: "timeline", ...width, by };
  }

  #where(): Stage {
    const from = this.#skip();
    const query = parseFilter(this.#scanner, "|");
    const place = { from, to: Math.max(from + 1, this.#scanner.at) };
    if (query.kind === "all") this.#missing();
    this.#check(query, place);
    return { kind: "where", query };
  }

  /** Over a table only its columns can be asked; there is no raw record to look into. */
  #check(query: Query, place: Place): void {
    const shape = this.#shape;
    if (shape === "events") return;
    switch (query.kind) {
      case "and":
      case "or":
        for (const item of query.items) this.#check(item, place);
        return;
      case "not":
        this.#check(query.item, place);
        return;
      case "field":
        if (columnOf(shape, query.field) === undefined) this.#unknownField(query.field, place);
        return;
      case "text":
      case "content":
        this.#scanner.fail("query.pipe_text_in_table", place);
    }
  }

  #sortKeys(): readonly SortKey[] {
    const keys: SortKey[] = [];
    do {
      this.#skip();
      const isDown = this.#scanner.next === "-";
      if (isDown || this.#scanner.next === "+") this.#scanner.at += 1;
      const field = this.#field();
      const descending = this.#take("desc") || (!this.#take("asc") && isDown);
      keys.push({ field, descending });
    } while (this.#more([]) && keys.length < MAX_PIPE_FIELDS);
    return keys;
  }

  #distinctNames(): readonly string[] {
    const names: string[] = [];
    const taken = new Set<string>();
    do {
      const from = this.#skip();
      const name = this.#field();
      this.#claim(taken, name, { from, to: this.#scanner.at });
      names.push(name);
    } while (this.#more([]));
    return names;
  }

  #join(): Stage {
    this.#take("on");
    this.#skip();
    const on = this.#field();
    const width = this.#take("within") ? { withinMs: this.#duration() } : {};
    return { kind: "join", on, ...width, query: this.#subquery() };
  }

  #sequence(): Stage {
    const from = this.#skip();
    if (!this.#take("by")) this.#missing();
    this.#skip();
    const by = this.#field();
    if (!this.#take("within")) this.#missing();
    const withinMs = this.#duration();
    const steps: Query[] = [];
    do steps.push(this.#subquery());
    while (this.#skip() >= 0 && this.#scanner.next === "[");
    if (steps.length < 2 || steps.length > MAX_SEQUENCE_STEPS) {
      this.#scanner.fail("query.pipe_subquery", { from, to: this.#scanner.at });
    }
    return { kind: "sequence", by, withinMs, steps };
  }

  #subquery(): Query {
    const scanner = this.#scanner;
    const from = this.#skip();
    if (scanner.next !== "[") scanner.fail("query.pipe_subquery", { from, to: from + 1 });
    scanner.at += 1;
    const query = parseFilter(scanner, "|]");
    if ((scanner.next as string | undefined) !== "]") scanner.fail("query.pipe_subquery", { from, to: scanner.at });
    scanner.at += 1;
    return query;
  }

  /** A field of the stream: any of events, a column of a table. */
  #field(): string {
    const from = this.#scanner.at;
    const name = this.#name();
    const shape = this.#shape;
    if (shape === "events") return name;
    return columnOf(shape, name)?.name ?? this.#unknownField(name, { from, to: this.#scanner.at });
  }

  #unknownField(name: string, place: Place): never {
    const columns = this.#shape === "events" ? [] : this.#shape.map((column) => column.name);
    return this.#scanner.fail("query.pipe_field_unknown", place, nearest(name, columns));
  }

  #name(): string {
    this.#skip();
    const written = this.#scanner.match(NAME)?.[0];
    if (written === undefined) return this.#missing();
    return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written;
  }

  #number(most: number): number | undefined {
    const from = this.#skip();
    if (!/[0-9]/.test(this.#scanner.next ?? "")) return undefined;
    const count = Number(this.#scanner.match(NUMBER)?.[0]);
    if (count >= 1 && count <= most) return count;
    this.#scanner.match(REST);
    return this.#scanner.fail("query.pipe_number", { from, to: this.#scanner.at });
  }

  #duration(): number {
    const from = this.#skip();
    const width = spanMs(this.#scanner.match(DURATION)?.[0] ?? "");
    if (width !== undefined) return width;
    return this.#scanner.fail("query.pipe_span", { from, to: Math.max(this.#scanner.at, from + 1) });
  }

  #claim(taken: Set<string>, name: string, place: Place): void {
    const key = name.toLowerCase();
    if (taken.has(key)) this.#scanner.fail("query.pipe_name_taken", place);
    if (taken.size >= MAX_PIPE_FIELDS) this.#scanner.fail("query.pipe_too_many", place);
    taken.add(key);
  }

  /** Another item of a list: after a comma always, otherwise unless one of these words or the end follows. */
  #more(words: readonly string[]): boolean {
    const comma = this.#comma();
    this.#skip();
    if (words.some((word) => this.#peek(word))) return false;
    return comma || (this.#scanner.next !== undefined && this.#scanner.next !== "|");
  }

  #comma(): boolean {
    this.#skip();
    if (this.#scanner.next !== ",") return false;
    this.#scanner.at += 1;
    return true;
  }

  #peek(word: string): boolean {
    const at = this.#skip();
    const { text } = this.#scanner;
    const after = text[at + word.length];
    const isWhole = after === undefined || isSpace(after) || after === "|" || after === "," || after === "[";
    return isWhole && text.slice(at, at + word.length).toLowerCase() === word;
  }

  #take(word: string): boolean {
    if (!this.#peek(word)) return false;
    this.#scanner.at += word.length;
    return true;
  }

  #skip(): number {
    this.#scanner.skipSpace();
    return this.#scanner.at;
  }

  #missing(): never {
    const { at } = this.#scanner;
    return this.#scanner.fail("query.pipe_argument_missing", { from: at, to: at + 1 });
  }

  #unexpected(): never {
    const from = this.#scanner.at;
    this.#scanner.match(REST);
    return this.#scanner.fail("query.pipe_argument_unexpected", { from, to: Math.max(from + 1, this.#scanner.at) });
  }
}
