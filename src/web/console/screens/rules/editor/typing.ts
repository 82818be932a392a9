/** What Tab and Enter do in a YAML text: pure edits, so that the field's own undo keeps working. */
export interface Selected {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}
/** Replace `[from, to)` by `insert`, then select `[selectFrom, selectTo)`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
  readonly selectFrom: number;
  readonly selectTo: number;
}

const STEP = 2;

function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1;
}

function indentOf(line: string): number {
  return /^ */u.exec(line)?.[0].length ?? 0;
}

/** Tab at a caret: to the next even column. Tab over lines: all of them one step deeper. */
export function deeper({ text, from, to }: Selected): Edit {
  if (from === to) {
    const insert = " ".repeat(STEP - ((from - lineStart(text, from)) % STEP));
    return { from, to, insert, selectFrom: from + insert.length, selectTo: from + insert.length };
  }
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split("\n");
  const insert = lines.map((line) => (line === "" ? line : " ".repeat(STEP) + line)).join("\n");
  const first = lines[0] === "" ? 0 : STEP;
  return { from: start, to, insert, selectFrom: from + first, selectTo: start + insert.length };
}

/** Shift+Tab: every touched line one step shallower, as far as it has one. */
export function shallower({ text, from, to }: Selected): Edit {
  const start = lineStart(text, from);
  const end = text.indexOf("\n", to) < 0 ? text.length : text.indexOf("\n", to);
  const lines = text.slice(start, end).split("\n");
  const cut = lines.map((line) => Math.min(STEP, indentOf(line)));
  const insert = lines.map((line, index) => line.slice(cut[index])).join("\n");
  const removed = cut.reduce((sum, count) => sum + count, 0);
  const selectFrom = Math.max(start, from - (cut[0] ?? 0));
  return { from: start, to: end, insert, selectFrom, selectTo: Math.max(selectFrom, to - removed) };
}

/** Enter: the same indentation; deeper after a colon, and under the text of a list item that opens a map. */
export function nextLine({ text, from, to }: Selected): Edit {
  const line = text.slice(lineStart(text, from), from);
  const indent = indentOf(line);
  const body = line.slice(indent).replace(/\s+#.*$/u, "");
  const opens = /:\s*(?:[|>][+-]?)?$/u.test(body);
  const item = body.startsWith("- ");
  const isList = item && !/^- +[^\s'"][^'"]*:(?:\s|$)/u.test(body);
  const depth = indent + (opens ? STEP : 0) + (item && !isList ? STEP : 0);
  const insert = `\n${" ".repeat(depth)}${isList && body.trim() !== "-" ? "- " : ""}`;
  return { from, to, insert, selectFrom: from + insert.length, selectTo: from + insert.length };
}

/** First and last offset of a 1-based line. */
export function lineSpan(text: string, line: number): { readonly from: number; readonly to: number } {
  const lines = text.split("\n");
  const index = Math.max(0, Math.min(lines.length, line) - 1);
  const from = lines.slice(0, index).reduce((sum, each) => sum + each.length + 1, 0);
  return { from, to: from + (lines[index]?.length ?? 0) };
}
