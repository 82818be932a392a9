/**
 * The parts of a line of rule YAML, for colouring only: it never decides what a rule means, the server does that.
 * Works line by line, with one piece of memory: the indentation of a block scalar (`|`, `>`) that is still open.
 */
export type YamlPart = "plain" | "key" | "modifier" | "text" | "number" | "word" | "comment" | "mark";
export interface YamlPiece {
  readonly part: YamlPart;
  readonly text: string;
}

const KEY = /^((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:'"[\]{},&*!][^#:]*?))(:)(?=\s|$)/u;
const QUOTED = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/u;
const NUMBER = /^[+-]?(?:\d[\d_]*(?:\.\d+)?|0x[\da-f]+)(?=\s*(?:#.*)?$|[,\]])/iu;
const CONSTANT = /^(?:true|false|null|~)(?=\s*(?:#.*)?$|[,\]])/iu;
const CONDITION_WORDS = /\b(?:and|or|not|of|all|them|1)\b/gu;
const BLOCK = /:\s*[|>][+-]?\d*\s*(?:#.*)?$/u;

function keyPieces(key: string): YamlPiece[] {
  const at = key.startsWith('"') || key.startsWith("'") ? -1 : key.indexOf("|");
  if (at < 0) return [{ part: "key", text: key }];
  return [
    { part: "key", text: key.slice(0, at) },
    { part: "modifier", text: key.slice(at) },
  ];
}

function conditionPieces(text: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  let last = 0;
  for (const match of text.matchAll(CONDITION_WORDS)) {
    if (match.index > last) pieces.push({ part: "text", text: text.slice(last, match.index) });
    pieces.push({ part: "word", text: match[0] });
    last = match.index + match[0].length;
  }
  if (last < text.length) pieces.push({ part: "text", text: text.slice(last) });
  return pieces;
}

/** A comment needs a blank before it, outside quotes. */
function valuePieces(value: string, isCondition: boolean): YamlPiece[] {
  const quoted = QUOTED.exec(value)?.[0];
  const body = quoted ?? value.replace(/\s+#.*$/u, "");
  const rest = value.slice(body.length);
  const pieces: YamlPiece[] = [];
  if (quoted !== undefined) pieces.push({ part: "text", text: quoted });
  else if (NUMBER.test(body)) pieces.push({ part: "number", text: body });
  else if (CONSTANT.test(body)) pieces.push({ part: "number", text: body });
  else if (/^[&*!|>[{]/u.test(body)) pieces.push({ part: "mark", text: body });
  else if (isCondition) pieces.push(...conditionPieces(body));
  else if (body !== "") pieces.push({ part: "text", text: body });
  if (rest !== "") pieces.push({ part: rest.trimStart().startsWith("#") ? "comment" : "plain", text: rest });
  return pieces;
}

function linePieces(line: string): YamlPiece[] {
  const pieces: YamlPiece[] = [];
  let rest = line;
  const take = (part: YamlPart, length: number) => {
    if (length > 0) pieces.push({ part, text: rest.slice(0, length) });
    rest = rest.slice(length);
  };
  take("plain", /^\s*/u.exec(rest)?.[0].length ?? 0);
  if (/^(?:---|\.\.\.)\s*$/u.test(rest)) return [...pieces, { part: "mark", text: rest }];
  if (rest.startsWith("#")) return [...pieces, { part: "comment", text: rest }];
  for (let dash = /^-(?:\s+|$)/u.exec(rest); dash !== null; dash = /^-(?:\s+|$)/u.exec(rest))
    take("mark", dash[0].length);
  const key = KEY.exec(rest);
  let isCondition = false;
  if (key?.[1] !== undefined) {
    isCondition = key[1] === "condition";
    pieces.push(...keyPieces(key[1]), { part: "mark", text: ":" });
    rest = rest.slice(key[1].length + 1);
    take("plain", /^\s*/u.exec(rest)?.[0].length ?? 0);
  }
  if (rest !== "") pieces.push(...valuePieces(rest, isCondition));
  return pieces;
}

/** Every line of the text as coloured pieces; joined, the pieces are the line itself. */
export function yamlLines(text: string): YamlPiece[][] {
  let block: number | undefined;
  return text.split("\n").map((line) => {
    const indent = /^\s*/u.exec(line)?.[0].length ?? 0;
    if (block !== undefined) {
      if (line.trim() === "" || indent > block) return line === "" ? [] : [{ part: "text", text: line }];
      block = undefined;
    }
    if (BLOCK.test(line) && !line.trimStart().startsWith("#")) block = indent;
    return linePieces(line);
  });
}
