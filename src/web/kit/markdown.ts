/**
 * The part of Markdown that notes are written in: headings, lists, quotes, code, emphasis, links to pages of this
 * console. Everything else, HTML above all, stays the text it is. The result is a tree; nothing here makes markup.
 * Linear in the length of the text.
 */
export type Inline =
  | { readonly kind: "text" | "code"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly parts: readonly Inline[] }
  | { readonly kind: "link"; readonly to: string; readonly parts: readonly Inline[] };
export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly parts: readonly Inline[] }
  | { readonly kind: "paragraph" | "quote"; readonly parts: readonly Inline[] }
  | { readonly kind: "list"; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: "code"; readonly text: string };

const MAX_DEPTH = 3;
const HEADING = /^(#{1,3}) +(.*)$/u;
const BULLET = /^ {0,3}[-*+] +(.*)$/u;
const NUMBER = /^ {0,3}\d{1,9}[.)] +(.*)$/u;
const QUOTE = /^> ?(.*)$/u;
const FENCE = "```";

export function parseMarkdown(text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split(/\r\n|\r|\n/u);
  let at = 0;
  const take = (pattern: RegExp): string[] => {
    const taken: string[] = [];
    for (let found = pattern.exec(lines[at] ?? ""); found !== null; found = pattern.exec(lines[at] ?? "")) {
      taken.push(found[1] ?? "");
      at += 1;
      if (at >= lines.length) break;
    }
    return taken;
  };
  while (at < lines.length) {
    const line = lines[at] ?? "";
    const heading = HEADING.exec(line);
    if (line.startsWith(FENCE)) {
      const end = lines.findIndex((each, index) => index > at && each.startsWith(FENCE));
      const stop = end < 0 ? lines.length : end;
      blocks.push({ kind: "code", text: lines.slice(at + 1, stop).join("\n") });
      at = stop + 1;
    } else if (heading !== null) {
      const level = (heading[1]?.length ?? 1) as 1 | 2 | 3;
      blocks.push({ kind: "heading", level, parts: parseInline(heading[2] ?? "") });
      at += 1;
    } else if (BULLET.test(line))
      blocks.push({ kind: "list", ordered: false, items: take(BULLET).map((item) => parseInline(item)) });
    else if (NUMBER.test(line))
      blocks.push({ kind: "list", ordered: true, items: take(NUMBER).map((item) => parseInline(item)) });
    else if (QUOTE.test(line)) blocks.push({ kind: "quote", parts: parseInline(take(QUOTE).join("\n")) });
    else if (line.trim() === "") at += 1;
    else {
      const start = at;
      while (at < lines.length && (at === start || !startsBlock(lines[at] ?? ""))) at += 1;
      blocks.push({ kind: "paragraph", parts: parseInline(lines.slice(start, at).join("\n")) });
    }
  }
  return blocks;
}

function startsBlock(line: string): boolean {
  return line.trim() === "" || line.startsWith(FENCE) || [HEADING, BULLET, NUMBER, QUOTE].some((one) => one.test(line));
}

/** A page of this console, and nothing that another host could answer. */
export function isOwnPage(target: string): boolean {
  return /^\/(?![/\\])[^\s\\]*$/u.test(target) && !target.startsWith("/api/");
}

const MARKS = [
  { open: "`", kind: "code" },
  { open: "**", kind: "strong" },
  { open: "*", kind: "emphasis" },
  { open: "_", kind: "emphasis" },
] as const;

interface Found {
  readonly piece: Inline;
  readonly end: number;
}

export function parseInline(text: string, level = 0): Inline[] {
  const parts: Inline[] = [];
  /** Marks that close nowhere in the rest of the text: not looked for again. */
  const unclosed = new Set<string>();
  let plain = 0;
  let at = 0;
  while (at < text.length) {
    const found = text[at] === "[" ? linkAt(text, at, level, unclosed) : markAt(text, at, level, unclosed);
    if (found === undefined) {
      at += 1;
      continue;
    }
    if (at > plain) parts.push({ kind: "text", text: text.slice(plain, at) });
    parts.push(found.piece);
    at = found.end;
    plain = at;
  }
  if (plain < text.length) parts.push({ kind: "text", text: text.slice(plain) });
  return parts;
}

function markAt(text: string, at: number, depth: number, unclosed: Set<string>): Found | undefined {
  for (const { open, kind } of MARKS) {
    if (!text.startsWith(open, at) || unclosed.has(open)) continue;
    // An underscore inside a word is part of a name.
    if (open === "_" && /\w/u.test(text[at - 1] ?? "")) continue;
    const close = text.indexOf(open, at + open.length);
    if (close < 0) {
      unclosed.add(open);
      continue;
    }
    const inner = text.slice(at + open.length, close);
    if (inner === "" || inner.startsWith(" ")) continue;
    const end = close + open.length;
    if (kind === "code") return { piece: { kind, text: inner }, end };
    if (depth >= MAX_DEPTH) continue;
    return { piece: { kind, parts: parseInline(inner, depth + 1) }, end };
  }
  return undefined;
}

function linkAt(text: string, at: number, depth: number, unclosed: Set<string>): Found | undefined {
  if (depth >= MAX_DEPTH || unclosed.has("](")) return undefined;
  const middle = text.indexOf("](", at + 1);
  if (middle < 0) {
    unclosed.add("](");
    return undefined;
  }
  const close = text.indexOf(")", middle + 2);
  const label = text.slice(at + 1, middle);
  const to = text.slice(middle + 2, close < 0 ? middle + 2 : close);
  if (label === "" || label.includes("[") || label.includes("\n") || !isOwnPage(to)) return undefined;
  return { piece: { kind: "link", to, parts: parseInline(label, depth + 1) }, end: close + 1 };
}
