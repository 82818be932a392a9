import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChunkWriter, type TextValue } from "./column-chunk.ts";
import { FileWriter, openFile } from "./file.ts";
import type { ColumnShape } from "./format.ts";
import { FileJoin } from "./join.ts";
import { decodeStruct, encodeStruct, type ThriftStruct, type ThriftValue } from "./thrift.ts";

const SHAPES: readonly ColumnShape[] = [
  { name: "word", physical: "text" },
  { name: "time", physical: "int64" },
];

function fileOf(words: readonly (string | undefined)[]): Uint8Array {
  return new FileWriter(new ChunkWriter()).write({
    rows: words.length,
    shapes: SHAPES,
    metadata: { about: "words" },
    columns: (writer) => [
      writer.texts(SHAPES[0] as ColumnShape, words, true),
      writer.instants(
        SHAPES[1] as ColumnShape,
        words.map((_, index) => index),
      ),
    ],
  });
}

/** One column that is written plain, of texts in any shape. */
function plainFileOf(texts: readonly (TextValue | undefined)[]): Uint8Array {
  return new FileWriter(new ChunkWriter()).write({
    rows: texts.length,
    shapes: SHAPES.slice(0, 1),
    metadata: {},
    columns: (writer) => [writer.texts(SHAPES[0] as ColumnShape, texts, false)],
  });
}

const value: fc.Arbitrary<ThriftValue> = fc.letrec<{ value: ThriftValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.boolean().map((one): ThriftValue => ({ kind: "bool", value: one })),
    fc.maxSafeInteger().map((one): ThriftValue => ({ kind: "i64", value: Math.trunc(one / 2) })),
    fc.uint8Array({ maxLength: 20 }).map((one): ThriftValue => ({ kind: "binary", value: one })),
    fc
      .array(fc.nat(), { maxLength: 40 })
      .map(
        (items): ThriftValue => ({ kind: "list", of: "i32", items: items.map((one) => ({ kind: "i32", value: one })) }),
      ),
    fc
      .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 300 }), tie("value")), { selector: ([id]) => id, maxLength: 5 })
      .map((fields): ThriftValue => ({ kind: "struct", fields: new Map(fields.sort(([a], [b]) => a - b)) })),
  ),
})).value;
const struct: fc.Arbitrary<ThriftStruct> = value.map((one) => new Map([[1, one]]));

describe("metadata", () => {
  test("comes back as it was written", () => {
    fc.assert(
      fc.property(struct, (fields) => {
        const bytes = encodeStruct(fields);
        // Buffers compare by their bytes once they are written again.
        expect(encodeStruct(decodeStruct(bytes))).toEqual(bytes);
      }),
    );
  });

  test("that is no metadata is refused in bounded time", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        try {
          encodeStruct(decodeStruct(bytes));
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect(error).not.toBeInstanceOf(RangeError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("files", () => {
  test("say what they are about; anything cut off is not a file", () => {
    const bytes = fileOf(["a", undefined, "b"]);
    expect(openFile(bytes).pairs.get("about")).toBe("words");
    for (const length of [0, 7, 12, bytes.length - 1]) expect(() => openFile(bytes.subarray(0, length))).toThrow();
  });

  test("are joined with every row group at its new place", () => {
    const parts = [fileOf(["a", "b"]), fileOf(Array.from({ length: 3_000 }, (_, n) => `w${n}`)), fileOf(["c"])];
    const join = new FileJoin(SHAPES);
    const joined = Buffer.concat([join.head, ...parts.map((part) => join.add(part)), join.end({ about: "all" })]);
    const { metadata, pairs } = openFile(joined);
    expect(pairs.get("about")).toBe("all");
    expect(metadata.get(3)).toEqual({ kind: "i64", value: 3_003 });
    const groups = metadata.get(4);
    expect(groups?.kind === "list" ? groups.items.length : 0).toBe(3);
    // Joined once more it is the same again: places move by nothing.
    const again = new FileJoin(SHAPES);
    expect(Buffer.concat([again.head, again.add(joined), again.end({ about: "all" })]).equals(joined)).toBe(true);
  });
});

test("texts as bytes, also with edits, are stored as the same texts as strings are", () => {
  const text = fc.string({ unit: "binary", maxLength: 30 });
  const spliced = fc.array(fc.tuple(text, fc.option(text)), { maxLength: 5 }).map((parts) => {
    const edits = [];
    let from = 0;
    for (const [kept, replacement] of parts) {
      const to = from + Buffer.byteLength(kept);
      if (replacement !== null) edits.push({ from, to, text: replacement });
      from = to;
    }
    return {
      value: { bytes: Buffer.from(parts.map(([kept]) => kept).join("")), edits },
      text: parts.map(([kept, replacement]) => replacement ?? kept).join(""),
    };
  });
  const cell = fc.oneof(
    fc.constant({ value: undefined, text: undefined }),
    text.map((one) => ({ value: Buffer.from(one), text: one })),
    spliced,
  );
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 20 }), (cells) => {
      const one = plainFileOf(cells.map(({ value: held }) => held));
      expect(one).toEqual(plainFileOf(cells.map(({ text: held }) => held)));
    }),
  );
});
