import { describe, expect, test } from "vitest";
import { checkArchitecture } from "./check.ts";
import { LAWFUL } from "./lawful.ts";
import { PLANTED, type Planted } from "./planted.ts";

const lay = (files: Planted["files"]): Map<string, string> =>
  new Map(Object.entries({ ...LAWFUL, ...files }).filter((entry): entry is [string, string] => entry[1] !== undefined));

describe("planted breaches", () => {
  test("the lawful tree has none", () => {
    expect(checkArchitecture(lay({}))).toEqual([]);
  });

  test.each(PLANTED)("$rule: $breach", ({ rule, at, files }) => {
    const findings = checkArchitecture(lay(files));
    expect(findings).toContainEqual(expect.objectContaining({ rule, file: at }));
  });

  test("a breach is reported with its line", () => {
    const [finding] = checkArchitecture(
      lay({ "src/apps/odd.ts": '// first\n\nimport { connect } from "node:net";\n' }),
    );
    expect(finding).toMatchObject({ file: "src/apps/odd.ts", line: 3 });
  });
});
