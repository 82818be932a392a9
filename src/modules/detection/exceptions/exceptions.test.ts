import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyOf, documentOf, type ExceptionDocument, type ExceptionTest, stateOf } from "../core/exception.ts";
import { compileDetection, EMPTY_LOG_SOURCE_MAP, parseRules, type Rule } from "../core/sigma/index.ts";
import { compileLinearRegex } from "../../../platform/regex/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { buildException } from "./build.ts";

const RULE = parseRules(
  `title: Any process
id: 5f0d0c9e-0000-4000-8000-000000000001
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    EventID: 1
  condition: selection
`,
  { documents: yamlParser, version: "v" },
).rules[0] as Rule;

function wish(body: string, more: Partial<ExceptionDocument> = {}): ExceptionDocument {
  return {
    id: "5f0d0c9e-0000-4000-8000-000000000002",
    ruleId: RULE.id,
    logsource: { product: "windows", category: "process_creation" },
    title: "Backup agent",
    reason: "known and signed",
    owner: "lan",
    createdAt: Date.parse("2026-11-01T00:00:00Z"),
    from: null,
    until: null,
    body,
    ...more,
  };
}

function hides(body: string, fields: Readonly<Record<string, string | number>>, at?: number, more = {}): boolean {
  const built = buildException(wish(body, more));
  if ("problems" in built) throw new Error(JSON.stringify(built.problems));
  const detector = compileDetection({
    rules: [RULE],
    filters: [built.filter],
    regex: { compile: compileLinearRegex },
    logSourceMap: EMPTY_LOG_SOURCE_MAP,
  });
  const event = { logsource: { product: "windows", category: "process_creation" }, fields: { EventID: 1, ...fields } };
  return detector.match({ ...event, raw: "" }, at).hidden.length > 0;
}

const codes = (body: string): string[] => {
  const built = buildException(wish(body));
  return "problems" in built ? built.problems.map(({ code, line }) => `${line} ${code}`) : [];
};

describe("an exception made from tests", () => {
  test.each<[string, ExceptionTest[], Record<string, string | number>, boolean]>([
    ["equals", [{ field: "User", op: "equals", values: ["CORP\\svc", "x"] }], { User: "corp\\SVC" }, true],
    ["equals is literal", [{ field: "User", op: "equals", values: ["a*"] }], { User: "ab" }, false],
    ["a number", [{ field: "Pid", op: "equals", values: ["42"] }], { Pid: 42 }, true],
    [
      "contains",
      [{ field: "CommandLine", op: "contains", values: ["C:\\x?\\*"] }],
      { CommandLine: "run C:\\x?\\* y" },
      true,
    ],
    ["startswith", [{ field: "Image", op: "startswith", values: ["C:\\"] }], { Image: "c:\\a.exe" }, true],
    ["endswith", [{ field: "Image", op: "endswith", values: ["\\a.exe"] }], { Image: "c:\\ba.exe" }, false],
    ["cidr", [{ field: "Ip", op: "cidr", values: ["10.0.0.0/8"] }], { Ip: "10.1.2.3" }, true],
    ["re", [{ field: "Image", op: "re", values: ["^C:.*\\.exe$"] }], { Image: "C:\\a.exe" }, true],
    [
      "all must hold",
      [
        { field: "User", op: "equals", values: ["a"] },
        { field: "Image", op: "contains", values: ["x"] },
      ],
      { User: "a", Image: "y" },
      false,
    ],
    [
      "twice the same field and operator",
      [
        { field: "Image", op: "contains", values: ["a"] },
        { field: "Image", op: "contains", values: ["b"] },
      ],
      { Image: "ab" },
      true,
    ],
  ])("%s", (_name, tests, fields, expected) => {
    expect(hides(bodyOf(tests), fields)).toBe(expected);
  });

  test("whatever the field and the value are, the event that has them is hidden and others are not", () => {
    const name = fc
      .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
      .filter((one) => /^[^|\p{Cc}]+$/u.test(one) && !/^\s|\s$/u.test(one));
    const value = fc.string({ maxLength: 20, unit: "binary" }).map((one) => one.toWellFormed());
    fc.assert(
      fc.property(name, value, (field, text) => {
        const body = bodyOf([{ field, op: "equals", values: [text] }]);
        expect(hides(body, { [field]: text })).toBe(true);
        expect(hides(body, { [field]: `${text}!` })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("holds from its beginning until before its end", () => {
    const [from, until] = [Date.parse("2026-11-02T00:00:00Z"), Date.parse("2026-11-03T00:00:00Z")];
    const body = bodyOf([{ field: "User", op: "equals", values: ["a"] }]);
    const at = (moment: number): boolean => hides(body, { User: "a" }, moment, { from, until });
    expect([from - 1, from, until - 1, until].map(at)).toEqual([false, true, true, false]);
    const states = [from - 1, from, until].map((now) => stateOf({ from, until, endedAt: null }, now));
    expect(states).toEqual(["planned", "active", "expired"]);
    expect(stateOf({ from, until, endedAt: from }, from)).toBe("ended");
  });
});

describe("an exception made from a text", () => {
  test("complaints speak of the author's own lines", () => {
    expect(codes("selection:\n  User: a\ncondition: not selection\n")).toEqual([]);
    expect(codes("selection:\n  User: a\ncondition: not other\n")).toEqual([expect.stringMatching(/^3 /u)]);
    expect(codes("selection:\n  User|re: '(?<=a)b'\ncondition: not selection")).toEqual(["2 sigma.regex.refused"]);
    expect(codes("selection:\n  User|no: b\ncondition: not selection")).toEqual([expect.stringMatching(/^2 /u)]);
  });

  test.each([
    ["another rule", "rules: any\nselection:\n  A: b\ncondition: not selection"],
    ["a quoted key", '"rules": any\nselection:\n  A: b\ncondition: not selection'],
    ["a second document", "selection:\n  A: b\ncondition: not selection\n---\ntitle: x"],
    ["a document mark at the margin", "selection:\n  A: b\ncondition: not selection\n\r---\rtitle: x"],
    ["a dedent", "selection:\n  A: b\ncondition: not selection\n\u0085id: x"],
    ["an open quote", 'selection:\n  A: "b\ncondition: not selection'],
    ["an anchor bomb", "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\ncondition: not 1 of *"],
    ["a whole filter", "title: x\nfilter:\n  rules: any\n  s:\n    A: b\n  condition: not s"],
    ["a list of conditions", "selection:\n  A: b\ncondition:\n  - not selection"],
    ["nothing", "# nothing"],
    ["a scalar", "hello"],
  ])("cannot smuggle in %s", (_name, body) => {
    const built = buildException(wish(body));
    if ("problems" in built) expect(built.problems.length).toBeGreaterThan(0);
    else {
      expect(built.filter.rules).toEqual([expect.objectContaining({ text: RULE.id })]);
      expect(built.filter.id).toBe(wish("").id);
    }
  });

  test("any title, reason and owner come back as they were", () => {
    const line = fc
      .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
      .filter((one) => /^[^\p{Cc}]+$/u.test(one) && one.trim() === one);
    fc.assert(
      fc.property(line, line, line, (title, reason, owner) => {
        const body = "selection:\n  A: b\ncondition: not selection";
        const built = buildException(wish(body, { title, reason, owner, until: Date.parse("2027-01-01T00:00:00Z") }));
        if ("problems" in built) throw new Error(JSON.stringify(built.problems));
        expect(built.filter.title).toBe(title);
        expect(built.filter.extras["x-khien"]).toMatchObject({ owner, reason, until: "2027-01-01T00:00:00.000Z" });
      }),
      { numRuns: 300 },
    );
  });

  test("an evil pattern costs linear time", () => {
    const body = "selection:\n  User|re: '^(a+)+$'\ncondition: not selection";
    expect(hides(body, { User: `${"a".repeat(50_000)}!` })).toBe(false);
  });

  test("the document is a Sigma filter as the specification has it", () => {
    const { text } = documentOf(wish(bodyOf([{ field: "User", op: "equals", values: ["a"] }])));
    expect(text).toBe(`title: "Backup agent"
id: "5f0d0c9e-0000-4000-8000-000000000002"
status: stable
description: "known and signed"
author: "lan"
date: 2026-11-01
logsource:
  product: "windows"
  category: "process_creation"
x-khien:
  owner: "lan"
  reason: "known and signed"
filter:
  rules:
    - "5f0d0c9e-0000-4000-8000-000000000001"
  exception:
    "User":
      - "a"
  condition: not exception
`);
  });
});
