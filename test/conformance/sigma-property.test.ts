/**
 * The engine against the naive evaluator on generated rules and events. Small alphabets make matches frequent.
 * Amount: KHIEN_SIGMA_RUNS rule sets (default 300), each 12 rules × 12 events.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FieldValue, LogSource } from "../../src/kernel/index.ts";
import { compileLinearRegex } from "../../src/platform/regex/index.ts";
import { parseYaml } from "../../src/platform/yaml/index.ts";
import type { LogSourceMap, Rule } from "../../src/modules/detection/core/sigma/index.ts";
import { compileRules, matchesNaively, parseRules } from "../../src/modules/detection/core/sigma/index.ts";

const runs = Number(process.env["KHIEN_SIGMA_RUNS"] ?? 300);
const regex = { compile: compileLinearRegex };

const logSourceMap: LogSourceMap = {
  routes: [
    {
      rule: { product: "p", category: "c" },
      event: { product: "p", service: "s" },
      when: [{ field: "ID", values: ["1", "2"] }],
      rename: { A: "B" },
    },
    {
      rule: { product: "p", category: "c" },
      event: { product: "p", service: "t" },
      when: [
        { field: "ID", values: ["3"] },
        { field: "K", values: ["x"] },
      ],
      rename: {},
    },
    { rule: { category: "d" }, event: { product: "q", service: "u" }, when: [], rename: { B: "A" } },
  ],
  fed: [],
  channels: new Map([["chan", "s"]]),
  discriminators: new Map([["p", "ID"]]),
};

const fieldName = fc.constantFrom("A", "B", "K", "ID", "A b", "ab");
const piece = fc.constantFrom(
  "a",
  "b",
  "aB",
  "BA",
  "c:\\",
  "\\",
  "*",
  "?",
  "\\*",
  "-x",
  "/x",
  " ",
  "ß",
  "İ",
  "1",
  "2",
  "10.0.0.1",
  "",
);
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));
const scalar = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(1, 2, 3, 10) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
);
const plainText = fc
  .array(fc.constantFrom("a", "b", "aB", "-x", "1"), { minLength: 1, maxLength: 3 })
  .map((pieces) => pieces.join(""));

const item = fc.oneof(
  {
    weight: 8,
    arbitrary: entry(
      fc.constantFrom(
        "",
        "|contains",
        "|startswith",
        "|endswith",
        "|contains|all",
        "|cased",
        "|windash|contains",
        "|neq",
        "|contains|neq",
        "|endswith|cased",
      ),
      fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    ),
  },
  { weight: 4, arbitrary: entry(fc.constant(""), fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 3 }))) },
  {
    weight: 2,
    arbitrary: entry(
      fc.constantFrom("|re", "|re|i"),
      fc.constantFrom("a+b", "^a", "(?i)ba", "a|1", "b$", "abab", "x.1", "aba?b"),
    ),
  },
  { weight: 1, arbitrary: entry(fc.constantFrom("|gt", "|lte"), fc.constantFrom(1, 2)) },
  { weight: 1, arbitrary: entry(fc.constant("|exists"), fc.boolean()) },
  { weight: 1, arbitrary: entry(fc.constant("|cidr"), fc.constantFrom("10.0.0.0/8", "11.0.0.0/8")) },
  { weight: 1, arbitrary: entry(fc.constantFrom("|fieldref", "|fieldref|contains", "|fieldref|neq"), fieldName) },
  { weight: 1, arbitrary: entry(fc.constantFrom("|base64offset|contains", "|wide|base64offset|contains"), plainText) },
);

function entry(modifiers: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<[string, unknown]> {
  return fc.tuple(fieldName, modifiers, value).map(([field, suffix, held]) => [field + suffix, held]);
}

const mapNode = fc.array(item, { minLength: 1, maxLength: 3 }).map((entries) => Object.fromEntries(entries));
const selection = fc.oneof(
  { weight: 6, arbitrary: mapNode },
  { weight: 2, arbitrary: fc.array(mapNode, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(plainText, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(plainText, { minLength: 1, maxLength: 2 }).map((words) => ({ "|all": words })) },
);
const condition = fc.constantFrom(
  "s1",
  "s1 and s2",
  "s1 or s2",
  "not s1",
  "s1 and not s2",
  "not s1 and not s2",
  "1 of s*",
  "all of them",
  "s1 and not (s2 or s3)",
  "not 1 of s*",
  "s3 or s1 and s2",
);
const logsource = fc.constantFrom<LogSource>(
  { product: "p" },
  { product: "p", service: "s" },
  { product: "p", category: "c" },
  { category: "d" },
  { product: "q", service: "u" },
);

const ruleText = fc
  .record({ logsource, s1: selection, s2: selection, s3: selection, condition })
  .map(({ logsource: source, ...detection }) => JSON.stringify({ title: "generated", logsource: source, detection }));

const value = fc.oneof<fc.Arbitrary<FieldValue>[]>(
  text,
  scalar,
  plainText,
  fc.array(scalar, { maxLength: 3 }),
  fc.constantFrom("YWI=", "xYWJhQg==", "a-X", "a/x", "c:\\ab"),
);
const event = fc.record({
  logsource: fc.constantFrom<LogSource>(
    { product: "p", service: "s" },
    { product: "p", service: "t" },
    { product: "p" },
    { product: "p", category: "c" },
    { product: "q", service: "u" },
    { category: "d" },
    {},
  ),
  raw: fc.constantFrom("", "a raw line aB", '{"a":"b"}'),
  fields: fc
    .array(
      fc.tuple(
        fc.constantFrom("A", "B", "K", "a B", "AB", "Other", "Channel"),
        fc.oneof(value, fc.constantFrom("x", "chan")),
      ),
      { maxLength: 5 },
    )
    .chain((entries) =>
      fc.constantFrom<FieldValue[]>(1, 2, "3", "4", "a", null).map((id) => [...entries, ["ID", id] as const]),
    )
    .map((entries) => Object.assign(Object.create(null), Object.fromEntries(entries))),
});

test("the engine finds exactly what the naive evaluator finds", () => {
  fc.assert(
    fc.property(
      fc.array(ruleText, { minLength: 12, maxLength: 12 }),
      fc.array(event, { minLength: 12, maxLength: 12 }),
      (texts, events) => {
        const rules: Rule[] = texts.flatMap((source, index) => [
          ...parseRules(source, { documents: { parse: parseYaml }, version: String(index) }).rules,
        ]);
        const set = compileRules(rules, { regex, logSourceMap });
        expect(set.rejected).toEqual([]);
        for (const one of events) {
          const expected = rules
            .filter((rule) => matchesNaively(rule, one, { regex, logSourceMap }))
            .map(({ id }) => id);
          expect(set.match(one).map(({ id }) => id)).toEqual(expected);
        }
      },
    ),
    { numRuns: runs },
  );
}, 600_000);
