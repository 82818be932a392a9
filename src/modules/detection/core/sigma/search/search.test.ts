import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EdgeIndex } from "./edge-index.ts";
import { base64, base64Offsets, toUtf16Bytes, toUtf8Bytes } from "../parse/encode.ts";
import { InsideSearch } from "../match/field-index.ts";
import { inNetwork, parseNetwork } from "../match/ip.ts";
import { ANY, DASH, fold, joinParts, matchPattern, ONE, parsePattern, patternTest, type Pattern } from "../pattern.ts";
import { hasRequired, requiredOf } from "../match/regex-literal.ts";
import { insideIndex } from "./inside-index.ts";

const letters = fc.string({
  unit: fc.constantFrom("a", "b", "c", "\\", "é", "K", "\u212a", "İ", "😀"),
  minLength: 1,
  maxLength: 14,
});
const texts = fc.string({ unit: fc.constantFrom("a", "B", "c", "\\", "É", "k", "\u212a", "İ", "😀"), maxLength: 60 });

function found(search: (report: (payload: readonly number[]) => void) => void): Set<number> {
  const seen = new Set<number>();
  search((payload) => {
    for (const number of payload) seen.add(number);
  });
  return seen;
}

describe("literal indexes find what plain search finds", () => {
  const sets = fc.uniqueArray(letters.map(fold), { minLength: 1, maxLength: 30 });
  /** Variants of one name: the stretches that are looked for are the same, the literals are not. */
  const alike = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom("power", "shell.exe", "1q", "é"), minLength: 2, maxLength: 5 }).map(fold),
    { minLength: 1, maxLength: 60 },
  );
  const repeated = fc.string({ unit: fc.constantFrom("POWER", "shell.exe", "1q", "É", "x"), maxLength: 20 });
  test.each([
    ["any literals", sets, texts],
    ["many that begin alike", alike, repeated],
  ])("anywhere: %s", (_, literalSets, where) => {
    fc.assert(
      fc.property(literalSets, where, (literals, text) => {
        const payloads = new Map(literals.map((literal, number) => [literal, [number]]));
        const expected = literals.flatMap((literal, number) => (fold(text).includes(literal) ? [number] : [])).sort();
        const index = insideIndex(payloads);
        expect([...found((report) => index.search(text, report))].sort()).toEqual(expected);
        const chosen = new InsideSearch(payloads);
        for (const one of [text, " ".repeat(200) + text])
          expect([...found((report) => chosen.search(one, report))].sort()).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ["start", "any literals", sets, texts],
    ["end", "any literals", sets, texts],
    ["start", "many that begin alike", alike, repeated],
    ["end", "many that begin alike", alike, repeated],
  ] as const)("at the %s: %s", (edge, _, literalSets, where) => {
    fc.assert(
      fc.property(literalSets, where, (literals, text) => {
        const index = new EdgeIndex(new Map(literals.map((literal, number) => [literal, [number]])), edge);
        const holds = (literal: string): boolean =>
          edge === "start" ? fold(text).startsWith(literal) : fold(text).endsWith(literal);
        const expected = literals.flatMap((literal, number) => (holds(literal) ? [number] : []));
        expect([...found((report) => index.search(text, report))].sort()).toEqual(expected.sort());
      }),
      { numRuns: 1_000 },
    );
  });
});

test("folding keeps lengths", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(fold(text)).toHaveLength(text.length);
    }),
  );
  expect(fold("ΑΣ ΟΔΟΣ İ")).toBe("ασ οδοσ İ");
});

test("patterns", () => {
  expect(parsePattern("a\\\\*?\\?b\\")).toEqual(["a\\", ANY, ONE, "?b\\"]);
  expect(parsePattern("**")).toEqual([ANY]);
  expect(matchPattern(parsePattern("*ab*b"), "xabab")).toEqual([
    { start: 1, end: 3 },
    { start: 4, end: 5 },
  ]);
  expect(matchPattern(parsePattern("ab*ba"), "aba")).toBeUndefined();
});

test("a pattern that is only asked whether a text fits says what its spans say", () => {
  const parts = fc.array(fc.constantFrom<Pattern[number]>("a", "b", "ab", "-", "a-b", ANY, ONE, DASH), {
    maxLength: 7,
  });
  const paths = fc.array(fc.constantFrom("a", "b", "-", "/"), { maxLength: 12 }).map((units) => units.join(""));
  let fitting = 0;
  fc.assert(
    fc.property(parts.map(joinParts), paths, (pattern, text) => {
      const fits = matchPattern(pattern, text) !== undefined;
      if (fits) fitting += 1;
      expect(patternTest(pattern)(text)).toBe(fits);
    }),
    { numRuns: 20_000 },
  );
  expect(fitting).toBeGreaterThan(1_000);
});

test("encodings agree with Node's own", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(base64(toUtf8Bytes(text))).toBe(Buffer.from(text, "utf8").toString("base64"));
      expect(base64(toUtf16Bytes(text, "utf16le"))).toBe(Buffer.from(text, "utf16le").toString("base64"));
    }),
  );
});

test("base64 offsets are found wherever the text stands", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 3, unit: "grapheme-ascii" }), fc.nat(5), fc.string(), (text, before, after) => {
      const encoded = Buffer.from("x".repeat(before) + text + after).toString("base64");
      expect(base64Offsets(toUtf8Bytes(text)).some((variant) => encoded.includes(variant))).toBe(true);
    }),
  );
});

test("networks", () => {
  const holds = (address: string, network: string): boolean =>
    inNetwork(address, parseNetwork(network) ?? expect.fail(network));
  expect(holds("255.255.255.255", "128.0.0.0/1")).toBe(true);
  expect(holds("2001:db8::5", "2001:db8::4/127")).toBe(true);
  expect(holds("2001:db8::6", "2001:db8::4/127")).toBe(false);
  expect(holds("::", "0.0.0.0/0")).toBe(false);
  for (const wrong of ["", "1.2.3", "1.2.3.4/33", "::/129", "1::2::3", "1.2.3.4/", "1.2.3.4/a", ":::", "12345::"])
    expect(parseNetwork(wrong)).toBeUndefined();
});

test("what is required of a match is in every match", () => {
  let matches = 0;
  const pieces = fc.constantFrom(
    "abc",
    "def",
    "x+",
    "(gh|ij)",
    "(?:gh|a)+",
    "[a-c]",
    "\\.",
    "\\d",
    "klm?",
    "no*",
    "q{2}",
    "^",
    "$",
    ".*",
    "\\\\",
    "(?i)",
    "rst",
    "kKs",
    "[aA]",
    "[dD][eE]",
    "[a-c]{2,3}",
    ".{3,}",
    "x{,2}",
    "😀?",
    "\\b",
    "`",
  );
  fc.assert(
    fc.property(
      fc.array(pieces, { minLength: 1, maxLength: 5 }),
      fc.string({
        unit: fc.constantFrom(
          "abc",
          "def",
          "x",
          "gh",
          "a",
          ".",
          "1",
          "kl",
          "klm",
          "n",
          "no",
          "qq",
          "\\",
          "rst",
          "RST",
          "kks",
          "A",
          "de",
          "DE",
          "`",
          "x{,2}",
          "😀",
        ),
        maxLength: 8,
      }),
      (parts, text) => {
        const source = parts.join("").replace(/(?!^)\(\?i\)/g, "");
        const flags = source.startsWith("(?i)") ? "i" : "";
        if (!new RegExp(source.replace("(?i)", ""), flags).test(text)) return;
        matches += 1;
        expect(hasRequired(fold(text), requiredOf(source, false))).toBe(true);
      },
    ),
    { numRuns: 10_000 },
  );
  expect(matches).toBeGreaterThan(500);
  expect(requiredOf("[Rr]un\\s+(-|/)x{2}.{1000,}", false)).toEqual({ literals: ["run"], length: 1_006 });
  expect(requiredOf("`.*`.*`", false)).toEqual({ literals: ["`", "`", "`"], length: 3 });
});
