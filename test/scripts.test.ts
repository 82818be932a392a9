import { describe, expect, test } from "vitest";
import { formatTally, runSteps, total } from "../scripts/steps.ts";

const result = { name: "x", seconds: 0, note: undefined };

describe("the count at the end of npm test", () => {
  test("sums test runs; a failed step that is none counts as one failure", () => {
    const sum = total([
      { ...result, ok: true, tally: { passed: 5, failed: 0, skipped: 1 } },
      { ...result, ok: false, tally: { passed: 1, failed: 2, skipped: 0 } },
      { ...result, ok: true, tally: undefined },
      { ...result, ok: false, tally: undefined },
    ]);
    expect(formatTally(sum)).toBe("6 passed, 3 failed, 1 skipped");
  });

  test("a test run that dies without a report is a failure, not nothing", async () => {
    const [dead] = await runSteps([{ name: "dead", command: ["-e", "process.exit(3)", "--"], counts: true }]);
    expect(dead).toMatchObject({ ok: false, tally: { passed: 0, failed: 1 } });
  });

  test("steps answer in the order they were given, all of them, also after a failure", async () => {
    const step = (name: string, code: string) => ({ name, command: ["-e", code] });
    const results = await runSteps([
      step("slow", "setTimeout(() => {}, 200)"),
      step("bad", "process.exit(1)"),
      step("good", ""),
    ]);
    expect(results.map(({ name, ok }) => [name, ok])).toEqual([
      ["slow", true],
      ["bad", false],
      ["good", true],
    ]);
  });
});
