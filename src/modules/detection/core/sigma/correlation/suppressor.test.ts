import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_SUPPRESSED_KEYS_PER_RULE, MAX_VALUE_UNITS } from "./limits.ts";
import { Suppressor } from "./suppressor.ts";

const byHost = { ruleId: "r", fields: ["Host"], windowMs: 60_000 };

describe("suppression windows of single rules", () => {
  test("the first passes, later ones within the window do not, at its end the next passes", () => {
    const suppressor = new Suppressor([byHost]);
    const at = (ms: number): boolean => suppressor.admit("r", ["WIN-1"], ms);
    expect([at(0), at(1), at(59_999), at(60_000), at(60_001)]).toEqual([true, false, false, true, false]);
    expect(suppressor.stats()).toEqual([{ ruleId: "r", withheld: 3, keys: 1, evicted: 0 }]);
  });

  test("case does not tell values apart, a missing value is one of its own", () => {
    const suppressor = new Suppressor([byHost]);
    expect(suppressor.admit("r", ["WIN-1"], 0)).toBe(true);
    expect(suppressor.admit("r", ["win-1"], 0)).toBe(false);
    expect(suppressor.admit("r", [null], 0)).toBe(true);
    expect(suppressor.admit("r", ["null"], 0)).toBe(true);
  });

  test("an exercise does not silence reality", () => {
    const suppressor = new Suppressor([byHost]);
    expect(suppressor.admit("r", ["a"], 0, "ex-1")).toBe(true);
    expect(suppressor.admit("r", ["a"], 0)).toBe(true);
    expect(suppressor.admit("r", ["a"], 0, "ex-1")).toBe(false);
  });

  test("a clock that went back does not open windows anew", () => {
    const suppressor = new Suppressor([byHost]);
    expect(suppressor.admit("r", ["a"], 100_000)).toBe(true);
    expect(suppressor.admit("r", ["a"], 10)).toBe(false);
  });

  test("rules without suppression, empty windows and values too long pass", () => {
    const suppressor = new Suppressor([byHost, { ruleId: "none", fields: [], windowMs: 0 }]);
    const long = "x".repeat(MAX_VALUE_UNITS + 1);
    expect(suppressor.fieldsOf("r")).toEqual(["Host"]);
    expect(suppressor.fieldsOf("none")).toBeUndefined();
    for (let round = 0; round < 2; round++) {
      expect(suppressor.admit("other", [], 0)).toBe(true);
      expect(suppressor.admit("none", [], 0)).toBe(true);
      expect(suppressor.admit("r", [long], 0)).toBe(true);
    }
  });

  test("too many keys: the oldest window is forgotten, and that is counted", () => {
    const suppressor = new Suppressor([byHost]);
    for (let key = 0; key <= MAX_SUPPRESSED_KEYS_PER_RULE; key++) suppressor.admit("r", [key], 0);
    expect(suppressor.stats()[0]).toMatchObject({ keys: MAX_SUPPRESSED_KEYS_PER_RULE, evicted: 1 });
    expect(suppressor.admit("r", [MAX_SUPPRESSED_KEYS_PER_RULE], 0)).toBe(false);
    expect(suppressor.admit("r", [0], 0)).toBe(true);
  });

  test("a restored one goes on as if nothing had happened; a changed rule begins anew", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(100_000)), { maxLength: 30 }),
        fc.nat(30),
        (findings, cut) => {
          const undisturbed = new Suppressor([byHost]);
          let restored = new Suppressor([byHost]);
          for (const [index, [host, at]] of findings.entries()) {
            if (index === cut) restored = Suppressor.restore([byHost], structuredClone(restored.snapshot()));
            expect(restored.admit("r", [host], at)).toBe(undisturbed.admit("r", [host], at));
          }
          expect(restored.snapshot()).toEqual(undisturbed.snapshot());
          const changed = Suppressor.restore([{ ...byHost, windowMs: 1 }], restored.snapshot());
          expect(changed.stats()).toEqual([{ ruleId: "r", withheld: 0, keys: 0, evicted: 0 }]);
        },
      ),
    );
  });
});
