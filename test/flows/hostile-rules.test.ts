import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ruleCases } from "../hostile/rule-cases.ts";
import { openRange, type Range, runCase } from "../hostile/run.ts";

let range: Range;
beforeAll(async () => {
  range = await openRange(12);
});
afterAll(() => range.close());

const MAX_RSS = 1_400 * 1024 * 1024;

describe(`the import of rules: ${ruleCases.length} hostile files`, () => {
  test.each(ruleCases)("$name", async (one) => {
    expect(await runCase(one, range.target)).toEqual([]);
  });

  test("afterwards only the built-in rules are there, nothing was reported as broken and memory stayed bounded", async () => {
    const rules = await range.target.admin().all<{ origin: string }>("/api/v1/rules?limit=500");
    expect(new Set(rules.map(({ origin }) => origin))).toEqual(new Set(["builtin"]));
    expect(range.target.child.output).not.toMatch(/request failed|pipeline step failed|"level":(?:50|60)/u);
    expect(range.target.child.peakRss).toBeLessThan(MAX_RSS);
  });
});
