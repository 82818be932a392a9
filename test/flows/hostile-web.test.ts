import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiCases } from "../hostile/api-cases.ts";
import { openRange, type Range, runCase } from "../hostile/run.ts";
import { wireCases } from "../hostile/wire-cases.ts";

let range: Range;
beforeAll(async () => {
  range = await openRange();
});
afterAll(() => range.close());

const MAX_RSS = 1_000 * 1024 * 1024;

describe(`the HTTP socket: ${wireCases.length} hostile requests`, () => {
  test.each(wireCases)("$name", async (one) => {
    expect(await runCase(one, range.target)).toEqual([]);
  });
});

describe(`the API: ${apiCases.length} hostile calls`, () => {
  test.each(apiCases)("$name", async (one) => {
    expect(await runCase(one, range.target)).toEqual([]);
  });
});

test("afterwards the audit log is sound, nothing was reported as broken and memory stayed bounded", async () => {
  const verified = await range.target.admin().get<{ ok: boolean }>("/api/v1/audit/verification");
  expect(verified.ok).toBe(true);
  expect(range.target.child.output).not.toMatch(/request failed|"level":(?:50|60)/u);
  expect(range.target.child.peakRss).toBeLessThan(MAX_RSS);
});
