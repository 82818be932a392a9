/**
 * Texts that every match of a regular expression contains, case folded. Only the plainest reading is trusted: literal
 * runs at the top level of a pattern without alternation. Guessing less only costs speed.
 */
import { totalSurprise } from "../search/rarity.ts";

/** The shortest text worth looking for in every event. */
const MIN_LENGTH = 2;
/** With the flag i, `k` and `s` also match the Kelvin sign and the long s, which fold differently here. */
const plain = /^[\x20-\x7e]$/;
const caseTrap = /^[ks]$/i;

/** All of them; a value that lacks one cannot match. */
export function requiredLiterals(source: string, ignoreCase: boolean): readonly string[] {
  const flags = /^\(\?([a-zA-Z]+)\)/.exec(source);
  const body = flags === null ? source : source.slice(flags[0].length);
  // Extended mode changes what blanks mean; a later inline flag could change case. A group that captures nothing is fine.
  if (flags?.[1]?.includes("x") === true || /\(\?(?!:)/.test(body)) return [];
  const runs = literalRuns(body, ignoreCase || flags?.[1]?.includes("i") === true) ?? [];
  return [...new Set(runs.map((run) => run.toLowerCase()))];
}

/** The one of them that events are least likely to hold, if any is worth looking for. */
export function requiredLiteral(source: string, ignoreCase: boolean): string | undefined {
  return rarestLiteral(requiredLiterals(source, ignoreCase));
}

export function rarestLiteral(literals: readonly string[]): string | undefined {
  const worth = literals.filter(({ length }) => length >= MIN_LENGTH);
  if (worth.length === 0) return undefined;
  return worth.reduce((best, one) => (totalSurprise(one) > totalSurprise(best) ? one : best));
}

function literalRuns(body: string, foldsCase: boolean): string[] | undefined {
  const runs: string[] = [];
  let run = "";
  const close = (): void => {
    if (run !== "") runs.push(run);
    run = "";
  };
  for (let at = 0; at < body.length; at++) {
    const piece = pieceAt(body, at);
    if (piece === undefined) return undefined;
    at = piece.end - 1;
    const quantifier = body[piece.end];
    const optional = quantifier === "*" || quantifier === "?" || quantifier === "{";
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
  return runs;
}

interface Piece {
  readonly end: number;
  readonly literal?: string;
}

/** One element of the pattern; undefined = alternation or something this reader does not know. */
function pieceAt(body: string, at: number): Piece | undefined {
  const character = body[at] as string;
  if (character === "|") return undefined;
  if (character === "\\") return escapeAt(body, at);
  if (character === "[") return endOfClass(body, at);
  if (character === "(") return endOfGroup(body, at);
  if (character === "{") {
    const end = body.indexOf("}", at);
    return { end: end === -1 ? body.length : end + 1 };
  }
  return ".^$*+?)".includes(character) ? { end: at + 1 } : { end: at + 1, literal: character };
}

function escapeAt(body: string, at: number): Piece | undefined {
  const next = body[at + 1];
  if (next === undefined || next === "Q") return undefined;
  if (/[a-zA-Z0-9]/.test(next)) {
    if (!/[dDwWsSbBAzntrfv]/.test(next)) return undefined;
    return { end: at + 2 };
  }
  return { end: at + 2, literal: next };
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
