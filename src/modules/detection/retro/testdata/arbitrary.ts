/** Random rules and events that often meet, with the awkward cases on purpose: spellings, blanks, odd letters, nulls. */
import fc from "fast-check";
import type { EventId, FieldValue, KhienEvent, LogSource } from "../../../../kernel/index.ts";
import type { LogSourceMap } from "../../core/sigma/index.ts";

export const BASE_TIME = Date.UTC(2026, 10, 21, 10);

export const generatedMap: LogSourceMap = {
  routes: [
    {
      rule: { product: "windows", category: "start" },
      event: { product: "windows", service: "sysmon" },
      when: [{ field: "EventID", values: ["1"] }],
      rename: {},
    },
    {
      rule: { product: "windows", category: "start" },
      event: { product: "windows", service: "security" },
      when: [{ field: "EventID", values: ["4688"] }],
      rename: { Image: "NewProcessName" },
    },
  ],
  fed: [],
  channels: new Map([
    ["security", "security"],
    ["sysmon/operational", "sysmon"],
  ]),
  discriminators: new Map([["windows", "EventID"]]),
};

const piece = fc.constantFrom("a", "Ab", "\\cmd.exe", "-enc", "/x", " ", "ß", "İ", "i", "😀", "Ω", "10.0.0.1", "1", "*", "?", "\\*", '"', "");
const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(""));
const word = fc.array(fc.constantFrom("a", "Ab", "cmd", "enc", "1"), { minLength: 1, maxLength: 3 }).map((all) => all.join(""));
const scalar = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 2, arbitrary: fc.constantFrom(1, 4688, 0.5, -3, 1e21) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
);
const fieldName = fc.constantFrom("Image", "CommandLine", "User", "Source Name", "host");

function entry(modifiers: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<[string, unknown]> {
  return fc.tuple(fieldName, modifiers, value).map(([field, suffix, held]) => [field + suffix, held]);
}

const oneOrMore = <T>(one: fc.Arbitrary<T>, most: number) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: most }));
const item = fc.oneof(
  {
    weight: 8,
    arbitrary: entry(
      fc.constantFrom("", "|contains", "|startswith", "|endswith", "|contains|all", "|cased", "|windash|contains", "|neq", "|contains|neq"),
      oneOrMore(text, 7),
    ),
  },
  { weight: 4, arbitrary: entry(fc.constant(""), oneOrMore(scalar, 3)) },
  { weight: 2, arbitrary: entry(fc.constantFrom("|re", "|re|i"), fc.constantFrom("a+b", "^a", "(?i)cmd", "a|1", "enc$", "cmd.exe")) },
  { weight: 1, arbitrary: entry(fc.constantFrom("|gt", "|lte"), fc.constantFrom(1, 2)) },
  { weight: 1, arbitrary: entry(fc.constant("|exists"), fc.boolean()) },
  { weight: 1, arbitrary: entry(fc.constant("|cidr"), fc.constantFrom("10.0.0.0/8", "11.0.0.0/8", "::/0")) },
  { weight: 1, arbitrary: entry(fc.constantFrom("|fieldref", "|fieldref|neq"), fieldName) },
);
const map = fc.array(item, { minLength: 1, maxLength: 3 }).map((entries) => Object.fromEntries(entries));
const selection = fc.oneof(
  { weight: 6, arbitrary: map },
  { weight: 2, arbitrary: fc.array(map, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(word, text.filter((one) => one !== "")), { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.array(word, { minLength: 1, maxLength: 2 }).map((words) => ({ "|all": words })) },
);
const condition = fc.constantFrom("s1", "s1 and s2", "s1 or s2", "not s1", "s1 and not s2", "not 1 of s*", "s1 and not (s2 or s3)", "all of them");
const logsource = fc.constantFrom<LogSource>(
  { product: "windows" },
  { product: "windows", service: "security" },
  { product: "windows", category: "start" },
  { category: "web" },
  { product: "linux", service: "sshd" },
);

export const ruleTextArbitrary = fc
  .record({ logsource, s1: selection, s2: selection, s3: selection, condition })
  .map(({ logsource: source, ...detection }) => JSON.stringify({ title: "generated", logsource: source, detection }));

const value = fc.oneof<fc.Arbitrary<FieldValue>[]>(
  text,
  scalar,
  word,
  fc.array(scalar, { maxLength: 3 }),
  fc.constantFrom("a-enc", "x/X", "c:\\windows\\CMD.EXE", "ab İ", "I", "a\uD83D"),
);

let serial = 0;
export const eventArbitrary: fc.Arbitrary<KhienEvent> = fc
  .record({
    logsource: fc.constantFrom<LogSource>(
      { product: "windows", service: "security" },
      { product: "windows", service: "sysmon" },
      { product: "windows" },
      { product: "windows", category: "start" },
      { category: "web" },
      { product: "linux", service: "sshd" },
      {},
    ),
    raw: fc.constantFrom("", "a raw line Ab cmd", '{"a":"b"}'),
    fields: fc.array(
      fc.tuple(fc.constantFrom("Image", "image", "NewProcessName", "CommandLine", "User", "user", "SourceName", "Source Name", "host"), value),
      { maxLength: 5 },
    ),
    id: fc.constantFrom<FieldValue>(1, "1", 4688, "4688", null),
    channel: fc.constantFrom(undefined, "Security", "Sysmon/Operational", "other"),
  })
  .map(({ logsource: source, raw, fields, id, channel }) => {
    serial += 1;
    const held: Record<string, FieldValue> = Object.assign(Object.create(null), Object.fromEntries(fields), { EventID: id });
    if (channel !== undefined) held["Channel"] = channel;
    return {
      id: serial.toString(16).padStart(32, "0") as EventId,
      time: BASE_TIME + serial,
      ingestedAt: BASE_TIME,
      sensor: "s",
      logsource: source,
      format: "test",
      entities: {},
      fields: held,
      raw,
    };
  });
