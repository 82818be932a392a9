import { MAX_CELL_CHARACTERS, MAX_CSV_COLUMNS, MAX_IMPORT_ROWS } from "../limits.ts";

export interface CsvRow {
  /** As an editor counts. */
  readonly line: number;
  readonly cells: readonly string[];
}

export type CsvProblem = "too_many_rows" | "too_many_columns" | "cell_too_long" | "quote_open";

/** RFC 4180 with comma or semicolon, whichever the first line has more of; a byte order mark is no part of a name. */
export function parseCsv(text: string): { readonly rows: readonly CsvRow[]; readonly problem?: CsvProblem } {
  const body = text.replace(/^\uFEFF/u, "");
  const head = body.slice(0, body.search(/[\r\n]|$/u));
  const separator = head.split(";").length > head.split(",").length ? ";" : ",";
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let startLine = 1;
  const endRow = () => {
    cells.push(cell.trim());
    if (cells.some((each) => each !== "")) rows.push({ line: startLine, cells });
    cells = [];
    cell = "";
  };
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at] ?? "";
    if (character === "\n") line += 1;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (body[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (character === separator) {
      cells.push(cell.trim());
      cell = "";
    } else if (character === "\n" || character === "\r") {
      if (character === "\n" || body[at + 1] !== "\n") {
        endRow();
        startLine = line + (character === "\r" ? 1 : 0);
      }
    } else cell += character;
    if (cell.length > MAX_CELL_CHARACTERS) return { rows, problem: "cell_too_long" };
    if (cells.length > MAX_CSV_COLUMNS) return { rows, problem: "too_many_columns" };
    if (rows.length > MAX_IMPORT_ROWS) return { rows: rows.slice(0, MAX_IMPORT_ROWS), problem: "too_many_rows" };
  }
  if (quoted) return { rows, problem: "quote_open" };
  endRow();
  return { rows };
}
