import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../../kernel/index.ts";
import { parseRecord } from "../core/parse.ts";
import { LINES_PER_FORM, MAX_FORM_CREDIT } from "../limits.ts";
import { EventLine } from "./event-line.ts";
import { type Line, type LineScreen, LineSplitter } from "./lines.ts";

const line = new EventLine();
/** Has met other members first, so it numbers them otherwise, and is told the forms that `line` has worked out. */
const later = new EventLine();
later.load(Buffer.from('{"Unrelated":1,"Channel":"Own","EventID":1,"Image":"a"}\n'));
later.read(0);

function parsed(raw: string): KhienEvent {
  return parseRecord({ id: "" as EventId, door: "file", sensor: "", receivedAt: 0, raw });
}

/** Names that agree but for case and blanks, in the order in which they come. */
function alike(names: readonly string[]): string[][] {
  return [...Map.groupBy(names, (name) => name.replaceAll(" ", "").toLowerCase()).values()]
    .filter((group) => group.length > 1)
    .sort();
}

/** A line that is taken is the event parseRecord makes of it; told of which format, or undefined when it is not taken. */
function agrees(raw: string): string | undefined {
  const format = agreesWith(line, raw);
  expect(agreesWith(later, raw)).toBe(format);
  return format;
}

function agreesWith(reader: EventLine, raw: string): string | undefined {
  const bytes = Buffer.from(`${raw}\n{}\n`);
  reader.load(bytes);
  for (let lines = 0; lines < LINES_PER_FORM; lines++) reader.read(0);
  if (reader.read(0) === -1) return undefined;
  const event = parsed(raw);
  expect(event.parseFailure).toBeUndefined();
  expect(reader.logsource).toBe(event.logsource);
  expect(reader.raw).toBe(raw);
  const fields = Object.fromEntries(reader.names.map((name, at) => [name, reader.valueAt(at)]));
  expect(fields).toEqual({ ...event.fields });
  const ambiguous = alike(reader.names).filter((group) => new Set(group.map((name) => fields[name])).size > 1);
  for (const group of ambiguous) expect(alike(Object.keys(event.fields))).toContainEqual(group);
  for (const [at, name] of reader.names.entries()) {
    expect(reader.named(name)).toEqual(reader.valueAt(at));
    if (reader.tokenAt(at) !== -1) expect(reader.valueAt(at)).toBeTypeOf("string");
  }
  expect(reader.named("no such name")).toBeUndefined();
  return event.format;
}

const scalars = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "\\", '"', "\n", "é", "\u0001", "\u212a"), maxLength: 6 }),
  fc.constantFrom("2026-01-02T03:04:05Z", "-", "S-1-5-18", "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const values = fc.oneof(
  { weight: 6, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
);
const eventIds = fc.constantFrom(1, "1", "4688", 4688, "0x10", "x", "", null, 4.5, "12345678901");
const channels = fc.constantFrom<unknown>(
  "Security",
  "Microsoft-Windows-Sysmon/Operational",
  "Linux-Sysmon/Operational",
  "Own",
  7,
);
const otherNames = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom("Image", "CommandLine", "TargetFilename", "User", "Hashes", "Data", "a.b", "1"),
  },
  { weight: 1, arbitrary: fc.constantFrom("ProcessID", "ProcessId", "Source Name", "SourceName", "__proto__", "é") },
);
const rest = fc.dictionary(
  otherNames,
  fc.oneof(
    { weight: 8, arbitrary: values },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom("b", "c", "#text", "@Name"), values) },
  ),
  { maxKeys: 5 },
);

/** Members in any order: the generated lists are shuffled by their first elements. */
function inOrder(object: object): fc.Arbitrary<object> {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return fc
    .shuffledSubarray(entries, { minLength: entries.length })
    .chain((shuffled) =>
      fc.tuple(
        ...shuffled.map(([key, value]) => {
          const inner = typeof value === "object" && value !== null && !Array.isArray(value);
          return inner ? inOrder(value).map((ordered) => [key, ordered]) : fc.constant([key, value]);
        }),
      ),
    )
    .map(
      (pairs) =>
        JSON.parse(
          `{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`,
        ) as object,
    );
}

const some = <Of>(names: readonly string[], of: fc.Arbitrary<Of>) =>
  fc.record(Object.fromEntries(names.map((name) => [name, of])), { requiredKeys: [] });
const systemNames = [
  "SourceName",
  "ProviderName",
  "Source",
  "Hostname",
  "Computer",
  "RecordId",
  "ExecutionProcessID",
  "Message",
];

const nxlog = fc
  .tuple(some(systemNames, values), rest, eventIds, channels)
  .map(([system, others, EventID, Channel]) => ({ ...others, ...system, EventID, Channel }));

const winlogbeatSystem = some(
  [
    "channel",
    "log_name",
    "event_id",
    "provider_name",
    "source_name",
    "computer_name",
    "record_id",
    "process_id",
    "level",
    "Level",
    "task",
  ],
  values,
);
const winlogbeat6 = fc
  .tuple(winlogbeatSystem, some(["event_data", "user_data", "host", "user"], rest), eventIds, channels)
  .map(([system, inner, event_id, log_name]) => ({
    ...system,
    ...inner,
    event_data: inner["event_data"] ?? {},
    event_id,
    log_name,
    message: "m",
  }));
const winlogbeat7 = fc
  .tuple(
    winlogbeatSystem,
    some(["event_data", "user_data", "process", "user"], rest),
    some(["host", "event", "message", "tags"], fc.oneof(values, rest)),
    channels,
  )
  .map(([system, inner, others, channel]) => ({ ...others, winlog: { ...system, channel, ...inner } }));

const element = fc.oneof(
  { weight: 8, arbitrary: values },
  {
    weight: 2,
    arbitrary: fc.record(
      { "#attributes": some(["Guid", "ProcessID"], scalars), "#text": scalars },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: some(["@Name", "Name", "Value"], scalars) },
);
const nested = fc
  .tuple(
    some(
      ["Provider", "Computer", "TimeCreated", "TimeCreated_attributes", "Execution", "Correlation", "Level"],
      element,
    ),
    eventIds,
    channels,
    fc.oneof(rest, scalars, fc.record({ Data: fc.oneof(element, fc.array(scalars)) })),
    fc.option(fc.record({ Inner: rest, "#attributes": rest }), { nil: undefined }),
    fc.boolean(),
  )
  .map(([system, EventID, Channel, EventData, UserData, wrapped]) => {
    const event = { System: { ...system, EventID, Channel }, EventData, UserData, RenderingInfo: { Message: "m" } };
    return wrapped ? { Event: event } : event;
  });

describe("an event's line is the event parseRecord makes of it", () => {
  test.each([
    ["windows-nxlog", nxlog],
    ["winlogbeat", winlogbeat6],
    ["winlogbeat", winlogbeat7],
    ["windows-json", nested],
  ])("%s", (format, object) => {
    let taken = 0;
    fc.assert(
      fc.property(object.chain(inOrder), (record) => {
        if (agrees(JSON.stringify(record)) === format) taken++;
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(450);
  });

  test.each([
    ['{"ProcessId":"a","ProcessID":"b","EventID":1,"Channel":"x"}', "windows-nxlog"],
    ['{"ProcessID":"b","ProcessId":"a","EventID":1,"Channel":"x"}', "windows-nxlog"],
    ['{"EventID":"4688","Channel":"Security","Source Name":"x"}', "windows-nxlog"],
    ['{"winlog":{"channel":"Security","event_id":"4624","event_data":{"LogonType":"3"}},"message":"m"}', "winlogbeat"],
    ['{"event":{"code":"4624"},"winlog":{"channel":"Security","process":{"pid":4}}}', "winlogbeat"],
    [
      '{"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"p"}},"EventID":1}}}',
      "windows-json",
    ],
    ['{"System":{"EventID":{"#text":1,"#attributes":{"Qualifiers":0}}},"EventData":{"a":null}}', "windows-json"],
  ])("%s is taken", (raw, format) => {
    for (let again = 0; again < 3; again++) expect(agrees(raw)).toBe(format);
  });

  test.each([
    // Whose value a name has is decided by values, or by the order of members.
    '{"Event":{"System":{"EventID":1},"EventData":{"Data":["a","a"]}}}',
    '{"Event":{"System":{"EventID":1},"EventData":{"Data":{"@Name":"x","#text":"y"}}}}',
    '{"winlog":{"event_data":{"a b":1,"ab":2}}}',
    '{"EventID":1,"Channel":"x","__proto__":1}',
    '{"EventID":1,"Channel":"x","é":1}',
    '{"EventID":1,"Channel":7}',
    '{"a":1}',
    '{"@timestamp":"2026-01-02T03:04:05Z","ecs":{"version":"8"},"event":{"category":"process"}}',
  ])("%s is left to be parsed", (raw) => {
    for (let again = 0; again < 3; again++) expect(agrees(raw)).toBeUndefined();
  });

  test("ever new shapes are left to be parsed after a while, known ones are not", () => {
    const fresh = new EventLine();
    const take = (record: object): boolean => {
      fresh.load(Buffer.from(`${JSON.stringify(record)}\n`));
      return fresh.read(0) !== -1;
    };
    let taken = 0;
    for (let round = 0; round < 2 * MAX_FORM_CREDIT; round++) {
      if (take({ EventID: 1, Channel: "x", [`key ${round % 1_000}`]: 1 })) taken++;
      // A shape may be forgotten among so many, and is learnt again when the lines have paid for it.
      take({ EventID: 1, Channel: "x" });
    }
    expect(taken).toBeGreaterThan(MAX_FORM_CREDIT / LINES_PER_FORM);
    for (let lines = 0; lines < LINES_PER_FORM; lines++) take({ EventID: 1, Channel: "x" });
    expect(take({ EventID: 1, Channel: "x" })).toBe(true);
  });

  test("a carriage return belongs to the end of the line", () => {
    const bytes = Buffer.from('{"EventID":1,"Channel":"x"}\r\n');
    line.load(bytes);
    expect(line.read(0)).toBe(bytes.length - 1);
    expect(line.raw).toBe('{"EventID":1,"Channel":"x"}');
  });
});

test("in a stream cut anywhere, every line is taken once or left, none from pieces of two", () => {
  const event = fc.record({
    EventID: fc.constantFrom(1, "22"),
    Channel: fc.constant("x"),
    Image: fc.string({ maxLength: 30 }),
  });
  const lineText = fc.oneof(
    { weight: 4, arbitrary: event.map((record) => JSON.stringify(record)) },
    { weight: 1, arbitrary: fc.constantFrom("", "plain", '{"EventID":1', '{"a":1}', '{"EventID":1,"Channel":"x"} x') },
  );
  const stream = new EventLine();
  fc.assert(
    fc.property(
      fc.array(fc.tuple(lineText, fc.constantFrom("\n", "\r\n")), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(200), { maxLength: 8 }),
      (lines, cuts) => {
        const text = lines.map(([one, end]) => one + end).join("");
        const bytes = Buffer.from(text);
        const seen: (readonly [offset: number, text: string])[] = [];
        let offset = 0;
        let piece = bytes.subarray(0, 0);
        let from = 0;
        const screen: LineScreen = {
          load: (chunk) => {
            // What is no piece is the line that was begun before it.
            from = chunk === piece ? offset : bytes.lastIndexOf(10, offset - 1) + 1;
            return stream.load(chunk);
          },
          settle: (start) => {
            const end = stream.read(start);
            if (end !== -1) seen.push([from + start, stream.raw]);
            return end;
          },
        };
        const splitter = new LineSplitter(undefined, { screen });
        const take = (left: readonly Line[]): void => {
          for (const one of left) if ("text" in one) seen.push([one.byteOffset, one.text]);
        };
        for (const cut of [...cuts, bytes.length]) {
          piece = bytes.subarray(offset, offset + cut);
          take(splitter.push(piece));
          offset += piece.length;
        }
        take(splitter.end());
        expect(splitter.line).toBe(lines.length + 1);
        const byPlace = seen.toSorted(([one], [other]) => one - other);
        expect(byPlace.map(([, raw]) => raw)).toEqual(lines.map(([one]) => one));
      },
    ),
    { numRuns: 2_000 },
  );
});
