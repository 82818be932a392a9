import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteRecord, type EventBytes, type EventId, type KhienEvent } from "../../../kernel/index.ts";
import { parseRecord } from "../core/parse.ts";
import { LINES_PER_FORM } from "../limits.ts";
import { LineEvents } from "./line-event.ts";

const lines = new LineEvents();

function recordOf(raw: string): ByteRecord {
  const about = { id: "f".repeat(32) as EventId, door: "syslog-tcp", sensor: "s", receivedAt: 7, peer: "192.0.2.7" };
  return new ByteRecord({ ...about, door: "syslog-tcp" }, Buffer.from(raw));
}

/** All that an event says, made as plain as can be. */
function told(event: KhienEvent): unknown {
  const { id, time, ingestedAt, timeMissing, sensor, logsource, format, host, entities, exerciseId, parseFailure } =
    event;
  const about = { id, time, ingestedAt, timeMissing, sensor, logsource, format, host, exerciseId, parseFailure };
  return { ...about, entities: JSON.stringify(entities), fields: { ...event.fields }, raw: event.raw };
}

function edited({ raw, edits }: EventBytes): string {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { from, to, text } of edits) {
    parts.push(raw.subarray(at, from), Buffer.from(text));
    at = to;
  }
  return Buffer.concat([...parts, raw.subarray(at)]).toString();
}

/** An event that is made of a line is the one parseRecord makes of it; told whether one was made. */
function agrees(raw: string): boolean {
  const record = recordOf(raw);
  // A form is learnt when enough lines have paid for it.
  for (let paid = 0; paid < LINES_PER_FORM; paid++) lines.read(record);
  const event = lines.read(record) ? lines.event(record) : undefined;
  if (event === undefined) return false;
  const parsed = parseRecord({ ...record, raw });
  expect(told(event)).toEqual(told(parsed));
  const { bytes } = event;
  if (bytes === undefined) throw new Error("no bytes");
  expect(Buffer.from(bytes.raw).toString()).toBe(raw);
  expect(edited(bytes)).toBe(JSON.stringify(parsed.fields));
  expect(bytes.names.toSorted()).toEqual(Object.keys(parsed.fields).sort());
  expect(bytes.isPlain).toBe(!/[^\x00-\x7f]/u.test(raw) && !raw.includes("\\u"));
  return true;
}

const scalars = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "\\", '"', "/", "\n", "é", "\u2028", "\ud83d\ude00"), maxLength: 6 }),
  fc.constantFrom<string | number>("2026-01-02T03:04:05Z", "2026-01-02 03:04:05.123", "-", "", "::ffff:192.0.2.1", 445),
  fc.constantFrom("SHA1=da39a3ee5e6b4b0d3255bfef95601890afd80709,MD5=d41d8cd98f00b204e9800998ecf8427e"),
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const names = fc.oneof(
  fc.constantFrom("Image", "CommandLine", "ParentImage", "User", "SubjectUserName", "SubjectDomainName"),
  fc.constantFrom("TargetUserName", "TargetDomainName", "IpAddress", "IpPort", "SourceIp", "DestinationPort"),
  fc.constantFrom("UtcTime", "EventTime", "TimeCreated", "@timestamp", "EventReceivedTime", "Hashes", "Hash"),
  fc.constantFrom("Hostname", "Computer", "SourceName", "Provider_Name", "RecordNumber", "EventRecordID"),
  fc.constantFrom("ExecutionProcessID", "Message", "QueryName", "7", "a b"),
);
const windows = fc.record({
  EventID: fc.constantFrom<string | number>(1, 3, 4624, 4688, 5156, "1", 99),
  Channel: fc.constantFrom("Security", "Microsoft-Windows-Sysmon/Operational", "Own"),
});

test("an event read from its line is the event that parsing makes of it", () => {
  let made = 0;
  fc.assert(
    fc.property(
      windows,
      fc.array(fc.tuple(names, fc.oneof({ weight: 8, arbitrary: scalars }, fc.array(scalars, { maxLength: 3 }))), {
        maxLength: 12,
      }),
      fc.constantFrom(undefined, 1),
      (event, members, space) => {
        if (agrees(JSON.stringify({ ...event, ...Object.fromEntries(members) }, undefined, space))) made += 1;
      },
    ),
    { numRuns: 4_000 },
  );
  expect(made).toBeGreaterThan(500);
});

test.each([
  ['{"EventID":1,"Channel":"x","A":"\\ud800"}', "half a character"],
  ['{"EventID":1,"Channel":"x","A":007}', "no JSON"],
  ['{"EventID":1, "Channel":"x"}', "a blank"],
  ['{"EventID":"1","Channel":"x"}', "a number as text"],
  ['{"EventID":1,"Channel":"x","A":{"b":1}}', "an object"],
  ['{"EventID":1,"Channel":"x","a b":1}', "a name that is changed"],
  ['{"EventID":1,"Channel":"x"}\r', "a carriage return"],
  [' {"EventID":1,"Channel":"x"}', "a blank before it"],
  ['{"a":1}', "no Windows event"],
])("%s is left to be parsed: %s", (raw) => {
  for (let again = 0; again < 3; again++) expect(agrees(raw)).toBe(false);
});

test("plain ones are read", () => {
  for (const more of [
    "",
    ',"Computer":"pc"',
    ',"A":"\\\\\\"\\n"',
    ',"A":"/a\\/b","B":"\\/"',
    ',"A":"a\\\\/b/"',
    ',"A":"đường"',
    ',"A":0,"B":null,"C":["b",1.5,"\\\\"]',
  ]) {
    expect(agrees(`{"EventID":1,"Channel":"x"${more}}`)).toBe(true);
  }
});
