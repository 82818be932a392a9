/** `key=value` lists as firewalls, logfmt and audit-like programs write them: one pass, bounded in pairs. */
import { addValue, type OpenFields, TRUNCATED } from "../parsed.ts";
import { MAX_NAME_CHARS, MAX_VALUES } from "../limits.ts";
import type { KeyValueRule } from "./definition.ts";
import { MAX_PAIRS } from "./limits.ts";

interface Ended {
  readonly value: string;
  readonly end: number;
}

/** A quoted value from its opening quote on; undefined when it is never closed. */
function quotedValue(text: string, at: number): Ended | undefined {
  const mark = text[at];
  let escaped = false;
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") {
      escaped = true;
      i++;
    } else if (text[i] === mark) {
      const inner = text.slice(at + 1, i);
      return { value: escaped ? inner.replace(/\\(["'\\])/g, "$1") : inner, end: i + 1 };
    }
  }
  return undefined;
}

/** Reads all pairs; false when there is none, which means that this is no such list. */
export function readKeyValues(text: string, rule: KeyValueRule, fields: OpenFields): boolean {
  const { pair, assign, quotes, prefix, flags } = rule;
  const blank = pair === " ";
  let found = 0;
  let words = 0;
  let at = 0;
  // Kept between words: looking for the sign again from each word of a text that has none would cost the square of it.
  let equals = text.indexOf(assign);
  while (at < text.length) {
    while (text[at] === " " || text.startsWith(pair, at)) at += text[at] === " " ? 1 : pair.length;
    if (at >= text.length) break;
    if (found >= MAX_PAIRS) {
      fields[TRUNCATED] = true;
      break;
    }
    const next = endOf(text, pair, at);
    if (equals >= 0 && equals < at) equals = text.indexOf(assign, at);
    if (equals < 0 && flags === undefined) break;
    if (equals < 0 || equals >= next) {
      if (flags !== undefined && words++ < MAX_VALUES) addValue(fields, flags, text.slice(at, next).trim());
      at = next;
      continue;
    }
    const key = text.slice(at, equals).trim();
    let from = equals + assign.length;
    // Check Point writes the sign twice before some values.
    if (text.startsWith(assign, from) && quotes.includes(text[from + assign.length] ?? "\0")) from += assign.length;
    let value: string;
    const valueAt = blank ? from : skipBlanks(text, from);
    const quoted = quotes.includes(text[valueAt] ?? "\0") ? quotedValue(text, valueAt) : undefined;
    if (quoted !== undefined) {
      value = quoted.value;
      at = quoted.end;
    } else {
      at = endOf(text, pair, from);
      value = text.slice(from, at).trim();
    }
    if (key === "" || key.length > MAX_NAME_CHARS) continue;
    found++;
    if (value !== "") addValue(fields, prefix + key, value);
  }
  return found > 0;
}

function endOf(text: string, pair: string, from: number): number {
  const end = text.indexOf(pair, from);
  return end < 0 ? text.length : end;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") at++;
  return at;
}
