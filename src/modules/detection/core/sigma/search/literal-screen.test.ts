import fc from "fast-check";
import { expect, test } from "vitest";
import { placed } from "../testdata/placed.ts";
import { GramScreen } from "./gram-search.ts";
import { type RecordScreen, LiteralScreen } from "./literal-screen.ts";

const literal = fc.string({
  unit: fc.constantFrom(..."abkiw:.-x1 abkiw:.-x1 abkiw:.-x1 \\"),
  minLength: 4,
  maxLength: 12,
});
const noise = fc.string({ unit: fc.constantFrom(...'abkiwABKIW:.\\-x1 "é\u212a'), maxLength: 120 });
const encoder = new TextEncoder();

/** What a screen reports of a record; undefined when it cannot tell. */
function foundInBytes(screen: RecordScreen, text: string, around = ""): Set<string> | undefined {
  const found = new Set<string>();
  return screen.searchBytes(placed(encoder.encode(text), around), (each) => found.add(each)) ? found : undefined;
}

function foundInRecord(screen: RecordScreen, record: string): Set<string> | undefined {
  const found = new Set<string>();
  return screen.searchRecord(record, (each) => found.add(each)) ? found : undefined;
}

test("a record's escapes are told behind a place that looked like a literal", () => {
  for (const literals of [["ab|cd", "zzzz"], ["sekurlsa::"]]) {
    const screen = LiteralScreen.of(literals) as LiteralScreen;
    for (let lead = 0; lead < 20; lead++)
      for (let backslashes = 0; backslashes < 8; backslashes++) {
        const record = `{"a":"${"-".repeat(lead)}ab|ce${"\\".repeat(backslashes)}u0073"}`;
        expect(foundInRecord(screen, record) === undefined).toBe(backslashes % 2 === 1);
      }
  }
});

test("each literal of a record is reported, and once", () => {
  const literals = ["sekurlsa::", "lsadump::", "kiwi legit"];
  const record = `{"a":"SEKURLSA::x sekurlsa:: kiwi Legit printer","b":"sekurlsa::"}`;
  for (const screen of [LiteralScreen.of(literals), GramScreen.of(literals)]) {
    const found: string[] = [];
    expect(screen?.searchRecord(record, (each) => found.push(each))).toBe(true);
    expect(found.sort()).toEqual(["kiwi legit", "sekurlsa::"]);
  }
});

/** Few literals are told by pairs of characters, many by buckets: both ways must never miss one. */
test.each([
  { least: 1, most: 4 },
  { least: 8, most: 60 },
])("a text that holds one of $least to $most literals is never passed over", ({ least, most }) => {
  const seen = { screens: 0, passedOver: 0 };
  fc.assert(
    fc.property(
      fc.array(literal, { minLength: least, maxLength: most }),
      fc.array(noise, { minLength: 4, maxLength: 4 }),
      fc.nat(119),
      (literals, texts, place) => {
        const screen = LiteralScreen.of(literals);
        if (screen === undefined) return;
        seen.screens++;
        const planted = literals[place % literals.length] as string;
        for (const text of texts) {
          const variants = [text, planted.toUpperCase() + text, text.slice(0, place) + planted + text.slice(place)];
          for (const one of variants) {
            const holds = literals.some((each) => one.toLowerCase().includes(each));
            if (holds) expect(screen.mayHold(one)).toBe(true);
            else if (!screen.mayHold(one)) seen.passedOver++;
            const held = literals.filter((each) => one.toLowerCase().includes(each));
            if (!one.includes("\u212a")) {
              const found = foundInBytes(screen, JSON.stringify(one)) ?? new Set(literals);
              expect(held.filter((each) => !found.has(each))).toEqual([]);
            }
          }
        }
      },
    ),
    { numRuns: 1_500 },
  );
  // A screen that never passes a text over would be of no use.
  expect(seen.screens).toBeGreaterThan(500);
  expect(seen.passedOver).toBeGreaterThan(200);
});

test("what is left of an earlier, longer text is not found", () => {
  const screen = LiteralScreen.of(["kiwi::run"]) as LiteralScreen;
  expect(screen.mayHold(`${"x".repeat(40)}kiwi::run`)).toBe(true);
  expect(screen.mayHold("x".repeat(44))).toBe(false);
  expect(foundInBytes(screen, "x".repeat(41))).toEqual(new Set());
});

test("what stands beside a text is not found, nor what begins or ends in it", () => {
  for (const literals of [["kiwi::run"], ["kiwi::run", "sekurlsa::", "lsadump:", "misc:skeleton", "token;elevate"]]) {
    for (const screen of [LiteralScreen.of(literals), GramScreen.of(literals)]) {
      for (let length = 0; length < 40; length++) {
        const rest = "x".repeat(length);
        expect(screen && foundInBytes(screen, rest, "kiwi::run")).toEqual(new Set());
        expect(screen && foundInBytes(screen, `::run${rest}kiwi`, "kiwi::run kiwi")).toEqual(new Set());
        expect(screen && foundInBytes(screen, `${rest}kiwi::run`, "::run")).toEqual(new Set(["kiwi::run"]));
      }
    }
  }
});

/** What the pairs are that are looked for follows from the texts seen; here these are full of the literals' own. */
test("what it learns from texts never makes it pass over one", () => {
  let passedOver = 0;
  fc.assert(
    fc.property(
      fc.array(literal, { minLength: 1, maxLength: 12 }),
      fc.array(noise, { minLength: 300, maxLength: 300 }),
      fc.nat(119),
      (literals, texts, place) => {
        const screen = LiteralScreen.of(literals);
        if (screen === undefined) return;
        for (const [index, text] of texts.entries()) {
          const planted = index % 7 === 0 ? (literals[index % literals.length] as string) : "";
          const one = text.slice(0, place) + planted + text.slice(place);
          const holds = literals.some((each) => one.toLowerCase().includes(each));
          if (holds) {
            expect(screen.mayHold(one)).toBe(true);
            const found = foundInRecord(screen, JSON.stringify({ one })) ?? new Set(literals);
            expect(literals.filter((each) => one.toLowerCase().includes(each) && !found.has(each))).toEqual([]);
          } else if (!screen.mayHold(one)) passedOver++;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(passedOver).toBeGreaterThan(100);
});

test("a record that writes characters as escapes is never passed over, one with backslashes before a u is", () => {
  const screens = [LiteralScreen.of(["sekurlsa::"]), GramScreen.of(["sekurlsa::", "lsadump::"])];
  for (const screen of screens) {
    for (const lead of ["", "x", "x".repeat(13), "x".repeat(14), "x".repeat(200)]) {
      for (let backslashes = 0; backslashes < 6; backslashes++) {
        const record = `{"a":"${lead}${"\\".repeat(backslashes)}u0073ekurlsa"}`;
        expect(screen && foundInRecord(screen, record)).toEqual(backslashes % 2 === 1 ? undefined : new Set());
      }
    }
  }
});
