/**
 * Where Node's own engine answers, it says what RE2 says: on generated patterns of the whole known syntax, and on the
 * public rules' patterns, with texts made of the patterns' own characters.
 */
import fc from "fast-check";
import { RE2JS } from "re2js";
import { describe, expect, test } from "vitest";
import { nativeSearch } from "./native.ts";
import { EVIL_PATTERNS, evilTexts } from "./testdata/evil-patterns.ts";

interface Flags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

function re2(source: string, { ignoreCase, multiline, dotAll }: Flags): RE2JS | undefined {
  try {
    return RE2JS.compile(
      source,
      (ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (multiline ? RE2JS.MULTILINE : 0) | (dotAll ? RE2JS.DOTALL : 0),
    );
  } catch {
    return undefined;
  }
}

const pieces =
  "a b ab k K s S \\. \\\\ . \\d \\D \\w \\W \\s \\S \\b \\B ^ $ \\A \\z [ab] [^ab] [a-c] [^k] [\\w-] [\\s,] [^\\d\\n] [\\W_] [^\\S] ( (?: ) | * + ? {2} {0,2} {1,} *? +? (?i) (?s) (?m) (?-i) (?i: (?s-m: \\x41 \\x{e9} é ſ 😀 [é-ỹ] [😀] \\n \\t - ] } , \\- \\/ [] [^]a] [a-] {".split(
    " ",
  );
const pattern = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 9 }).map((parts) => parts.join(""));
const flags = fc.record({ ignoreCase: fc.boolean(), multiline: fc.boolean(), dotAll: fc.boolean() });
const units = "a b c k K \u212a s S ſ A B 1 9 _ - . , é ẹ 😀 \ud83d \udc00 \n \r \u2028 \u00a0 \v \t \\ / } ]".split(
  " ",
);
const text = fc.array(fc.constantFrom(...units, " ", "\u0130", "ı"), { maxLength: 8 }).map((parts) => parts.join(""));

describe("Node's engine and RE2 agree", () => {
  test("on generated patterns", () => {
    let compared = 0;
    fc.assert(
      fc.property(pattern, flags, fc.array(text, { minLength: 12, maxLength: 12 }), (source, given, texts) => {
        const reference = re2(source, given);
        const native = reference && nativeSearch(source, given);
        if (reference === undefined || native === undefined) return;
        for (const one of texts) {
          compared++;
          expect({ one, native: native.test(one) }).toEqual({ one, native: reference.test(one) });
        }
      }),
      { numRuns: Number(process.env["KHIEN_REGEX_RUNS"] ?? 6_000) },
    );
    expect(compared).toBeGreaterThan(5_000);
  }, 600_000);

  test("on runs longer than a proof allows", () => {
    const run = fc.record({
      unit: fc.constantFrom("a", "k", "\u212a", "😀", "\ud83d", "\n"),
      times: fc.constantFrom(1, 30, 149, 150, 259, 260, 270, 299, 300, 301, 420),
    });
    const sources = [".{300,}", ".{300}", "(?s).{300,500}.*", "(?i)[a-k]{260,}", "[^a]{299,}x*", "😀{270,}"];
    const found = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...sources), fc.array(run, { maxLength: 4 }), (source, runs) => {
        const none = { ignoreCase: false, multiline: false, dotAll: false };
        const native = nativeSearch(source, none);
        const one = runs.map(({ unit, times }) => unit.repeat(times)).join("");
        const expected = re2(source, none)?.test(one);
        found[expected === true ? "yes" : "no"]++;
        expect({ source, one, native: native?.test(one) }).toEqual({ source, one, native: expected });
      }),
      { numRuns: 500 },
    );
    expect(Math.min(found.yes, found.no)).toBeGreaterThan(20);
  }, 600_000);

  test("on the corpus of evil patterns, where one is proved safe", () => {
    const none = { ignoreCase: false, multiline: false, dotAll: false };
    for (const evil of EVIL_PATTERNS) {
      const native = nativeSearch(evil.source, none);
      for (const length of [0, 1, 3, 40]) {
        for (const one of evilTexts(evil, length))
          if (native !== undefined) expect(native.test(one)).toBe(re2(evil.source, none)?.test(one));
      }
    }
  });
});

describe("what is proved and what is not", () => {
  const none = { ignoreCase: false, multiline: false, dotAll: false };
  test.each([
    "abc",
    "(?i)net\\s+use",
    "\\d{1,3}\\.\\d{1,3}",
    "^.*foo",
    '"[^"]*\\.exe',
    ".*abc.*",
    "a{3,}",
    "(a|b)*c",
    ".{1000,}",
    "(?i)[a-z]{300,400}",
  ])("%s is", (source) => {
    expect(nativeSearch(source, none)).toBeDefined();
  });
  test.each(["x(?:ab)*c", "\\s+x\\s+x y", "foo.*bar", "a.*b.*c", "xa{0,40}a{0,40}b", "(?i)é", "\\pL", "[[:alpha:]]"])(
    "%s is not",
    (source) => {
      expect(nativeSearch(source, none)).toBeUndefined();
    },
  );
});
