import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { doorCases } from "../hostile/door-cases.ts";
import { openRange, type Range, runCase } from "../hostile/run.ts";

let range: Range;
beforeAll(async () => {
  range = await openRange();
});
afterAll(() => range.close());

/** Cells of RFC 4180 text. */
function cellsOf(text: string): string[] {
  return [...text.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/gu)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

const MAX_RSS = 1_400 * 1024 * 1024;

describe(`the door of logs: ${doorCases.length} hostile bodies`, () => {
  test.each(doorCases)("$name", async (one) => {
    expect(await runCase(one, range.target)).toEqual([]);
  });

  test("all of it is worked off, nothing was reported as broken", async () => {
    await range.target.child.caughtUp();
    expect(range.target.child.output).not.toMatch(/"level":50|pipeline step failed|at .*\.ts:\d+/u);
  });

  test("an export of it starts no cell with what a spreadsheet would run", async () => {
    const answer = await range.target.admin().ask("GET", "/api/v1/events/export?format=csv&query=sensor:injections");
    const cells = cellsOf(answer.text);
    expect(cells.length).toBeGreaterThan(1_000);
    expect(cells.filter((cell) => /^[=+\-@\t\r]/u.test(cell))).toEqual([]);
  });

  test("memory stayed bounded", () => {
    console.log(
      `peak memory after ${doorCases.length} bodies: ${Math.round(range.target.child.peakRss / 1024 / 1024)} MiB`,
    );
    expect(range.target.child.peakRss).toBeLessThan(MAX_RSS);
  });
});
