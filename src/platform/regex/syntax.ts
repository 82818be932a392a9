/**
 * Reader of the part of RE2's syntax whose meaning this code knows exactly (github.com/google/re2, wiki "Syntax").
 * Everything else gives undefined: such a pattern is left to the linear-time engine. Only asked about patterns that
 * engine has accepted, so what is not valid RE2 never comes here.
 */
import { tableOf } from "../../kernel/index.ts";
import type { CharSet } from "./char-set.ts";
import { ANYTHING, complement, foldAscii, setOf, union } from "./char-set.ts";

export type Assertion = "start" | "end" | "word" | "not-word";

export type Node =
  | { readonly kind: "set"; readonly set: CharSet }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly node: Node; readonly min: number; readonly max: number };

export interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

class Unknown extends Error {}

export function readPattern(source: string, flags: Flags): Node | undefined {
  try {
    const reader = new PatternReader(source);
    const node = reader.choice(flags, 0);
    return reader.atEnd() ? node : undefined;
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

const MAX_DEPTH = 50;
const digits = setOf([0x30, 0x39]);
const words = setOf([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]);
const blanks = setOf([0x09, 0x0a], [0x0c, 0x0d], [0x20, 0x20]);
const newline = setOf([0x0a, 0x0a]);
const perlClasses = tableOf<CharSet>({ d: digits, w: words, s: blanks });
const controls = tableOf<number>({ a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 });

class PatternReader {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  atEnd(): boolean {
    return this.at === this.source.length;
  }

  choice(given: Flags, depth: number): Node {
    if (depth > MAX_DEPTH) throw new Unknown();
    let flags = given;
    const branches: Node[] = [];
    let parts: Node[] = [];
    while (!this.atEnd() && this.source[this.at] !== ")") {
      if (this.take("|")) {
        branches.push(sequenceOf(parts));
        parts = [];
        continue;
      }
      // `(?i)` holds to the end of its group, over alternatives too.
      const changed = this.flagGroup(flags, ")");
      if (changed === undefined) parts.push(this.repeated(flags, depth));
      else flags = changed;
    }
    branches.push(sequenceOf(parts));
    return choiceOf(branches);
  }

  private take(text: string): boolean {
    if (!this.source.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** `(?im-s)` or, up to the colon, `(?im-s:`. */
  private flagGroup(flags: Flags, end: ")" | ":"): Flags | undefined {
    const found = /^\(\?([ims]*)(?:-([ims]+))?([):])/.exec(this.source.slice(this.at, this.at + 12));
    if (found === null || found[3] !== end || (end === ")" && found[0] === "(?)")) return undefined;
    this.at += found[0].length;
    const holds = (letter: string, before: boolean): boolean =>
      found[2]?.includes(letter) === true ? false : before || found[1]?.includes(letter) === true;
    return {
      ignoreCase: holds("i", flags.ignoreCase),
      multiline: holds("m", flags.multiline),
      dotAll: holds("s", flags.dotAll),
    };
  }

  private repeated(flags: Flags, depth: number): Node {
    const node = this.single(flags, depth);
    const range = this.quantifier();
    if (range === undefined) return node;
    this.take("?");
    // Doubled quantifiers, and those of assertions, are read differently by different engines.
    if (node.kind === "assert" || this.quantifier() !== undefined) throw new Unknown();
    return repeatOf(node, range[0], range[1]);
  }

  private quantifier(): readonly [number, number] | undefined {
    if (this.take("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.take("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.take("?")) return [0, 1];
    if (this.source[this.at] !== "{") return undefined;
    const found = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}/.exec(this.source.slice(this.at, this.at + 12));
    if (found === null) throw new Unknown();
    this.at += found[0].length;
    const min = Number(found[1]);
    return [min, found[2] === undefined ? min : found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3])];
  }

  private single(flags: Flags, depth: number): Node {
    if (this.source[this.at] === "(") return this.group(flags, depth);
    if (this.take("[")) return { kind: "set", set: this.charClass(flags) };
    if (this.take(".")) return { kind: "set", set: flags.dotAll ? ANYTHING : complement(newline) };
    if (this.take("^")) return lineEnd("start", flags);
    if (this.take("$")) return lineEnd("end", flags);
    if (this.take("\\")) return this.escape(flags);
    const code = this.source.codePointAt(this.at) as number;
    if ("*+?{".includes(String.fromCodePoint(code))) throw new Unknown();
    this.at += code > 0xffff ? 2 : 1;
    return { kind: "set", set: folded(setOf([code, code]), flags) };
  }

  private group(flags: Flags, depth: number): Node {
    const scoped = this.flagGroup(flags, ":");
    if (scoped === undefined) {
      this.at++;
      // Named groups and whatever else begins like this.
      if (this.source[this.at] === "?") throw new Unknown();
    }
    const node = this.choice(scoped ?? flags, depth + 1);
    if (!this.take(")")) throw new Unknown();
    return node;
  }

  private escape(flags: Flags): Node {
    const letter = this.source[this.at] ?? "";
    const assertions: Readonly<Record<string, Assertion>> = { A: "start", z: "end", b: "word", B: "not-word" };
    const assertion = assertions[letter];
    if (assertion !== undefined) {
      this.at++;
      return { kind: "assert", assertion };
    }
    return { kind: "set", set: this.escapedSet(flags) };
  }

  /** After the backslash: a class such as `\d`, or one character. */
  private escapedSet(flags: Flags): CharSet {
    const letter = this.source[this.at] ?? "";
    const perl = perlClasses[letter.toLowerCase()];
    if (perl !== undefined) {
      this.at++;
      const set = folded(perl, flags);
      return letter === letter.toLowerCase() ? set : complement(set);
    }
    const code = this.escapedCode();
    return folded(setOf([code, code]), flags);
  }

  private escapedCode(): number {
    const found = /^(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|([aftnrv])|([^0-9A-Za-z\u0080-\u{10ffff}]))/u.exec(
      this.source.slice(this.at, this.at + 10),
    );
    if (found === null) throw new Unknown();
    this.at += found[0].length;
    const [, short, long, control, literal] = found;
    const hexadecimal = short ?? long;
    if (hexadecimal !== undefined) return Number.parseInt(hexadecimal, 16);
    return control === undefined ? (literal as string).charCodeAt(0) : (controls[control] as number);
  }

  private charClass(flags: Flags): CharSet {
    const negated = this.take("^");
    const sets: CharSet[] = [];
    while (sets.length === 0 || this.source[this.at] !== "]") {
      if (this.atEnd() || this.source.startsWith("[:", this.at)) throw new Unknown();
      if (this.source[this.at] === "\\" && /^\\[dwsDWS]/.test(this.source.slice(this.at, this.at + 2))) {
        this.at++;
        sets.push(this.escapedSet(flags));
        if (this.source[this.at] === "-" && this.source[this.at + 1] !== "]") throw new Unknown();
        continue;
      }
      const low = this.classCode();
      const ranged =
        this.source[this.at] === "-" && this.source[this.at + 1] !== "]" && this.source[this.at + 1] !== undefined;
      if (ranged) this.at++;
      const high = ranged ? this.classCode() : low;
      if (high < low) throw new Unknown();
      sets.push(folded(setOf([low, high]), flags));
    }
    this.at++;
    const set = union(...sets);
    return negated ? complement(set) : set;
  }

  private classCode(): number {
    if (this.take("\\")) return this.escapedCode();
    const code = this.source.codePointAt(this.at);
    if (code === undefined) throw new Unknown();
    this.at += code > 0xffff ? 2 : 1;
    return code;
  }
}

/** RE2's lines end at the line feed only, JavaScript's at four characters. */
function lineEnd(assertion: "start" | "end", { multiline }: Flags): Node {
  if (multiline) throw new Unknown();
  return { kind: "assert", assertion };
}

function folded(set: CharSet, { ignoreCase }: Flags): CharSet {
  if (!ignoreCase) return set;
  const all = foldAscii(set);
  if (all === undefined) throw new Unknown();
  return all;
}

export function sequenceOf(parts: readonly Node[]): Node {
  const flat = parts.flatMap((part) => (part.kind === "sequence" ? part.parts : [part]));
  return flat.length === 1 ? (flat[0] as Node) : { kind: "sequence", parts: flat };
}

export function choiceOf(parts: readonly Node[]): Node {
  const flat = parts.flatMap((part) => (part.kind === "choice" ? part.parts : [part]));
  const sets = flat.flatMap((part) => (part.kind === "set" ? [part.set] : []));
  if (sets.length === flat.length) return { kind: "set", set: union(...sets) };
  return flat.length === 1 ? (flat[0] as Node) : { kind: "choice", parts: flat };
}

export function repeatOf(node: Node, min: number, max: number): Node {
  return min === 1 && max === 1 ? node : { kind: "repeat", node, min, max };
}
