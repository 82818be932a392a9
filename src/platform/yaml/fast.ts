/**
 * The part of YAML that rules are written in: block maps and lists, scalars on one line, literal blocks, comments.
 * About ten times faster than the full parser. Whatever it does not know for certain (flow collections, anchors,
 * tags, folded or many-line text, tabs, any mistake) makes it give up, and the full parser decides. So it never
 * reports an error and its result always equals the full parser's: fast.test.ts holds the two together.
 */
import { MAX_YAML_DEPTH } from "./limits.ts";
import { readQuoted, resolvePlain } from "./plain.ts";
import type { YamlDocument, YamlEntry, YamlNode, YamlScalar } from "./tree.ts";

export function parseFastYaml(text: string): YamlDocument[] | undefined {
  // Control characters, tabs and exotic line ends have rules of their own.
  if (/[\0-\x09\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufeff]|\r(?!\n)/.test(text)) return undefined;
  try {
    return new BlockReader(text).documents();
  } catch (error) {
    if (error === GIVE_UP) return undefined;
    throw error;
  }
}

const GIVE_UP = Symbol("left to the full parser");

function giveUp(): never {
  throw GIVE_UP;
}

interface Line {
  readonly number: number;
  readonly indent: number;
  /** Text without indentation and trailing blanks. */
  readonly text: string;
  /** Offset of the colon that ends the key it begins with, or -1. */
  readonly keyEnd: number;
}

const NO_KEY = -1;
const BLANK = 0x20;
const NUMBER_SIGN = 0x23;

/** A plain scalar or key must not start with one of these. */
const INDICATORS = "-?:,[]{}#&*!|>'\"%@`";

class BlockReader {
  private readonly lines: readonly string[];
  /** Index of the next line. */
  private at = 0;
  private depth = 0;
  /** What `peek` found, and from where it looked. */
  private ahead: Line | undefined;
  private aheadFrom = -1;

  constructor(text: string) {
    this.lines = text.includes("\r") ? text.split(/\r?\n/) : text.split("\n");
  }

  documents(): YamlDocument[] {
    const documents: YamlDocument[] = [];
    do {
      const first = this.peek();
      if (first === undefined) {
        if (documents.length > 0) giveUp();
        break;
      }
      if (first.indent > 0) giveUp();
      if (first.text === "---") {
        if (documents.length > 0) giveUp();
        this.at = first.number;
        continue;
      }
      const root = this.block(first);
      if (root.kind === "scalar") giveUp();
      documents.push({ line: root.line, root, problems: [] });
    } while (this.nextDocument());
    return documents;
  }

  private nextDocument(): boolean {
    const line = this.peek();
    if (line === undefined) return false;
    if (line.text !== "---") giveUp();
    this.at = line.number;
    return true;
  }

  /** The next line with content, not consumed. Its `number` is also the index of the line after it. */
  private peek(): Line | undefined {
    if (this.aheadFrom === this.at) return this.ahead;
    this.aheadFrom = this.at;
    this.ahead = undefined;
    for (let index = this.at; index < this.lines.length; index++) {
      const raw = this.lines[index] as string;
      const indent = blanksFrom(raw, 0);
      if (indent === raw.length || raw.charCodeAt(indent) === NUMBER_SIGN) continue;
      const text = raw.slice(indent, endOf(raw));
      if (indent === 0 && /^(?:%|\.\.\.|---.)/.test(text)) giveUp();
      this.ahead = { number: index + 1, indent, text, keyEnd: keyEnd(text) };
      break;
    }
    return this.ahead;
  }

  private block(first: Line): YamlNode {
    if (++this.depth > MAX_YAML_DEPTH / 2) giveUp();
    const node = isDash(first.text) ? this.list(first) : this.map(first);
    this.depth--;
    return node;
  }

  private list(first: Line): YamlNode {
    const items: YamlNode[] = [];
    for (
      let line: Line | undefined = first;
      line !== undefined && line.indent === first.indent && isDash(line.text);
      line = this.peek()
    ) {
      this.at = line.number;
      items.push(this.listItem(line));
    }
    this.endOfBlock(first.indent);
    return { kind: "list", line: first.number, items };
  }

  private listItem(line: Line): YamlNode {
    const start = blanksFrom(line.text, 1);
    const rest = line.text.slice(start);
    if (rest === "" || rest.startsWith("#")) return this.nested(line, false);
    if (isDash(rest)) giveUp();
    const inner: Line = { number: line.number, indent: line.indent + start, text: rest, keyEnd: keyEnd(rest) };
    if (inner.keyEnd !== NO_KEY) return this.map(inner);
    return this.scalar(inner, line.indent);
  }

  private map(first: Line): YamlNode {
    const entries: YamlEntry[] = [];
    const seen = new Set<string>();
    let line: Line | undefined = first;
    while (line !== undefined && line.indent === first.indent && !isDash(line.text) && line.text !== "---") {
      if (line.keyEnd === NO_KEY) giveUp();
      const key = keyOf(line.text, line.keyEnd);
      if (seen.has(key) || key === "<<") giveUp();
      seen.add(key);
      this.at = line.number;
      entries.push({ key, line: line.number, value: this.entryValue(line) });
      line = this.peek();
    }
    this.endOfBlock(first.indent);
    return { kind: "map", line: first.number, entries };
  }

  private entryValue(line: Line): YamlNode {
    const after = line.keyEnd + 1;
    const start = blanksFrom(line.text, after);
    const rest = line.text.slice(start);
    if (rest === "" || (rest.startsWith("#") && start > after)) return this.nested(line, true);
    return this.scalar({ ...line, indent: line.indent + start, text: rest }, line.indent);
  }

  /** What stands below a key or dash. A list may stand at its key's own indentation. */
  private nested(owner: Line, isKey: boolean): YamlNode {
    const next = this.peek();
    if (next !== undefined && next.indent > owner.indent) {
      if (!isDash(next.text) && next.keyEnd === NO_KEY) giveUp();
      return this.block(next);
    }
    if (isKey && next !== undefined && next.indent === owner.indent && isDash(next.text)) return this.block(next);
    if (!isKey) giveUp();
    return { kind: "scalar", line: owner.number, value: null };
  }

  private scalar(line: Line, ownerIndent: number): YamlScalar {
    if (line.text.startsWith("|")) return this.literal(line, ownerIndent);
    const scalar = scalarOnLine(line.text, line.number) ?? giveUp();
    const next = this.peek();
    // Text that goes on below is folded into this scalar, or is a mistake.
    if (next !== undefined && next.indent > ownerIndent) giveUp();
    return scalar;
  }

  private literal(header: Line, ownerIndent: number): YamlScalar {
    const strip = header.text === "|-";
    if (header.text !== "|" && !strip) giveUp();
    const held: string[] = [];
    let indent = -1;
    for (; this.at < this.lines.length; this.at++) {
      const raw = this.lines[this.at] as string;
      const own = blanksFrom(raw, 0);
      const blank = own === raw.length;
      if (indent === -1) {
        // Leading blank lines can decide the indentation: not here.
        if (blank || own <= ownerIndent) giveUp();
        indent = own;
      }
      if (!blank && own < indent) break;
      held.push(blank && own < indent ? "" : raw.slice(indent));
    }
    while (held.at(-1) === "") held.pop();
    if (held.length === 0 || /^ *$/.test(held.at(-1) as string)) giveUp();
    const next = this.peek();
    if (next !== undefined && next.indent > ownerIndent) giveUp();
    return { kind: "scalar", line: header.number, value: held.join("\n") + (strip ? "" : "\n") };
  }

  /** After a block only something less indented, or a sibling of the owner, may follow. */
  private endOfBlock(indent: number): void {
    const next = this.peek();
    if (next !== undefined && next.indent > indent) giveUp();
  }
}

function isDash(text: string): boolean {
  return text === "-" || text.startsWith("- ");
}

/** Where the blanks from `start` on end. */
function blanksFrom(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === BLANK) at++;
  return at;
}

/** Where the text ends but for blanks. */
function endOf(text: string): number {
  let end = text.length;
  while (text.charCodeAt(end - 1) === BLANK) end--;
  return end;
}

/** Offset of the colon that ends the key, or -1 when the line holds no key. */
function keyEnd(text: string): number {
  const first = text[0] as string;
  if (first === "'" || first === '"') {
    const quoted = readQuoted(text, 0);
    return quoted !== undefined && text[quoted.end] === ":" && isBlankOrEnd(text, quoted.end + 1) ? quoted.end : NO_KEY;
  }
  if (INDICATORS.includes(first)) return NO_KEY;
  for (let colon = text.indexOf(":"); colon !== -1; colon = text.indexOf(":", colon + 1)) {
    if (!isBlankOrEnd(text, colon + 1)) continue;
    const key = text.slice(0, colon);
    return key.includes(" #") || key.endsWith(" ") ? NO_KEY : colon;
  }
  return NO_KEY;
}

function keyOf(text: string, end: number): string {
  const first = text[0];
  return first === "'" || first === '"' ? (readQuoted(text, 0)?.text ?? giveUp()) : text.slice(0, end);
}

function isBlankOrEnd(text: string, at: number): boolean {
  return at >= text.length || text[at] === " ";
}

function scalarOnLine(text: string, line: number): YamlScalar | undefined {
  const first = text[0] as string;
  if (first === "'" || first === '"') {
    const quoted = readQuoted(text, 0);
    if (quoted === undefined || !/^(?: +#.*| *)$/.test(text.slice(quoted.end))) return undefined;
    return { kind: "scalar", line, value: quoted.text };
  }
  // "-x" and ":x" are plain text, other indicators are not.
  if (INDICATORS.includes(first) && !((first === "-" || first === ":" || first === "?") && !isBlankOrEnd(text, 1)))
    return undefined;
  const comment = text.indexOf(" #");
  const plain = comment === -1 ? text : text.slice(0, endOf(text.slice(0, comment)));
  if (plain.endsWith(":") || plain.includes(": ")) return undefined;
  return resolvePlain(plain, line);
}
