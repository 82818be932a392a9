import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { JsonElementSplitter } from "./json-elements.ts";
import type { Line, Splitter } from "./lines.ts";
import { LineSplitter } from "./lines.ts";

function split(splitter: Splitter, bytes: Buffer, cuts: readonly number[] = []): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    lines.push(...splitter.push(bytes.subarray(from, cut)));
    from = cut;
  }
  return [...lines, ...splitter.end()];
}

const texts = (lines: readonly Line[]): string[] => lines.map((line) => ("text" in line ? line.text : line.problem));

describe("LineSplitter", () => {
  test("any chunking gives the same lines", () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom("\n", "\r\n", "\ufeff", "é", "𝄞", "\0", "x".repeat(40)));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(2_000)), (pieces, cuts) => {
        const bytes = Buffer.from(pieces.join(""));
        expect(split(new LineSplitter(32), bytes, cuts)).toEqual(split(new LineSplitter(32), bytes));
      }),
    );
  });

  test("arbitrary bytes never throw and every line feed counts", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const lines = split(new LineSplitter(16), Buffer.from(bytes));
        const feeds = bytes.filter((byte) => byte === 10).length;
        expect(lines.length).toBe(feeds + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0));
      }),
    );
  });

  test("a line over the limit is told by number and the next one comes through", () => {
    const lines = split(new LineSplitter(5), Buffer.from("ab\n1234567\ncd"), [4, 6]);
    expect(lines).toEqual([
      { line: 1, byteOffset: 0, text: "ab" },
      { line: 2, byteOffset: 3, problem: "line.too_long", bytes: 7 },
      { line: 3, byteOffset: 11, text: "cd" },
    ]);
  });

  test("a line of exactly the limit with CRLF passes", () => {
    expect(texts(split(new LineSplitter(3), Buffer.from("abc\r\nabcd\r\n")))).toEqual(["abc", "line.too_long"]);
  });

  test("byte order mark and carriage returns go, invalid UTF-8 is replaced and told", () => {
    const bytes = Buffer.concat([Buffer.from("\ufeffa\r\nb"), Buffer.from([0xff]), Buffer.from("\n\ufffd")]);
    expect(split(new LineSplitter(), bytes)).toEqual([
      { line: 1, byteOffset: 0, text: "a" },
      { line: 2, byteOffset: 6, text: "b\ufffd", replaced: true },
      { line: 3, byteOffset: 9, text: "\ufffd" },
    ]);
  });

  test("a line sent byte by byte is the same line", () => {
    const bytes = Buffer.from(`${"x".repeat(3_000)}\n`);
    const cuts = Array.from({ length: bytes.length }, (_, i) => i);
    expect(texts(split(new LineSplitter(), bytes, cuts))).toEqual(["x".repeat(3_000)]);
  });
});

describe("JsonElementSplitter", () => {
  test("elements of an array, however it is written and cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 12 }),
        fc.constantFrom(0, 2),
        fc.array(fc.nat(5_000)),
        (values, indent, cuts) => {
          const bytes = Buffer.from(JSON.stringify(values, null, indent));
          const lines = texts(split(new JsonElementSplitter(1), bytes, cuts));
          expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(bytes.toString()));
        },
      ),
    );
  });

  test("pretty-printed objects one after another, with the line each starts at", () => {
    const bytes = Buffer.from('{\n "a": "}{"\n}\n\n{ "b": [1, {}] }\n');
    expect(split(new JsonElementSplitter(0), bytes).map((line) => [line.line, texts([line])[0]])).toEqual([
      [1, '{\n "a": "}{"\n}'],
      [5, '{ "b": [1, {}] }'],
    ]);
  });

  test("an array wrapped in an object; its siblings are no elements", () => {
    const bytes = Buffer.from('{"Records":[{"a":1},{"b":[2]}],"next":{"x":[3]}}');
    expect(texts(split(new JsonElementSplitter(2), bytes, [3, 17]))).toEqual(['{"a":1}', '{"b":[2]}', "3"].slice(0, 2));
  });

  test("an element that is too long or never ends is told; the rest comes through", () => {
    const bytes = Buffer.from('[{"a":"0123456789"},{"b":1},{"c":');
    expect(texts(split(new JsonElementSplitter(1, 12), bytes))).toEqual(["line.too_long", '{"b":1}', "json.truncated"]);
  });

  test("arbitrary bytes never throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(0, 1, 2), (bytes, depth) => {
        split(new JsonElementSplitter(depth as 0 | 1 | 2, 20), Buffer.from(bytes));
      }),
    );
  });
});
