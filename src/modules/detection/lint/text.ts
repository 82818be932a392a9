/** Checks on the characters of the file. Blocks of ours (`x-…`) hold samples, which are as their source wrote them. */
import type { MapNode } from "../core/sigma/index.ts";
import type { Fix, Report } from "./remark.ts";

/** First and last line, 1-based, both included. */
interface Lines {
  readonly first: number;
  readonly last: number;
}

export function checkText(text: string, roots: readonly MapNode[], report: Report): void {
  if (text.startsWith("\uFEFF"))
    report.add("text.bom", 1, "the file starts with a byte order mark", { fix: withoutBom(text) });
  const lines = text.split("\n");
  if (lines[0]?.endsWith("\r") === true) {
    report.add("text.crlf", 1, "lines end in CR LF", {
      hint: "let the editor write LF",
      fix: replaceAll(
        "end lines with LF",
        lines.map((line) => line.replace(/\r$/u, "")),
      ),
    });
  }
  if (text !== "" && !text.endsWith("\n")) {
    const last = lines.length;
    const fix = {
      description: "end the file with a line end",
      line: last,
      count: 1,
      lines: [lines[last - 1] ?? "", ""],
    };
    report.add("text.final-newline", last, "the last line does not end", { fix });
  }
  checkInvisible(lines, report);
  const sampled = roots.flatMap((root) => ownBlocks(root, roots, lines.length));
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    if (!sampled.some(({ first, last }) => number >= first && number <= last))
      checkLine(line.replace(/\r$/u, ""), number, report);
  }
}

const INVISIBLE = /[\u00A0\u200B-\u200F\u202A-\u202E\u2060-\u2069]|(?<=[^])\uFEFF/u;

/** Once for the file: rules about hidden characters are full of them. */
function checkInvisible(lines: readonly string[], report: Report): void {
  const found = lines.flatMap((line, index) => (INVISIBLE.test(line) ? [index + 1] : []));
  const [first] = found;
  if (first === undefined) return;
  const message =
    found.length === 1 ? "the line holds a character nobody sees" : `${found.length} lines hold characters nobody sees`;
  report.add("text.invisible", first, message, { hint: 'write them as "\\u00a0" where they are meant' });
}

function checkLine(line: string, number: number, report: Report): void {
  if (/[ \t]$/u.test(line)) {
    const fix = { description: "remove blanks at the line end", line: number, count: 1, lines: [line.trimEnd()] };
    report.add("text.trailing-blanks", number, "blanks at the end of the line", { fix });
  }
  if (line.trimEnd().includes("\t"))
    report.add("text.tab", number, "the line holds a tab", { hint: "indent with blanks" });
}

/** Top-level `x-…` entries up to the next entry. */
function ownBlocks(root: MapNode, roots: readonly MapNode[], end: number): Lines[] {
  const next = roots.find(({ line }) => line > root.line);
  const limit = next === undefined ? end : next.line - 1;
  return root.entries.flatMap(({ key, line }) => {
    if (!key.startsWith("x-")) return [];
    const after = root.entries.filter((other) => other.line > line).map((other) => other.line);
    return [{ first: line, last: after.length === 0 ? limit : Math.min(...after) - 1 }];
  });
}

function withoutBom(text: string): Fix {
  const [first = ""] = text.split("\n", 1);
  return { description: "remove the byte order mark", line: 1, count: 1, lines: [first.slice(1)] };
}

function replaceAll(description: string, lines: readonly string[]): Fix {
  return { description, line: 1, count: lines.length, lines };
}
