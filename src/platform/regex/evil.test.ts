/** No pattern makes the cost of a search grow faster than the text. Growth is measured, not time. */
import { describe, expect, test } from "vitest";
import { compileLinearRegex } from "./index.ts";
import { EVIL_PATTERNS, evilTexts, REFUSED_PATTERNS } from "./testdata/evil-patterns.ts";

const none = { ignoreCase: false, multiline: false, dotAll: false };
/** Twenty times the text. At these lengths automata have outgrown their memory and code is compiled, if ever. */
const SHORT = 20_000;
const LONG = 400_000;
/** Linear growth shows 20, less where a large pattern searches only the beginning; quadratic growth shows 400. */
const MOST = 100;
/** Processor time, not the clock: others may share the machine. Below this it says little; a quadratic search of the long text takes minutes. */
const TOO_FAST_MS = 20;
/** What the system's accounting of processor time can tell apart. */
const TICK_MS = 4;

function best(work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2 && least > TOO_FAST_MS; round++) {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return Math.max(least, TICK_MS);
}

test("the corpus is large", () => {
  expect(EVIL_PATTERNS.length).toBeGreaterThanOrEqual(100);
  expect(new Set(EVIL_PATTERNS.map(({ source }) => source)).size).toBe(EVIL_PATTERNS.length);
});

describe("evil patterns grow no faster than the text", () => {
  test.each(EVIL_PATTERNS)("$source", (evil) => {
    const pattern = compileLinearRegex(evil.source, none);
    if ("refused" in pattern) throw new Error(pattern.refused);
    const shorts = evilTexts(evil, SHORT);
    for (const [index, long] of evilTexts(evil, LONG).entries()) {
      const longMs = best(() => pattern.test(long));
      if (longMs < TOO_FAST_MS) continue;
      const growth = longMs / best(() => pattern.test(shorts[index] as string));
      expect({ index, linear: growth < MOST, growth }).toEqual({ index, linear: true, growth });
    }
  });
});

describe("refused with a reason", () => {
  test.each(REFUSED_PATTERNS.map((source) => [source.slice(0, 40), source]))("%s", (_, source) => {
    const result = compileLinearRegex(source, none);
    expect("refused" in result && result.refused.length > 0).toBe(true);
  });
});
