/** The `key=value` text of audit records, with the kernel's own encodings undone. Linear in the length of the record. */
import type { OpenFields } from "../parsed.ts";
import { addValue, TRUNCATED } from "../parsed.ts";

const decoder = new TextDecoder();
/** The group separator that parts a record's own fields from those auditd has added (log_format=ENRICHED). */
const ENRICHED = "\u001d";

/** Fields the kernel writes as hex when they hold blanks, quotes or control characters (audit_log_untrustedstring). */
const ENCODED: ReadonlySet<string> = new Set([
  "acct",
  "cmd",
  "comm",
  "cwd",
  "data",
  "dir",
  "exe",
  "grp",
  "key",
  "name",
  "new-comm",
  "ocomm",
  "path",
  "proctitle",
  "vm",
  "watch",
]);
const ARGUMENT = /^a\d{1,4}(\[\d{1,4}\])?$/;
const HEX = /^(?:[0-9A-F]{2})+$/;

export function hexBytes(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

export function decodeHexText(hex: string): string {
  return decoder.decode(hexBytes(hex));
}

function decoded(type: string, key: string, value: string): string {
  if (value.length < 2 || !HEX.test(value)) return value;
  // Only EXECVE's arguments are text; SYSCALL's a0–a3 are numbers written in hex.
  const isText = ENCODED.has(key) || (type === "EXECVE" && ARGUMENT.test(key));
  if (!isText) return value;
  const plain = decodeHexText(value);
  if (key === "proctitle") return plain.replaceAll("\0", " ").trimEnd();
  return plain;
}

function endOfValue(text: string, start: number): number {
  let i = start;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 32 || code === 29 || code === 10) return i;
    i++;
  }
  return i;
}

/**
 * shadow-utils says what it did in words (`op=adding user to group acct="lan"`): up to the word in front of the next
 * pair. `end` is where the first word ends.
 */
function endOfWords(text: string, end: number): number {
  if (text[end] !== " ") return end;
  const equals = text.indexOf("=", end);
  if (equals < 0) return end;
  const last = text.lastIndexOf(" ", equals);
  return /^[ A-Za-z/_.-]*$/.test(text.slice(end, Math.min(last, end + 128))) && last <= end + 128 ? last : end;
}

/** Pairs an event may still have; shared by its records. */
export interface TokenBudget {
  left: number;
}

/** Adds one record's fields. `type` decides which values are encoded. A quoted part that never ends runs to the end. */
export function addTokens(record: { fields: OpenFields; type: string; budget: TokenBudget }, text: string): void {
  const { fields, type, budget } = record;
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === 32 || code === 29 || code === 44) {
      i++;
      continue;
    }
    const equals = text.indexOf("=", i);
    if (equals < 0) return;
    if (budget.left-- <= 0) {
      fields[TRUNCATED] = true;
      return;
    }
    // Words between pairs ("avc:  denied  { read } for") belong to no key.
    const before = text.slice(i, equals);
    const key = before.slice(Math.max(before.lastIndexOf(" "), before.lastIndexOf(ENRICHED)) + 1);
    const quote = text[equals + 1];
    if (quote === '"' || quote === "'") {
      const close = text.indexOf(quote, equals + 2);
      const end = close < 0 ? text.length : close;
      const value = text.slice(equals + 2, end);
      // User-space records carry their own pairs inside msg='…'.
      if (quote === "'" && key === "msg") addTokens(record, value);
      else if (key !== "") addValue(fields, key, value);
      i = end + 1;
    } else if (quote === "[") {
      const close = text.indexOf("]", equals + 2);
      const end = close < 0 ? text.length : close;
      const parts = text.slice(equals + 2, end).split(",", 64);
      if (key !== "") for (const part of parts) addValue(fields, key, part.replaceAll('"', ""));
      i = end + 1;
    } else {
      const word = endOfValue(text, equals + 1);
      const end = key === "op" && word > equals + 1 ? endOfWords(text, word) : word;
      const value = text.slice(equals + 1, end).trimEnd();
      if (key !== "") addValue(fields, key, decoded(type, key, value));
      i = end;
    }
  }
}
