import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deeper, type Edit, lineSpan, nextLine, type Selected, shallower } from "./typing.ts";

/** `|` is the caret, `[` and `]` the ends of a selection. */
function at(marked: string): Selected {
  const from = marked.search(/[|[]/u);
  const rest = marked.replace(/[|[]/u, "");
  const to = rest.indexOf("]") < 0 ? from : rest.indexOf("]");
  return { text: rest.replace("]", ""), from, to };
}

function after({ text }: Selected, edit: Edit): string {
  const next = text.slice(0, edit.from) + edit.insert + text.slice(edit.to);
  const { selectFrom, selectTo } = edit;
  return selectFrom === selectTo
    ? `${next.slice(0, selectFrom)}|${next.slice(selectFrom)}`
    : `${next.slice(0, selectFrom)}[${next.slice(selectFrom, selectTo)}]${next.slice(selectTo)}`;
}

describe("Tab", () => {
  test.each([
    ["a: |", "a:  |"],
    ["|a", "  |a"],
    [" |a", "  |a"],
    ["a\n[b\n\nc]", "a\n  [b\n\n  c]"],
  ])("%j", (before, wanted) => expect(after(at(before), deeper(at(before)))).toBe(wanted));

  test.each([
    ["  a|b", "a|b"],
    [" a|", "a|"],
    ["a|", "a|"],
    ["x\n  [a\n    b]\nc", "x\n[a\n  b]\nc"],
  ])("back: %j", (before, wanted) => expect(after(at(before), shallower(at(before)))).toBe(wanted));
});

describe("Enter", () => {
  test.each([
    ["detection:|", "detection:\n  |"],
    ["  sel:|", "  sel:\n    |"],
    ["  a: b|", "  a: b\n  |"],
    ["    - one|", "    - one\n    - |"],
    ["    - field: value|", "    - field: value\n      |"],
    ["description: >-|", "description: >-\n  |"],
    ["detection: # note|", "detection: # note\n  |"],
  ])("%j", (before, wanted) => expect(after(at(before), nextLine(at(before)))).toBe(wanted));
});

test("deeper and back again leaves the words as they were", () => {
  const line = fc.stringMatching(/^ {0,4}[a-z:]{0,6}$/u);
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => {
      const text = lines.join("\n");
      const once = deeper({ text, from: 0, to: text.length });
      const deep = text.slice(0, once.from) + once.insert + text.slice(once.to);
      const back = shallower({ text: deep, from: 0, to: deep.length });
      if (text === "") return;
      expect(deep.slice(0, back.from) + back.insert + deep.slice(back.to)).toBe(text);
    }),
  );
});

test("a line that does not exist is the last one", () => {
  expect(lineSpan("a\nbc", 2)).toEqual({ from: 2, to: 4 });
  expect(lineSpan("a\nbc", 9)).toEqual({ from: 2, to: 4 });
  expect(lineSpan("", 1)).toEqual({ from: 0, to: 0 });
});
