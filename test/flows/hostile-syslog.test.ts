import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRange, type Range, runCase } from "../hostile/run.ts";
import { syslogCases } from "../hostile/syslog-cases.ts";

let range: Range;
beforeAll(async () => {
  range = await openRange();
});
afterAll(() => range.close());

const MAX_RSS = 1_000 * 1024 * 1024;

describe(`syslog: ${syslogCases.length} hostile senders`, () => {
  test.each(syslogCases)("$name", async (one) => {
    expect(await runCase(one, range.target)).toEqual([]);
  });

  test("afterwards all of it is worked off, memory stayed bounded", async () => {
    await range.target.child.caughtUp(10 * 60_000);
    expect(range.target.child.output).not.toMatch(/pipeline step failed|"level":(?:50|60)/u);
    expect(range.target.child.peakRss).toBeLessThan(MAX_RSS);
  });
});
