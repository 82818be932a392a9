/** Columns with quotes (RFC 4180): a field in quotes may hold the separator, and a quote when it is doubled. */
import type { OpenFields } from "../parsed.ts";
import type { CsvRule } from "./definition.ts";
import { MAX_PAIRS } from "./limits.ts";

/** Gives columns their names; false when there are fewer than two, which means that this is no such list. */
export function readCsv(text: string, { separator, columns, rest }: CsvRule, fields: OpenFields): boolean {
  let at = 0;
  let column = 0;
  while (at <= text.length && column < columns.length && column < MAX_PAIRS) {
    const name = columns[column++] as string;
    let value: string;
    if (text[at] === '"') {
      const end = closingQuote(text, at);
      value = text.slice(at + 1, end).replaceAll('""', '"');
      const next = text.indexOf(separator, end);
      at = next < 0 ? text.length + 1 : next + separator.length;
    } else {
      const next = text.indexOf(separator, at);
      const end = next < 0 ? text.length : next;
      value = text.slice(at, end).trim();
      at = next < 0 ? text.length + 1 : next + separator.length;
    }
    if (name !== "" && name !== "_" && value !== "") fields[name] = value;
  }
  if (rest !== undefined && at < text.length) fields[rest] = text.slice(at);
  return column > 1;
}

/** Where the quoted field that opens at `at` closes; the end of the text when it never does. */
function closingQuote(text: string, at: number): number {
  for (let i = text.indexOf('"', at + 1); i >= 0; i = text.indexOf('"', i + 2)) {
    if (text[i + 1] !== '"') return i;
  }
  return text.length;
}
