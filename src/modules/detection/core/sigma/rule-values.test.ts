import { describe, expect, test } from "vitest";
import type { Fields } from "../../../../kernel/index.ts";
import { yamlParser } from "../../../../platform/yaml/index.ts";
import { RuleValues, scalarOf } from "./rule-values.ts";
import { parseLogSourceMap, parseRules } from "./index.ts";

const { map } = parseLogSourceMap(
  `product: windows
discriminator: EventID
channels:
  security: [Security]
  sysmon: [Microsoft-Windows-Sysmon/Operational]
routes:
  - category: process_creation
    events:
      - {service: sysmon, when: {EventID: 1}}
      - {service: security, when: {EventID: 4688}, rename: {Image: NewProcessName, User: SubjectUserName}}
`,
  yamlParser,
  "map.yml",
);
const { rules } = parseRules(
  `title: Any Process
id: any
logsource: {product: windows, category: process_creation}
detection: {selection: {Image: '*'}, condition: selection}
`,
  { documents: yamlParser, file: "rule.yml", version: "v" },
);

function valuesOf(fields: Fields, names: readonly string[]) {
  const rule = rules[0];
  if (rule === undefined) throw new Error("the rule does not parse");
  return new RuleValues(rule, names, map).of({ logsource: { product: "windows" }, fields, raw: "" });
}

describe("values under the rule's names", () => {
  test.each<[string, Fields, readonly unknown[]]>([
    [
      "from the event that has them",
      { Channel: "Microsoft-Windows-Sysmon/Operational", EventID: 1, Image: "a.exe", User: "lan" },
      ["a.exe", "lan"],
    ],
    [
      "from one that calls them otherwise",
      { Channel: "Security", EventID: 4688, NewProcessName: "b.exe", SubjectUserName: "minh", User: "not this" },
      ["b.exe", "minh"],
    ],
    ["whatever the case", { Channel: "Security", EventID: "4688", newprocessname: "c.exe" }, ["c.exe", null]],
    ["or none", { Channel: "Security", EventID: 4688 }, [null, null]],
  ])("%s", (_what, fields, expected) => {
    expect(valuesOf(fields, ["Image", "User"])).toEqual(expected);
  });
});

test.each([
  ["text", "text"],
  [7, 7],
  [true, "true"],
  [null, null],
  [[], null],
  [["one"], "one"],
  [["one", null, 2], "one, 2"],
] as const)("%j as one piece is %j", (value, piece) => {
  expect(scalarOf(value)).toBe(piece);
});
