/**
 * CEF (ArcSight Common Event Format, revision 25) and LEEF (QRadar Log Event Extended Format 1.0 and 2.0).
 *
 * CEF escapes: `\|` and `\\` in the header; `\=`, `\\`, `\n`, `\r` in the extension, whose values hold blanks, so a
 * value ends where the next ` key=` begins. A key has no escape before its `=`. LEEF knows no escapes: its pairs
 * stand between tabs, or since 2.0 between a character that the header names.
 */
import { MAX_NAME_CHARS } from "../limits.ts";
import { addValue, type OpenFields, TRUNCATED } from "../parsed.ts";
import { MAX_PAIRS } from "./limits.ts";

const CEF_HEADER = [
  "cefVersion",
  "deviceVendor",
  "deviceProduct",
  "deviceVersion",
  "deviceEventClassId",
  "name",
  "severity",
] as const;
const LEEF_HEADER = ["leefVersion", "vendor", "product", "productVersion", "eventId"] as const;

function unescapeHeader(text: string): string {
  return text.includes("\\") ? text.replace(/\\([\\|])/g, "$1") : text;
}

function unescapeValue(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\\=|nr])/g, (_, sign: string) => (sign === "n" ? "\n" : sign === "r" ? "\r" : sign));
}

/** The bar that is not escaped, at or after `from`. */
function nextBar(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "|") return i;
  }
  return -1;
}

/** The header after its name; answers where the extension starts, or -1. The last bar may be missing. */
function readHeader(text: string, at: number, names: readonly string[], fields: OpenFields): number {
  let from = at;
  for (const [i, name] of names.entries()) {
    let bar = nextBar(text, from);
    if (bar < 0 && i === names.length - 1) bar = text.length;
    if (bar < 0) return -1;
    const value = unescapeHeader(text.slice(from, bar)).trim();
    if (value !== "") fields[name] = value;
    from = bar + 1;
  }
  return Math.min(from, text.length);
}

function isKeyChar(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code === 91 ||
    code === 93
  );
}

/** Where the key that ends at `equals` begins, or -1 when no key stands there. */
function keyStart(text: string, equals: number, least: number): number {
  let start = equals;
  while (start > least && isKeyChar(text.charCodeAt(start - 1))) start--;
  if (start === equals || equals - start > MAX_NAME_CHARS) return -1;
  return start === least || text[start - 1] === " " ? start : -1;
}

function readCefExtension(text: string, at: number, fields: OpenFields): void {
  let key = "";
  let valueAt = at;
  let pairs = 0;
  const keep = (end: number): void => {
    const value = unescapeValue(text.slice(valueAt, end).trim());
    if (key !== "" && value !== "") addValue(fields, key, value);
  };
  let least = at;
  for (let i = at; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "=") {
      const start = keyStart(text, i, least);
      if (start < 0) continue;
      keep(start);
      if (++pairs > MAX_PAIRS) {
        fields[TRUNCATED] = true;
        return;
      }
      key = text.slice(start, i);
      valueAt = i + 1;
      least = i + 1;
    }
  }
  keep(text.length);
}

/** `cs1Label=Rule cs1=block-all` says that Rule is block-all: readers and rules look for the label. */
function nameCustomFields(fields: OpenFields): void {
  for (const name in fields) {
    if (!name.endsWith("Label") || name.length === 5) continue;
    const label = fields[name];
    const value = fields[name.slice(0, -5)];
    if (typeof label !== "string" || label.length > MAX_NAME_CHARS || value === undefined) continue;
    const plain = label.replaceAll(" ", "");
    if (plain !== "" && fields[plain] === undefined) fields[plain] = value;
  }
}

export function readCef(text: string, fields: OpenFields): boolean {
  if (!text.startsWith("CEF:")) return false;
  const at = readHeader(text, text[4] === " " ? 5 : 4, CEF_HEADER, fields);
  if (at < 0) return false;
  readCefExtension(text, at, fields);
  nameCustomFields(fields);
  return true;
}

/** LEEF 2.0's delimiter: a character, or its code as 0x09 or x09. */
function delimiterOf(written: string): string | undefined {
  if (written.length === 1) return written;
  const hex = /^0?x([0-9A-Fa-f]{1,4})$/.exec(written);
  return hex === null ? undefined : String.fromCharCode(Number.parseInt(hex[1] as string, 16));
}

export function readLeef(text: string, fields: OpenFields): boolean {
  if (!text.startsWith("LEEF:")) return false;
  let at = readHeader(text, 5, LEEF_HEADER, fields);
  if (at < 0) return false;
  let delimiter = "\t";
  if (text.startsWith("2", 5)) {
    const bar = text.indexOf("|", at);
    const written = bar < 0 ? "" : text.slice(at, bar);
    const named = delimiterOf(written);
    // Senders leave the sixth part out, or empty: then it is a tab again.
    if (bar >= 0 && (named !== undefined || written === "")) {
      at = bar + 1;
      delimiter = named ?? "\t";
    }
  }
  let pairs = 0;
  while (at < text.length) {
    const next = text.indexOf(delimiter, at);
    const end = next < 0 ? text.length : next;
    const equals = text.indexOf("=", at);
    if (equals > at && equals < end && equals - at <= MAX_NAME_CHARS) {
      if (++pairs > MAX_PAIRS) {
        fields[TRUNCATED] = true;
        break;
      }
      const value = text.slice(equals + 1, end).trim();
      if (value !== "") addValue(fields, text.slice(at, equals).trim(), value);
    }
    at = end + delimiter.length;
  }
  return true;
}
