import fc from "fast-check";
import { expect, test } from "vitest";
import { SyslogFraming } from "./framing.ts";

function frames(bytes: Buffer, cuts: readonly number[] = [], max = 64): { messages: string[]; tooLong: number } {
  const framing = new SyslogFraming(max);
  const messages: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts.map((n) => n % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    messages.push(...framing.push(bytes.subarray(from, cut)));
    from = cut;
  }
  messages.push(...framing.end());
  return { messages: messages.map(String), tooLong: framing.tooLong };
}

test("octet counting and line feeds, mixed in one stream", () => {
  const bytes = Buffer.from("<13>one\r\n8 <13>two\n9 <13>a\nb\0\0\n5 apples\n<13>rest");
  expect(frames(bytes).messages).toEqual(["<13>one", "<13>two", "<13>a\nb", "5 apples", "<13>rest"]);
});

test("an ISO time at the start of a line is no count", () => {
  expect(frames(Buffer.from("2026-01-02T03:04:05Z h app: x\n1234567890 <13>x\n")).messages).toEqual([
    "2026-01-02T03:04:05Z h app: x",
    "1234567890 <13>x",
  ]);
});

test("overlong messages are skipped and counted, the next one comes through", () => {
  const long = `<13>${"x".repeat(100)}`;
  expect(frames(Buffer.from(`${long.length} ${long}<13>a\n${long}\n<13>b\n`))).toEqual({
    messages: ["<13>a", "<13>b"],
    tooLong: 2,
  });
});

test("any chunking gives the same messages", () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom("\n", "7 <13>abc", "<13>x\n", "99 <", "\0", " "),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.array(fc.nat(500)), (pieces, cuts) => {
      const bytes = Buffer.from(pieces.join(""));
      expect(frames(bytes, cuts, 32)).toEqual(frames(bytes, [], 32));
    }),
    { numRuns: 500 },
  );
});
