import { describe, expect, test } from "vitest";
import { compileLinearRegex } from "./index.ts";

const none = { ignoreCase: false, multiline: false, dotAll: false };

function compiled(
  source: string,
  flags = none,
): { test(text: string): boolean; find(text: string): { start: number; end: number } | undefined } {
  const result = compileLinearRegex(source, flags);
  if ("refused" in result) throw new Error(result.refused);
  return result;
}

describe("linear regular expressions", () => {
  test("search anywhere and say where", () => {
    expect(compiled("b+").find("aabbb")).toEqual({ start: 2, end: 5 });
    expect(compiled("b+").test("aaa")).toBe(false);
  });

  test("inline flags and flags", () => {
    expect(compiled("(?i)WhoAmI").test("x whoami")).toBe(true);
    expect(compiled("whoami", { ...none, ignoreCase: true }).test("WHOAMI")).toBe(true);
    expect(compiled("^b$", { ...none, multiline: true }).test("a\nb")).toBe(true);
    expect(compiled("a.b", { ...none, dotAll: true }).test("a\nb")).toBe(true);
  });

  test.each(["a(?=b)", "(?<!a)b", "(a)\\1", "a{2000}", "(", "[z-a]", "x".repeat(5_000)])(
    "refuses %j with a reason",
    (source) => {
      const result = compileLinearRegex(source, none);
      expect("refused" in result && result.refused.length > 0).toBe(true);
    },
  );

  const evil = [
    "(a+)+$",
    "(a|aa)+$",
    "(a|a?)+$",
    "(.*a){12}$",
    "(x+x+)+y",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(?:a*)*b",
    "(\\w+\\s?)*!$",
  ];
  test.each(evil)("%s stays linear", (source) => {
    const pattern = compiled(source);
    const started = performance.now();
    pattern.test(`${"a".repeat(50_000)}\u00e9`);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
