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

  test("a small pattern searches a million characters, a large one the beginning", () => {
    const dots = "ab😀.".repeat(209_000);
    expect(compiled('"[^"]*\\.exe').test(`"${dots}.exe`)).toBe(true);
    const large = compileLinearRegex("[ab]{900}c", none);
    if ("refused" in large) throw new Error(large.refused);
    expect(large.searched).toBeGreaterThan(10_000);
    const needle = `${"ab".repeat(450)}c`;
    expect(large.test("-".repeat(large.searched - needle.length) + needle)).toBe(true);
    expect(large.test("-".repeat(large.searched) + needle)).toBe(false);
    expect(large.find("-".repeat(large.searched) + needle)).toBeUndefined();
  });
});
