import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GramScreen, GramSearch } from "./search/gram-search.ts";
import { placed } from "./testdata/placed.ts";
import { type RecordScreen, LiteralScreen } from "./search/literal-screen.ts";
import { byUnit, unitBytes } from "./search/unit-bytes.ts";
import { fold } from "./pattern.ts";

/** The lower halves of "š" and "ŋ" are an "a" and a "K". */
const units = [
  "š",
  "ŋ",
  "a",
  "B",
  "c",
  "::",
  "\\",
  "/",
  '"',
  "é",
  "K",
  "\u212a",
  "İ",
  "Σ",
  "😀",
  "invoke-",
  "mimikatz",
];
const literals = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...units), minLength: 1, maxLength: 8 }).map(fold), {
  minLength: 1,
  maxLength: 40,
});
const texts = fc.string({ unit: fc.constantFrom(...units, "x".repeat(40)), maxLength: 60 });

function heldBy(text: string, wanted: readonly string[]): string[] {
  const folded = fold(text);
  return wanted.filter((literal) => folded.includes(literal)).sort();
}

/** Long literals that share most of what they hold, as variants of one program name do. */
const alike = fc.uniqueArray(
  fc.string({ unit: fc.constantFrom("power", "shell", ".dll", "1q", "x"), minLength: 3, maxLength: 6 }).map(fold),
  { minLength: 1, maxLength: 120 },
);
const repetitive = fc.string({ unit: fc.constantFrom("POWER", "shell", ".dll", "1q", "x", "é"), maxLength: 80 });

test("without Buffer, texts are copied unit by unit to the same bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const byBuffer = unitBytes(memory, 1_000);
      byBuffer.write(text);
      const one = byUnit(new Uint8Array(1_000));
      one.write(text);
      expect([...one.bytes.subarray(0, text.length)]).toEqual([...byBuffer.bytes.subarray(0, text.length)]);
    }),
  );
});

test.each([
  ["mixed literals", literals, texts],
  ["literals that are much alike", alike, repetitive],
])("the gram search finds what plain search finds: %s", (_, wantedTexts, givenTexts) => {
  let searched = 0;
  fc.assert(
    fc.property(wantedTexts, fc.array(givenTexts, { minLength: 1, maxLength: 4 }), (wanted, given) => {
      const search = new GramSearch(new Map(wanted.map((literal, number) => [literal, [number]])));
      for (const text of given) {
        const found = new Set<string>();
        const done = search.search(text, (payload) => {
          for (const number of payload) found.add(wanted[number] as string);
        });
        if (!done) {
          expect(found.size).toBe(0);
          continue;
        }
        searched++;
        expect([...found].sort()).toEqual(heldBy(text, wanted));
      }
    }),
    { numRuns: 1_500 },
  );
  expect(searched).toBeGreaterThan(1_000);
});

/** What a screen reports of a record; undefined when it cannot tell. */
function foundBy(screen: RecordScreen, bytes: Uint8Array): Set<string> | undefined {
  const found = new Set<string>();
  return screen.searchBytes(placed(bytes), (literal) => found.add(literal)) ? found : undefined;
}

describe("a screen", () => {
  const screenable = fc.uniqueArray(
    fc.string({ unit: fc.constantFrom("abcd", "B::", "\\", "k", "xyz.", "é"), minLength: 2, maxLength: 5 }).map(fold),
    { minLength: 1, maxLength: 30 },
  );

  test("never denies what a text holds", () => {
    let denied = 0;
    const held = fc.string({
      unit: fc.constantFrom("ABCD", "b::", "\\", "K", "\u212a", "xyz.", "é", "."),
      maxLength: 40,
    });
    fc.assert(
      fc.property(screenable, held, (wanted, text) => {
        const screen = LiteralScreen.of(wanted);
        if (screen === undefined) return;
        const holds = heldBy(text, wanted).length > 0;
        const may = screen.mayHold(text);
        if (!may) denied++;
        expect(may || !holds).toBe(true);
        if (text.includes("\u212a")) return;
        const asJson = new TextEncoder().encode(JSON.stringify({ text }));
        for (const one of [screen, GramScreen.of(wanted)]) {
          const found = one && foundBy(one, asJson);
          if (found !== undefined) expect(heldBy(text, wanted).filter((each) => !found.has(each))).toEqual([]);
        }
      }),
      { numRuns: 3_000 },
    );
    expect(denied).toBeGreaterThan(100);
  });

  test("grows with the texts", () => {
    const screen = LiteralScreen.of(["mimikatz", "sekurlsa::"]);
    for (const length of [10, 70_000, 500_000]) {
      expect(screen?.mayHold("x".repeat(length))).toBe(false);
      expect(screen?.mayHold(`${"é".repeat(length)}SekurLSA::`)).toBe(true);
      const many = GramScreen.of(Array.from({ length: 500 }, (_, number) => `literal number ${number}`));
      const found = (text: string) => many && foundBy(many, new TextEncoder().encode(text));
      expect(found("x".repeat(length))).toEqual(new Set());
      expect(found(`${"é".repeat(length)} Literal Number 321`)).toContain("literal number 321");
    }
  });
});
