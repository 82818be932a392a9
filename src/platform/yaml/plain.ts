/** The YAML 1.2 core schema for unquoted text, and quoted text on one line. */
import { tableOf } from "../../kernel/index.ts";
import type { YamlScalar } from "./tree.ts";

const decimal = /^[-+]?\d+$/;
const radix = /^0(?:x[0-9a-fA-F]+|o[0-7]+)$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const special = /^[-+]?\.(?:inf|nan)$/i;

/** Undefined: leave it to the full parser. */
export function resolvePlain(text: string, line: number): YamlScalar | undefined {
  switch (text) {
    case "":
    case "~":
    case "null":
    case "Null":
    case "NULL":
      return { kind: "scalar", line, value: null };
    case "true":
    case "True":
    case "TRUE":
      return { kind: "scalar", line, value: true };
    case "false":
    case "False":
    case "FALSE":
      return { kind: "scalar", line, value: false };
  }
  const first = text.charCodeAt(0);
  const startsLikeNumber = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!startsLikeNumber) return { kind: "scalar", line, value: text };
  if (special.test(text)) return undefined;
  if (!decimal.test(text) && !radix.test(text) && !float.test(text)) return { kind: "scalar", line, value: text };
  const value = Number(text);
  return String(value) === text ? { kind: "scalar", line, value } : { kind: "scalar", line, value, written: text };
}

export interface Quoted {
  readonly text: string;
  /** Offset after the closing quote. */
  readonly end: number;
}

/** Quoted text that starts at `start` and closes on the same line; undefined for anything else. */
export function readQuoted(line: string, start: number): Quoted | undefined {
  return line[start] === "'" ? readSingle(line, start) : readDouble(line, start);
}

function readSingle(line: string, start: number): Quoted | undefined {
  let from = start + 1;
  for (;;) {
    const close = line.indexOf("'", from);
    if (close === -1) return undefined;
    if (line[close + 1] !== "'") return { text: line.slice(start + 1, close).replaceAll("''", "'"), end: close + 1 };
    from = close + 2;
  }
}

const escapes = tableOf<string>({ "\\": "\\", '"': '"', "/": "/", n: "\n", r: "\r", t: "\t" });

function readDouble(line: string, start: number): Quoted | undefined {
  let text = "";
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at] as string;
    if (character === '"') return { text, end: at + 1 };
    if (character !== "\\") {
      text += character;
      continue;
    }
    const escaped = escapes[line[++at] ?? ""];
    if (escaped === undefined) return undefined;
    text += escaped;
  }
  return undefined;
}
