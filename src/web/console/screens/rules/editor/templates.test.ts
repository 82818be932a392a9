import { describe, expect, test } from "vitest";
import { parseRules } from "../../../../../modules/detection/core/sigma/index.ts";
import { yamlParser } from "../../../../../platform/yaml/index.ts";
import { newRuleId, ownCopy, ruleTemplate } from "./templates.ts";

const ORIGINAL = "7b1f0f5e-5d0a-4a39-9d3c-0f8a1c1d0001";
const RULE = `title: Shadow copies deleted
id: ${ORIGINAL}
logsource:
  product: windows
detection:
  found:
    CommandLine|contains: shadow
  condition: found
`;
const ruleOf = (text: string) => parseRules(text, { documents: yamlParser, file: "own.yml", version: "1" }).rules[0];

test("ids are random UUIDs of version 4", () => {
  const ids = Array.from({ length: 50 }, newRuleId);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u);
  expect(new Set(ids).size).toBe(50);
});

describe("an own copy", () => {
  test("is another rule and says what it was made from", () => {
    const copy = ownCopy(RULE, ORIGINAL);
    expect(ruleOf(copy)?.title).toBe("Shadow copies deleted");
    expect(ruleOf(copy)?.id).not.toBe(ORIGINAL);
    expect(copy).toMatch(new RegExp(`^related:\n  - id: ${ORIGINAL}\n    type: derived$`, "mu"));
  });

  test("keeps the relations that were there", () => {
    const copy = ownCopy(
      `${RULE}related:\n  - id: 7b1f0f5e-5d0a-4a39-9d3c-0f8a1c1d0009\n    type: similar\n`,
      ORIGINAL,
    );
    expect(copy.match(/^related:/gmu)).toHaveLength(1);
    expect(copy).toContain("type: similar");
    expect(copy).toContain("type: derived");
    expect(ruleOf(copy)).toBeDefined();
  });

  test("of a rule without an id gets one", () => {
    const copy = ownCopy(RULE.replace(/^id:.*\n/mu, ""), ORIGINAL);
    expect(copy).toMatch(/^id: [0-9a-f-]{36}$/mu);
    expect(ruleOf(copy)).toBeDefined();
  });
});

test("a hostile name stays a text", () => {
  const template = ruleTemplate("detection", { name: "x': [", today: new Date(0) }).replace("title:", "title: A");
  expect(ruleOf(template.replace("contains:", "contains: a"))?.author).toBe("x': [");
});
