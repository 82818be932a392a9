/**
 * CSV as spreadsheets write it (RFC 4180; comma, semicolon or tab, told from the first line), with the line each record
 * begins on. A quote that is never closed is a complaint, not a guess.
 */
export interface CsvRow {
  /** 1-based line of the file. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvBounds {
  readonly rows: number;
  readonly columns: number;
  readonly cell: number;
}

export type CsvProblem = "too_many_rows" | "too_many_columns" | "cell_too_long" | "quote_open" | "quote_stray";

export interface ReadCsv {
  readonly rows: readonly CsvRow[];
  readonly problem?: { readonly line: number; readonly what: CsvProblem };
}

const SEPARATORS = [",", ";", "\t"] as const;

export function readCsv(text: string, bounds: CsvBounds): ReadCsv {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const reader = new Reader(body, separatorOf(body), bounds);
  const rows: CsvRow[] = [];
  while (!reader.atEnd) {
    const { line } = reader;
    const cells = reader.record();
    if (typeof cells === "string") return { rows, problem: { line, what: cells } };
    if (cells.every((cell) => cell.trim() === "")) continue;
    if (rows.length >= bounds.rows) return { rows, problem: { line, what: "too_many_rows" } };
    rows.push({ line, cells });
  }
  return { rows };
}

/** The separator that the first line, outside quotes, has most of. */
function separatorOf(text: string): string {
  const end = text.search(/[\r\n]/u);
  const head = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/gu, "");
  const counts = SEPARATORS.map((each) => head.split(each).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ",";
}

class Reader {
  readonly #text: string;
  readonly #separator: string;
  readonly #bounds: CsvBounds;
  #at = 0;
  line = 1;

  constructor(text: string, separator: string, bounds: CsvBounds) {
    this.#text = text;
    this.#separator = separator;
    this.#bounds = bounds;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  record(): string[] | CsvProblem {
    const cells: string[] = [];
    for (;;) {
      const cell = this.#text[this.#at] === '"' ? this.#quoted() : this.#plain();
      if (typeof cell !== "string") return cell.problem;
      if (cell.length > this.#bounds.cell) return "cell_too_long";
      if (cells.length >= this.#bounds.columns) return "too_many_columns";
      cells.push(cell);
      if (this.#text[this.#at] !== this.#separator) break;
      this.#at += 1;
    }
    this.#lineEnd();
    return cells;
  }

  #plain(): string {
    const from = this.#at;
    while (!this.atEnd) {
      const char = this.#text[this.#at];
      if (char === this.#separator || char === "\r" || char === "\n") break;
      this.#at += 1;
    }
    return this.#text.slice(from, this.#at);
  }

  #quoted(): string | { readonly problem: CsvProblem } {
    const parts: string[] = [];
    this.#at += 1;
    for (;;) {
      const end = this.#text.indexOf('"', this.#at);
      if (end < 0) return { problem: "quote_open" };
      const part = this.#text.slice(this.#at, end);
      for (const char of part) if (char === "\n") this.line += 1;
      parts.push(part);
      this.#at = end + 1;
      if (this.#text[this.#at] !== '"') break;
      parts.push('"');
      this.#at += 1;
    }
    const next = this.#text[this.#at];
    const ends = next === undefined || next === this.#separator || next === "\r" || next === "\n";
    return ends ? parts.join("") : { problem: "quote_stray" };
  }

  #lineEnd(): void {
    if (this.#text[this.#at] === "\r") this.#at += 1;
    if (this.#text[this.#at] === "\n") this.#at += 1;
    this.line += 1;
  }
}
