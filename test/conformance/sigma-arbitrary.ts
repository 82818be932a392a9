/** Generated rules and events over small alphabets, so that matches are frequent. Every modifier and chain has a part. */
import fc from "fast-check";
import type { FieldValue, LogSource } from "../../src/kernel/index.ts";
import type { LogSourceMap, Placeholders, SigmaEvent } from "../../src/modules/detection/core/sigma/index.ts";

export const logSourceMap: LogSourceMap = {
  routes: [
    {
      rule: { product: "p", category: "c" },
      event: { product: "p", service: "s" },
      when: [{ field: "ID", values: ["1", "2"] }],
      rename: { A: "B", "e.a": "B" },
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
    {
      rule: { product: "p", category: "v" },
      event: { product: "p", category: "c" },
      when: [],
      withoutService: true,
      rename: {},
    },
  ],
  fed: [],
  channels: new Map([["chan", "s"]]),
  discriminators: new Map([["p", "ID"]]),
  aliases: {
    native: new Map([["n", [{ product: "p", service: "s" }]]]),
    groups: [
      { scopes: [{ category: "c" }], names: names({ n: ["A"], ecs: ["e.a", "E A"], o: ["o.a"] }) },
      { scopes: [{ category: "c" }, { product: "q" }], names: names({ n: ["B"], ecs: ["e.b"], o: ["o.a"] }) },
      { scopes: [{ category: "d" }], names: names({ ecs: ["e.a"], n: ["B"] }) },
      { scopes: [], names: names({ n: ["K"], ecs: ["e.k"] }) },
    ],
  },
};

function names(given: Record<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(given));
}

export const placeholders: Placeholders = { one: ["a"], many: ["b", "aB*", 1, "\\?"], path: ["c:\\a", "-x"] };

const ruleField = fc.constantFrom("A", "B", "K", "ID", "A b", "ab", "e.a", "e.b", "o.a", "e.k", "T", "IP");
const piece = fc.constantFrom(..."a|b|aB|BA|c:\\|\\|*|?|\\*|\\\\|-x|/x|–x| |ß|İ|ſ|K|😀|1|2|10.0.0.1|".split("|"));
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));
const scalar = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(1, 2, 3, 10, 1.5, -1) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
);
const plain = fc
  .array(fc.constantFrom("a", "b", "aB", "-x", "1", "é"), { minLength: 1, maxLength: 3 })
  .map((pieces) => pieces.join(""));

function oneOrMany<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | Value[]> {
  // Long lists are asked as one question (any-of.ts).
  return fc.oneof(
    { weight: 8, arbitrary: value },
    { weight: 7, arbitrary: fc.array(value, { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(value, { minLength: 8, maxLength: 26 }) },
  );
}

type Suffixes = readonly string[];

/** Chains of modifiers; `-` is none. */
function suffixes(chains: string): Suffixes {
  return chains.split(" ").map((chain) => (chain === "-" ? "" : `|${chain}`));
}

const textSuffixes = suffixes(
  "- contains startswith endswith contains|all all cased contains|cased endswith|cased startswith|all neq contains|neq cased|neq all|neq windash windash|contains windash|endswith windash|contains|all windash|cased contains|windash",
);
const encodedSuffixes = suffixes(
  "base64offset|contains base64|contains base64 wide|base64offset|contains wide|contains utf16le|base64|contains utf16be|base64offset|contains utf16|base64offset|contains base64offset|contains|all windash|base64offset|contains windash|wide|base64offset|contains base64offset|contains|cased",
);
const regexSuffixes = suffixes("re re|i re|m re|s re|i|m|s re|startswith re|endswith re|contains re|all re|neq");
const patterns = [
  "a+b",
  "^a",
  "(?i)ba",
  "a|1",
  "b$",
  "abab",
  "x.1",
  "aba?b",
  "^a$",
  "(?s)a.b",
  "(?m)^b",
  "[^a]b",
  "\\\\\\\\",
  "\\d+",
  "(?:ab)+",
  "\\bx\\b",
  ".*a.*b",
  "a{2,3}",
  "\\S\\s",
  "(?i)k",
  "(?i)[s-t]",
  "é|ß",
  "^$",
  "x*",
];
const numberSuffixes = suffixes("gt gte lt lte gt|neq");
const timeSuffixes = suffixes("minute hour day week month year hour|gte minute|lt gt|day year|lte");
const fieldrefSuffixes = suffixes(
  "fieldref fieldref|contains fieldref|startswith fieldref|endswith fieldref|neq fieldref|cased",
);
const expandSuffixes = suffixes("expand contains|expand expand|endswith expand|contains|all expand|cased");

function entry(chains: Suffixes, value: fc.Arbitrary<unknown>, field = ruleField): fc.Arbitrary<[string, unknown]> {
  return fc.tuple(field, fc.constantFrom(...chains), value).map(([name, suffix, held]) => [name + suffix, held]);
}

const networks = [
  "10.0.0.0/8",
  "11.0.0.0/8",
  "10.0.0.1",
  "fe80::/10",
  "::1/128",
  "::ffff:10.0.0.0/104",
  "2001:db8::/32",
];
const dates = fc.constantFrom("IP", "T", "A");
const item = fc.oneof(
  { weight: 8, arbitrary: entry(textSuffixes, oneOrMany(text)) },
  { weight: 4, arbitrary: entry(["", "|neq", "|all"], oneOrMany(scalar)) },
  { weight: 3, arbitrary: entry(regexSuffixes, oneOrMany(fc.constantFrom(...patterns))) },
  { weight: 2, arbitrary: entry(encodedSuffixes, oneOrMany(plain)) },
  { weight: 1, arbitrary: entry(numberSuffixes, fc.constantFrom(1, 2, "1.5", -1)) },
  { weight: 1, arbitrary: entry(["|exists"], fc.boolean()) },
  {
    weight: 1,
    arbitrary: entry(["|cidr", "|cidr|neq"], oneOrMany(fc.constantFrom(...networks)), fc.constantFrom("IP", "A")),
  },
  { weight: 1, arbitrary: entry(fieldrefSuffixes, ruleField) },
  { weight: 1, arbitrary: entry(timeSuffixes, fc.constantFrom(0, 1, 3, 22, 30, 45, 2026), dates) },
  {
    weight: 1,
    arbitrary: entry(expandSuffixes, fc.constantFrom("%one%", "x%many%", "%path%b", "\\%%one%", "%one%%many%")),
  },
);

const mapNode = fc.array(item, { minLength: 1, maxLength: 3 }).map((entries) => Object.fromEntries(entries));
const words = fc.array(
  fc.oneof(
    plain,
    text.filter((one) => one !== ""),
  ),
  { minLength: 1, maxLength: 2 },
);
const keywordMap = fc
  .tuple(fc.constantFrom("|all", "|cased", "|re", "|windash", "|base64offset|contains", "|contains|all"), words)
  .filter(([suffix, held]) => suffix !== "|re" || held.every((word) => /^[a-zA-Z0-9é-]+$/.test(word)))
  .filter(([suffix, held]) => !suffix.startsWith("|base64") || held.every((word) => !/[*?\\]/.test(word)))
  .map(([suffix, held]) => ({ [suffix]: held }));
const selection = fc.oneof(
  { weight: 6, arbitrary: mapNode },
  { weight: 2, arbitrary: fc.array(mapNode, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: words },
  { weight: 1, arbitrary: keywordMap },
  { weight: 1, arbitrary: fc.tuple(mapNode, plain).map(([map, word]) => [map, word]) },
);
const conditions = [
  "s1",
  "s1 and s2",
  "s1 or s2",
  "not s1",
  "s1 and not s2",
  "not s1 and not s2",
  "1 of s*",
  "all of them",
  "any of s*",
  "s1 and not (s2 or s3)",
  "not 1 of s*",
  "s3 or s1 and s2",
  "not (s1 and not s2)",
  "not not s1",
  "1 of them and not s3",
];
const condition = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...conditions) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(...conditions), { minLength: 1, maxLength: 2 }) },
);
const ruleSource = fc.constantFrom<LogSource>(
  { product: "p" },
  { product: "p", service: "s" },
  { product: "p", category: "c" },
  { product: "p", category: "v" },
  { category: "c" },
  { category: "d" },
  { product: "q", service: "u" },
);

export const ruleText = fc
  .record({
    logsource: ruleSource,
    taxonomy: fc.constantFrom("sigma", "sigma", "ecs", "n"),
    s1: selection,
    s2: selection,
    s3: selection,
    condition,
  })
  .map(({ logsource, taxonomy, ...detection }) =>
    JSON.stringify({ title: "generated", taxonomy, logsource, detection }),
  );

const encoded = ["ab", "a", "xab", "aB-x", "a/xb", "é1"].flatMap((one) =>
  (["utf8", "utf16le"] as const).map((form) => Buffer.from(`${one}b`, form).toString("base64")),
);
const value = fc.oneof<fc.Arbitrary<FieldValue>[]>(
  text,
  scalar,
  plain,
  fc.array(scalar, { maxLength: 3 }),
  fc.constantFrom(...encoded, "YWI=", "xYWJhQg==", "a-X", "a/x", "c:\\ab", "a\nb", "b\na", "aBB", "k", "ST"),
  fc.constantFrom("a\0b\0", "xb", "c:\\a", "%a", "x1", "A", "AB"),
);
const address = fc.constantFrom(
  "10.0.0.1",
  "10.255.0.3",
  "11.1.1.1",
  "fe80::1",
  "::1",
  "::ffff:10.0.0.1",
  "2001:DB8::5",
  "10.0.0",
);
const instant = fc.constantFrom<FieldValue>(
  "2026-01-03T22:30:00Z",
  "2026-12-31T23:45:10.5+02:00",
  "2026-11-22 00:01:00",
  "1 Jan",
  "2024-02-30T00:00:00Z",
  1_772_600_767,
  1_772_600_767_123,
  "1772600767",
  0,
);
const eventSource = fc.constantFrom<LogSource>(
  { product: "p", service: "s" },
  { product: "p", service: "t" },
  { product: "p" },
  { product: "p", category: "c" },
  { product: "p", category: "c", service: "w" },
  { category: "c" },
  { product: "q", service: "u" },
  { category: "d" },
  {},
);

const held = fc.oneof(
  fc.tuple(
    fc.constantFrom("A", "B", "K", "a B", "AB", "Other", "Channel", "e.a", "e.b", "E.A", "E A", "o.a", "e.k"),
    fc.oneof(value, fc.constantFrom("x", "chan")),
  ),
  fc.tuple(fc.constantFrom("IP", "A"), address),
  fc.tuple(fc.constantFrom("T", "A"), instant),
  fc.tuple(fc.constantFrom("A", "B", "e.a"), fc.constantFrom<FieldValue[]>(null, [], [null], "")),
);

export const event: fc.Arbitrary<SigmaEvent> = fc.record({
  logsource: eventSource,
  raw: fc.constantFrom("", "a raw line aB", '{"a":"b"}', "-x b"),
  fields: fc
    .array(held, { maxLength: 6 })
    .chain((entries) =>
      fc.constantFrom<FieldValue[]>(1, 2, "3", "4", "a", null).map((id) => [...entries, ["ID", id] as const]),
    )
    .map((entries) => Object.assign(Object.create(null), Object.fromEntries(entries))),
});
