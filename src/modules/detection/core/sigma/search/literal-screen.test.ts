import fc from "fast-check";
import { expect, test } from "vitest";
import { LiteralScreen } from "./literal-screen.ts";

const literal = fc.string({
  unit: fc.constantFrom(..."abkiw:.-x1 abkiw:.-x1 abkiw:.-x1 \\"),
  minLength: 4,
  maxLength: 12,
});
const noise = fc.string({ unit: fc.constantFrom(...'abkiwABKIW:.\\-x1 "é\u212a'), maxLength: 120 });
const encoder = new TextEncoder();

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
            if (holds && !one.includes("\u212a"))
              expect(screen.mayHoldBytes(encoder.encode(JSON.stringify(one)))).toBe(true);
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
  expect(screen.mayHoldBytes(encoder.encode("x".repeat(41)))).toBe(false);
});
