/**
 * Patterns proved safe, for Node's own engine. The pattern is written anew from its tree, as sets of code points and
 * without flags that change meaning, so that it says exactly what RE2 understands: `.` excludes only the line feed,
 * `\s` has six characters, case is folded beforehand.
 */
import type { CharSet } from "./char-set.ts";
import { proveLinear, trimmedPattern } from "./safety.ts";
import type { Assertion, Flags, Node } from "./syntax.ts";
import { readPattern } from "./syntax.ts";

/** Whether a pattern matches somewhere in a text. */
export interface NativeSearch {
  test(text: string): boolean;
}

/** A search in linear time by the engine of the language, or undefined: no proof. */
export function nativeSearch(source: string, flags: Flags): NativeSearch | undefined {
  const read = readPattern(source, flags);
  if (read === undefined) return undefined;
  const node = trimmedPattern(read);
  const proof = proveLinear(node);
  if (proof !== undefined) return new RegExp(write(proof.node), "u");
  return node.kind === "repeat" && node.node.kind === "set" ? new RunSearch(node.node.set, node.min) : undefined;
}

/** So many characters of a set in a row (`.{1000,}`): each run is read once, where trying from every start reads it often. */
class RunSearch implements NativeSearch {
  private readonly run: RegExp;
  private readonly least: number;

  constructor(set: CharSet, least: number) {
    this.run = new RegExp(`${writeSet(set)}+`, "gu");
    this.least = least;
  }

  test(text: string): boolean {
    const { run, least } = this;
    run.lastIndex = 0;
    for (let found = run.exec(text); found !== null; found = run.exec(text))
      if (hasCodePoints(found[0], least)) return true;
    return false;
  }
}

function hasCodePoints(text: string, least: number): boolean {
  if (text.length < least) return false;
  return text.length >= 2 * least || [...text].length >= least;
}

const assertions: Readonly<Record<Assertion, string>> = {
  start: "^",
  end: "$",
  word: "\\b",
  "not-word": "\\B",
};

function write(node: Node): string {
  switch (node.kind) {
    case "set":
      return writeSet(node.set);
    case "assert":
      return assertions[node.assertion];
    case "sequence":
      return node.parts.map((part) => (part.kind === "choice" ? `(?:${write(part)})` : write(part))).join("");
    case "choice":
      return node.parts.map(write).join("|");
    case "repeat": {
      const { min, max } = node;
      return `(?:${write(node.node)}){${min},${max === Number.POSITIVE_INFINITY ? "" : max}}`;
    }
  }
}

function writeSet(set: CharSet): string {
  const [only] = set;
  if (set.length === 1 && only !== undefined && only[0] === only[1]) return writeCode(only[0]);
  // An empty set, written `[]`, matches nothing, which is what it says.
  return `[${set.map(([low, high]) => (low === high ? writeCode(low) : `${writeCode(low)}-${writeCode(high)}`)).join("")}]`;
}

function writeCode(code: number): string {
  const character = String.fromCodePoint(code);
  return /[0-9A-Za-z]/.test(character) ? character : `\\u{${code.toString(16)}}`;
}
