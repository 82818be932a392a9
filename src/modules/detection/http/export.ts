import { Readable } from "node:stream";
import type { LibraryRule } from "../library/catalogue.ts";

/** Rules as one YAML text of several documents. Author and licence stay with each, as their licences ask. */
export function exportText(rules: readonly LibraryRule[], nameOfOrigin: (origin: string) => string | null): Readable {
  return Readable.from(documents(rules, nameOfOrigin), { objectMode: false });
}

function* documents(rules: readonly LibraryRule[], nameOfOrigin: (origin: string) => string | null): Generator<string> {
  const told = new Set<string>();
  for (const known of rules) {
    const part = documentOf(known);
    // Several rules of one file that cannot be taken apart are one text.
    if (told.has(part)) continue;
    told.add(part);
    yield `---\n${heading(known, nameOfOrigin(known.origin))}${part}`;
  }
}

function heading({ rule }: LibraryRule, origin: string | null): string {
  const lines = [
    `# ${rule.title}`,
    `# author: ${rule.author ?? "not stated"}; licence: ${rule.licence ?? "not stated"}`,
    ...(origin === null ? [] : [`# from: ${origin}, ${rule.file}`]),
  ];
  return lines.map((line) => `${line.replaceAll(/[\p{Cc}\u2028\u2029\ufeff]+/gu, " ")}\n`).join("");
}

const MARK = /^---(?:\s|$)/u;

/** The rule's own document of its file; the whole file where documents build on each other. */
function documentOf({ text, rule }: LibraryRule): string {
  const lines = text
    .replaceAll(/\r\n?/gu, "\n")
    .replace(/^\ufeff/u, "")
    .split("\n");
  const marks = lines.flatMap((line, index) => (MARK.test(line) ? [index] : []));
  const isWhole = lines.some((line) => /^(?:action\s*:|%|\.\.\.)/u.test(line));
  if (isWhole || marks.length === 0) return ended(lines);
  const start = marks.findLast((at) => at < rule.line) ?? -1;
  const end = marks.find((at) => at > start && at >= rule.line - 1) ?? lines.length;
  const own = lines.slice(start + 1, end);
  // `--- title: x` opens a document on the line of its mark; nobody writes rules so, and cutting it would lose a line.
  return start >= 0 && /\S/u.test((lines[start] ?? "").slice(3)) ? ended(lines) : ended(own);
}

function ended(lines: readonly string[]): string {
  return `${lines.join("\n").trim()}\n`;
}
