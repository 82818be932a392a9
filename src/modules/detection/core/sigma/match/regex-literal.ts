/**
 * Texts that every match of a regular expression contains, case folded. Only the plainest reading is trusted: literal
 * runs at the top level of a pattern without alternation. Guessing less only costs speed.
 */
import { totalSurprise } from "../search/rarity.ts";

/** The shortest text worth looking for in every event; but hardly anything holds one of these. */
const MIN_LENGTH = 2;
const rareAlone = /^[`^]$/;
/** With the flag i, `k` and `s` also match the Kelvin sign and the long s, which fold differently here. */
const plain = /^[\x20-\x7e]$/;
const caseTrap = /^[ks]$/i;

/** What every text that a pattern matches has. */
export interface Required {
  /** Texts that stand in it in this order, one behind the other. */
  readonly literals: readonly string[];
  /** So many characters. */
  readonly length: number;
}

export function requiredOf(source: string, ignoreCase: boolean): Required {
  const flags = /^\(\?([a-zA-Z]+)\)/.exec(source);
  const body = flags === null ? source : source.slice(flags[0].length);
  // Extended mode changes what blanks mean; a later inline flag could change case. A group that captures nothing is fine.
  if (flags?.[1]?.includes("x") === true || /\(\?(?!:)/.test(body)) return NOTHING;
  return readPieces(body, ignoreCase || flags?.[1]?.includes("i") === true) ?? NOTHING;
}

/** Whether a case-folded text has what is required. */
export function hasRequired(folded: string, { literals, length }: Required): boolean {
  if (folded.length < length) return false;
  let from = 0;
  for (const literal of literals) {
    const at = folded.indexOf(literal, from);
    if (at === -1) return false;
    from = at + literal.length;
  }
  return true;
}

/** The one of them that events are least likely to hold, if any is worth looking for. */
export function requiredLiteral(source: string, ignoreCase: boolean): string | undefined {
  return rarestLiteral(requiredOf(source, ignoreCase).literals);
}

export function rarestLiteral(literals: readonly string[]): string | undefined {
  const worth = literals.filter((one) => one.length >= MIN_LENGTH || rareAlone.test(one));
  if (worth.length === 0) return undefined;
  return worth.reduce((best, one) => (totalSurprise(one) > totalSurprise(best) ? one : best));
}

const NOTHING: Required = { literals: [], length: 0 };

/** Undefined for alternatives, and for what this reader does not know. */
function readPieces(body: string, foldsCase: boolean): Required | undefined {
  // Of a character of two units a quantifier means both.
  if (/[\ud800-\udfff]/.test(body)) return undefined;
  const runs: string[] = [];
  let run = "";
  let length = 0;
  const close = (): void => {
    if (run !== "") runs.push(run.toLowerCase());
    run = "";
  };
  for (let at = 0; at < body.length; at++) {
    const piece = pieceAt(body, at);
    if (piece === undefined) return undefined;
    at = piece.end - 1;
    const quantifier = body[piece.end];
    const optional = quantifier === "*" || quantifier === "?" || quantifier === "{";
    if (piece.isCharacter === true) length += leastTimes(body, piece.end);
    if (
      piece.literal === undefined ||
      optional ||
      !plain.test(piece.literal) ||
      (foldsCase && caseTrap.test(piece.literal))
    )
      close();
    else run += piece.literal;
    if (quantifier === "+") close();
  }
  close();
  return { literals: runs, length };
}

interface Piece {
  readonly end: number;
  /** It stands for one character. */
  readonly isCharacter?: true;
  /** That one, in either case where it has two. */
  readonly literal?: string;
}

/** How often the piece before a quantifier occurs at least. */
function leastTimes(body: string, at: number): number {
  if (body[at] === "*" || body[at] === "?") return 0;
  if (body[at] !== "{") return 1;
  const counted = /^\{(\d+)(?:,\d*)?\}/.exec(body.slice(at, at + 16));
  return counted === null ? 0 : Number(counted[1]);
}

/** One element of the pattern; undefined = alternation or something this reader does not know. */
function pieceAt(body: string, at: number): Piece | undefined {
  const character = body[at] as string;
  if (character === "|") return undefined;
  if (character === "\\") return escapeAt(body, at);
  if (character === "[") return classAt(body, at);
  if (character === "(") return endOfGroup(body, at);
  if (character === "{") {
    const end = body.indexOf("}", at);
    return { end: end === -1 ? body.length : end + 1 };
  }
  if (character === ".") return { end: at + 1, isCharacter: true };
  return "^$*+?)".includes(character) ? { end: at + 1 } : { end: at + 1, isCharacter: true, literal: character };
}

/** `[Rr]` is the letter in either case. */
function classAt(body: string, at: number): Piece | undefined {
  const piece = endOfClass(body, at);
  if (piece === undefined) return undefined;
  const letters = /^\[([a-zA-Z])([a-zA-Z])\]$/.exec(body.slice(at, piece.end));
  const [one, other] = [letters?.[1], letters?.[2]];
  if (one === undefined || one === other || one.toLowerCase() !== other?.toLowerCase())
    return { ...piece, isCharacter: true };
  return { ...piece, isCharacter: true, literal: one };
}

function escapeAt(body: string, at: number): Piece | undefined {
  const next = body[at + 1];
  if (next === undefined || next === "Q") return undefined;
  if (/[a-zA-Z0-9]/.test(next)) {
    if (!/[dDwWsSbBAzntrfv]/.test(next)) return undefined;
    return "bBAz".includes(next) ? { end: at + 2 } : { end: at + 2, isCharacter: true };
  }
  return { end: at + 2, isCharacter: true, literal: next };
}

function endOfClass(body: string, at: number): Piece | undefined {
  let index = at + 1;
  if (body[index] === "^") index++;
  if (body[index] === "]") index++;
  for (; index < body.length; index++) {
    if (body[index] === "\\") index++;
    else if (body[index] === "[") return undefined;
    else if (body[index] === "]") return { end: index + 1 };
  }
  return undefined;
}

function endOfGroup(body: string, at: number): Piece | undefined {
  let depth = 0;
  for (let index = at; index < body.length; index++) {
    const character = body[index];
    if (character === "\\") index++;
    else if (character === "[") {
      const end = endOfClass(body, index);
      if (end === undefined) return undefined;
      index = end.end - 1;
    } else if (character === "(") depth++;
    else if (character === ")" && --depth === 0) return { end: index + 1 };
  }
  return undefined;
}
