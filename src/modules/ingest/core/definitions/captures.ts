/**
 * The types a capture can have. A span runs to where what follows it begins; every other type knows itself where it
 * ends, is read as far as it goes, and is never shortened again: that is what keeps a pattern linear.
 */
import type { FieldScalar } from "../../../../kernel/index.ts";
import { addressEnd } from "./addresses.ts";
import { timeFormat, type TimeFormat } from "./time-format.ts";

export type Span = "text" | "word" | "last";

export interface SelfEnding {
  /** Where the value that starts at `at` ends, or -1. */
  readonly end: (text: string, at: number) => number;
  readonly value: (text: string, at: number, end: number) => FieldScalar;
  /** Shapes of what it can start with; undefined: anything. */
  readonly shapes?: readonly string[];
  /** The type whose values are the event's time. */
  readonly time?: TimeFormat;
}

export type CaptureType = { readonly span: Span } | { readonly ending: SelfEnding } | { readonly complaint: string };

const slice = (text: string, at: number, end: number): string => text.slice(at, end);

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function integerEnd(text: string, at: number): number {
  let end = text[at] === "-" ? at + 1 : at;
  const from = end;
  while (end < from + 19 && isDigit(text.charCodeAt(end))) end++;
  return end === from ? -1 : end;
}

function numberEnd(text: string, at: number): number {
  const end = integerEnd(text, at);
  if (end < 0 || text[end] !== "." || !isDigit(text.charCodeAt(end + 1))) return end;
  let after = end + 1;
  while (after < end + 20 && isDigit(text.charCodeAt(after))) after++;
  return after;
}

/** Digits; whether it is a port that exists is for whoever uses it (../parsed.ts, portNumber). */
function portEnd(text: string, at: number): number {
  let end = at;
  while (end < at + 9 && isDigit(text.charCodeAt(end))) end++;
  return end === at ? -1 : end;
}

/** A run of at least one character for which `takes` holds. */
function runEnd(takes: (code: number) => boolean): (text: string, at: number) => number {
  return (text, at) => {
    let end = at;
    while (end < text.length && takes(text.charCodeAt(end))) end++;
    return end === at ? -1 : end;
  };
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

function isName(code: number): boolean {
  return (
    isDigit(code) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 45 ||
    code === 46 ||
    code === 95
  );
}

const nameEnd = runEnd(isName);

/** An address, with or without the brackets in which IPv6 stands before a port. */
const ip: SelfEnding = {
  end: (text, at) => {
    if (text[at] !== "[") return addressEnd(text, at);
    const end = addressEnd(text, at + 1);
    return end >= 0 && text[end] === "]" ? end + 1 : -1;
  },
  value: (text, at, end) => (text[at] === "[" ? text.slice(at + 1, end - 1) : text.slice(at, end)),
  shapes: ["0", "a", ":", "["],
};

/** An address, or else a name, as programs write who their peer is. */
function hostEnd(text: string, at: number): number {
  const address = addressEnd(text, at);
  const name = nameEnd(text, at);
  return name > address ? name : address;
}

const MAC = /^[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}/;

function macEnd(text: string, at: number): number {
  const match = MAC.exec(text.slice(at, at + 17));
  return match === null ? -1 : at + match[0].length;
}

function spaceEnd(text: string, at: number): number {
  let end = at;
  while (text[end] === " " || text[end] === "\t") end++;
  return end === at ? -1 : end;
}

const LABELS = /^(?:\(\d{1,2}\)[^\s()]{1,63}){0,64}\(0\)/;

/** A domain name as Microsoft's DNS server writes it: `(3)www(7)example(0)`. */
const labels: SelfEnding = {
  end: (text, at) => {
    const match = LABELS.exec(text.slice(at, at + 1_024));
    return match === null ? -1 : at + match[0].length;
  },
  value: (text, at, end) =>
    text
      .slice(at, end)
      .split(/\(\d+\)/)
      .filter((label) => label !== "")
      .join("."),
  shapes: ["(0"],
};

/** A text in quotes, in which a backslash or a second quote takes the next character as it is. */
function quotedType(mark: string): SelfEnding {
  const end = (text: string, at: number): number => {
    if (text[at] !== mark) return -1;
    for (let i = at + 1; i < text.length; i++) {
      if (text[i] === "\\") i++;
      else if (text[i] === mark) {
        if (text[i + 1] !== mark) return i + 1;
        // `""` at the end of an empty value is a closing quote, inside a value a doubled one.
        if (i === at + 1) return i + 1;
        i++;
      }
    }
    return -1;
  };
  const value = (text: string, at: number, stop: number): string => {
    const inner = text.slice(at + 1, stop - 1);
    if (!inner.includes("\\") && !inner.includes(mark)) return inner;
    let out = "";
    for (let i = 0; i < inner.length; i++) {
      const next = inner[i + 1];
      if (inner[i] === "\\" && (next === mark || next === "\\")) i++;
      else if (inner[i] === mark && next === mark) i++;
      out += inner[i];
    }
    return out;
  };
  return { end, value, shapes: [mark] };
}

/** `a-z0-9_`: the characters themselves and ranges of them. */
function charsType(argument: string, without: boolean): SelfEnding {
  const listed = new Set<number>();
  for (let i = 0; i < argument.length; i++) {
    const from = argument.charCodeAt(i);
    if (argument[i + 1] !== "-" || i + 2 >= argument.length || without) {
      listed.add(from);
      continue;
    }
    for (let code = from; code <= argument.charCodeAt(i + 2) && code < 0x250; code++) listed.add(code);
    i += 2;
  }
  return { end: runEnd((code) => listed.has(code) !== without), value: slice };
}

function oneOf(argument: string): SelfEnding {
  // The longest first, so that "read" does not hide "readonly".
  const words = argument.split("|").sort((a, b) => b.length - a.length);
  return {
    end: (text, at) => {
      for (const word of words) if (text.startsWith(word, at)) return at + word.length;
      return -1;
    },
    value: slice,
    shapes: words.filter((word) => word !== ""),
  };
}

const toNumber = (text: string, at: number, end: number): number => Number(text.slice(at, end));

const SIMPLE: ReadonlyMap<string, SelfEnding> = new Map<string, SelfEnding>([
  ["int", { end: integerEnd, value: toNumber, shapes: ["0", "-"] }],
  ["number", { end: numberEnd, value: toNumber, shapes: ["0", "-"] }],
  ["port", { end: portEnd, value: toNumber, shapes: ["0"] }],
  ["hex", { end: runEnd(isHex), value: slice, shapes: ["0", "a"] }],
  ["ip", ip],
  ["host", { end: hostEnd, value: slice }],
  ["name", { end: nameEnd, value: slice }],
  ["mac", { end: macEnd, value: slice, shapes: ["0", "a"] }],
  ["labels", labels],
  ["space", { end: spaceEnd, value: slice, shapes: [" ", "\t"] }],
]);

/** All type names, for hints. */
export const CAPTURE_TYPES: readonly string[] = [
  "text",
  "word",
  "last",
  ...SIMPLE.keys(),
  "quoted",
  "chars",
  "until",
  "one",
  "time",
];

export function captureType(type: string, argument: string | undefined): CaptureType {
  if (type === "text" || type === "word" || type === "last") return { span: type };
  const simple = SIMPLE.get(type);
  if (simple !== undefined) return { ending: simple };
  if (type === "quoted") return { ending: quotedType(argument?.[0] ?? '"') };
  if (!CAPTURE_TYPES.includes(type)) return { complaint: `there is no type ${type}` };
  if (argument === undefined || argument === "") return { complaint: `${type} needs an argument: ${type}(…)` };
  if (type === "one") return { ending: oneOf(argument) };
  if (type !== "time") return { ending: charsType(argument, type === "until") };
  const time = timeFormat(argument);
  if (time === undefined) return { complaint: `the time format has a sign that is not known: ${argument}` };
  return {
    ending: {
      end: (text, at) => time.read(text, at),
      value: slice,
      shapes: time.shape === "" ? [] : [time.shape],
      time,
    },
  };
}
