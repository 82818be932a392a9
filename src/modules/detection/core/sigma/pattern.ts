/**
 * Sigma strings: literals with `*` (any run, line breaks included), `?` (exactly one character) and, after `windash`,
 * a class for the dashes Windows accepts.
 *
 * Escapes (specification 2.1, "Escaping"): `\*` `\?` are literal, `\\` is one backslash anywhere, a backslash before
 * anything else (or at the end) is itself. So `\\*` is a backslash and a wildcard.
 */
export const ANY = 0;
export const ONE = 1;
export const DASH = 2;

/** Text is a literal run; the numbers are the special parts. Never two literals in a row, never two ANY in a row. */
export type Pattern = readonly (string | typeof ANY | typeof ONE | typeof DASH)[];

/** The characters `windash` treats as one (specification 2.1): hyphen, slash, en dash, em dash, horizontal bar. */
export const DASHES = "-/\u2013\u2014\u2015";

type Part = Pattern[number];

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;
const BACKSLASH = 0x5c;

/** Collects parts while keeping the invariant of Pattern. */
export function joinParts(parts: readonly Part[]): Pattern {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string") {
      if (part === "") continue;
      if (typeof last === "string") joined[joined.length - 1] = last + part;
      else joined.push(part);
    } else if (part !== ANY || last !== ANY) joined.push(part);
  }
  return joined;
}

export function parsePattern(text: string): Pattern {
  const parts: Part[] = [];
  let literal = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === STAR || unit === QUESTION_MARK) {
      parts.push(literal + text.slice(from, at), unit === STAR ? ANY : ONE);
      literal = "";
      from = at + 1;
    } else if (unit === BACKSLASH && isSpecial(text.charCodeAt(at + 1))) {
      literal += text.slice(from, at);
      from = ++at;
    }
  }
  parts.push(literal + text.slice(from));
  return joinParts(parts);
}

function isSpecial(unit: number): boolean {
  return unit === STAR || unit === QUESTION_MARK || unit === BACKSLASH;
}

/** The text of a pattern without special parts, or undefined. */
export function plainText(pattern: Pattern): string | undefined {
  if (pattern.length === 0) return "";
  const only = pattern[0];
  return pattern.length === 1 && typeof only === "string" ? only : undefined;
}

export function hasWildcard(pattern: Pattern): boolean {
  return pattern.some((part) => part === ANY || part === ONE);
}

/** `contains` and its kin never double a wildcard the author wrote. */
export function openStart(pattern: Pattern): Pattern {
  return joinParts([ANY, ...pattern]);
}

export function openEnd(pattern: Pattern): Pattern {
  return joinParts([...pattern, ANY]);
}

/**
 * Case folding by single UTF-16 units, so that folding never changes a length and every match can be shown in the
 * original text. Units whose lower case is longer (U+0130) stay as they are; so do surrogates.
 */
export const foldedUnits: Uint16Array = buildFoldTable();

function buildFoldTable(): Uint16Array {
  const table = new Uint16Array(0x1_0000);
  for (let unit = 0; unit < table.length; unit++) {
    const lower = unit >= 0xd800 && unit <= 0xdfff ? "" : String.fromCharCode(unit).toLowerCase();
    table[unit] = lower.length === 1 ? lower.charCodeAt(0) : unit;
  }
  return table;
}

export function foldUnit(unit: number): number {
  return foldedUnits[unit] as number;
}

/** Where `toLowerCase` depends on context or on pairs of units, the table decides. */
const needsTable = /[\u0130\u03a3\ud800-\udfff]/;
const tableRuns = /([\u0130\u03a3\ud800-\udfff]+)/;

export function fold(text: string): string {
  const lower = text.toLowerCase();
  if (lower === text || !needsTable.test(text)) return lower;
  // Odd pieces are the runs themselves; a long text with a few of them must not be folded unit by unit.
  return text
    .split(tableRuns)
    .map((piece, index) => (index % 2 === 0 ? piece.toLowerCase() : foldUnits(piece)))
    .join("");
}

function foldUnits(text: string): string {
  let folded = "";
  for (let at = 0; at < text.length; at++) folded += String.fromCharCode(foldUnit(text.charCodeAt(at)));
  return folded;
}

export function foldPattern(pattern: Pattern): Pattern {
  return pattern.map((part) => (typeof part === "string" ? fold(part) : part));
}

/** Half-open range of the original text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Greedy left-to-right matching of the segments between `*`: linear in text times segment length, no backtracking
 * over earlier segments. Returns the spans of the non-`*` parts, or undefined.
 */
export function matchPattern(pattern: Pattern, text: string): Span[] | undefined {
  const segments = splitAtAny(pattern);
  const first = segments[0] as Pattern;
  if (segments.length === 1)
    return fitsAt(first, text, 0) === text.length ? [{ start: 0, end: text.length }] : undefined;
  const last = segments.at(-1) as Pattern;
  const afterFirst = fitsAt(first, text, 0);
  const lastStart = text.length - unitsOf(last);
  if (afterFirst === -1 || lastStart < afterFirst || fitsAt(last, text, lastStart) === -1) return undefined;
  const spans: Span[] = [];
  if (afterFirst > 0) spans.push({ start: 0, end: afterFirst });
  let from = afterFirst;
  for (const segment of segments.slice(1, -1)) {
    const start = findSegment(segment, text, { from, until: lastStart });
    if (start === -1) return undefined;
    from = start + unitsOf(segment);
    spans.push({ start, end: from });
  }
  if (lastStart < text.length) spans.push({ start: lastStart, end: text.length });
  return spans;
}

/** Whether texts fit a pattern: what matchPattern finds without the spans, for a pattern that many texts are asked. */
export function patternTest(pattern: Pattern): (text: string) => boolean {
  const segments = splitAtAny(pattern).map(segmentOf);
  const [first, ...others] = segments as [Segment, ...Segment[]];
  const last = others.pop();
  if (last === undefined) return (text) => first.fitsAt(text, 0) === text.length;
  return (text) => {
    const until = text.length - last.size;
    let from = first.fitsAt(text, 0);
    if (from === -1 || until < from || last.fitsAt(text, until) === -1) return false;
    for (const { find, size } of others) {
      const start = find(text, from, until);
      if (start === -1) return false;
      from = start + size;
    }
    return true;
  };
}

/** What stands between two `*`. */
interface Segment {
  readonly size: number;
  /** Where it ends when it stands at this place, otherwise -1. */
  readonly fitsAt: (text: string, start: number) => number;
  /** Where it begins for the first time, wholly between two places, otherwise -1. */
  readonly find: (text: string, from: number, until: number) => number;
}

function segmentOf(segment: Pattern): Segment {
  const size = unitsOf(segment);
  const plain = plainText(segment);
  if (plain === undefined)
    return {
      size,
      fitsAt: (text, start) => fitsAt(segment, text, start),
      find: (text, from, until) => findSegment(segment, text, { from, until }),
    };
  return {
    size,
    fitsAt: (text, start) => (text.startsWith(plain, start) ? start + size : -1),
    find: (text, from, until) => {
      const start = text.indexOf(plain, from);
      return start + size <= until ? start : -1;
    },
  };
}

function splitAtAny(pattern: Pattern): Pattern[] {
  const segments: Part[][] = [[]];
  for (const part of pattern) {
    if (part === ANY) segments.push([]);
    else (segments.at(-1) as Part[]).push(part);
  }
  return segments;
}

function unitsOf(segment: Pattern): number {
  return segment.reduce<number>((sum, part) => sum + (typeof part === "string" ? part.length : 1), 0);
}

/** End of the segment when it fits at this place, otherwise -1. */
function fitsAt(segment: Pattern, text: string, start: number): number {
  let at = start;
  for (const part of segment) {
    if (typeof part === "string") {
      if (!text.startsWith(part, at)) return -1;
      at += part.length;
    } else {
      if (at >= text.length) return -1;
      if (part === DASH && !DASHES.includes(text[at] as string)) return -1;
      at++;
    }
  }
  return at;
}

function findSegment(segment: Pattern, text: string, range: { from: number; until: number }): number {
  const size = unitsOf(segment);
  const lead = segment[0];
  for (let start = range.from; start + size <= range.until; start++) {
    if (typeof lead === "string") {
      start = text.indexOf(lead, start);
      if (start === -1 || start + size > range.until) return -1;
    }
    if (fitsAt(segment, text, start) !== -1) return start;
  }
  return -1;
}
