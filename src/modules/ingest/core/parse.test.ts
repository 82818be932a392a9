import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalRecord, KhienEvent } from "../../../kernel/index.ts";
import { parseRecord } from "../parsers.ts";

const RECEIVED = Date.UTC(2026, 0, 2, 3, 4, 5);

function record(raw: string, format?: string): JournalRecord {
  return { id: "0".repeat(32) as JournalRecord["id"], door: "file", sensor: "test", receivedAt: RECEIVED, raw, format };
}

function parse(raw: string, format?: string): KhienEvent {
  return parseRecord(record(raw, format));
}

/** Names the recognisers probe, and some of Object.prototype. */
const PROBED_NAMES =
  "EventID Channel winlog event_data log_name Event System EventData Data UserData ts id.orig_h _path event_type timestamp src_ip MESSAGE __REALTIME_TIMESTAMP SyslogMessage eventName userIdentity protoPayload auditID __proto__ constructor toString".split(
    " ",
  );

describe("every record becomes an event", () => {
  const formats = fc.constantFrom(
    undefined,
    "evtx",
    "auditd",
    "syslog",
    "zeek-tsv:conn",
    "zeek-tsv:x:a#,b*",
    "nonsense",
  );

  test("arbitrary text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), formats, (raw, format) => {
        const event = parse(raw, format);
        expect(event.raw).toBe(raw);
        expect(Number.isFinite(event.time)).toBe(true);
        expect(event.format === "raw").toBe(event.parseFailure !== undefined);
      }),
      { numRuns: 500 },
    );
  });

  test("arbitrary JSON, also under the names parsers look for", () => {
    const names = fc.constantFrom(...PROBED_NAMES);
    const value = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue(), { maxKeys: 4 }));
    fc.assert(
      fc.property(fc.dictionary(names, value, { maxKeys: 8 }), formats, (object, format) => {
        const event = parse(JSON.stringify(object), format);
        expect(Object.getPrototypeOf(event.fields)).toBe(null);
        for (const name in event.fields) {
          for (const part of [event.fields[name]].flat()) expect(typeof part === "object" && part !== null).toBe(false);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("audit and syslog look-alikes", () => {
    const part = fc.oneof(
      fc.constantFrom(
        "type=",
        "EXECVE ",
        "msg=audit(1.2:3): ",
        'a0="',
        "a1[0]=",
        "argc=2 ",
        "saddr=0200",
        "=",
        "'",
        "\n",
      ),
      fc.constantFrom(
        "<13>",
        "1 ",
        "Jan  2 03:04:05 ",
        "2026-01-02T03:04:05Z ",
        "h ",
        "sshd[1]: ",
        "[a b=",
        "\\",
        '"',
        "]",
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        expect(parse(parts.join("")).id).toHaveLength(32);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ["", "parse.failure.empty"],
    [" \t\ufeff", "parse.failure.empty"],
    ["{", "parse.failure.json"],
    ["[1]", "parse.failure.not_object"],
    ["hello", "parse.failure.unknown_format"],
    ["[INFO] plain", "parse.failure.unknown_format"],
    ["x".repeat(5_000_000), "parse.failure.too_long"],
  ])("%#: what cannot be parsed says why", (raw, code) => {
    expect(parse(raw)).toMatchObject({ format: "raw", parseFailure: code, raw });
  });
});

test("a plain text line keeps the time it starts with", () => {
  const time = Date.UTC(2026, 0, 1, 5, 6, 7, 80);
  expect(parse("2026-01-01 05:06:07,080 INFO started")).toMatchObject({ format: "raw", time });
  expect(parse("[2026-01-01T12:06:07.08+07:00] started")).toMatchObject({ format: "raw", time });
});

describe("hostile JSON", () => {
  test("prototype keys are inert data", () => {
    const event = parse('{"EventID":1,"Channel":"x","__proto__":"p","constructor":"c","hasOwnProperty":1}');
    expect(event.fields["__proto__"]).toBe("p");
    expect(event.fields["constructor"]).toBe("c");
    expect(parse('{"a":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}').fields).toMatchObject({
      "a.__proto__.polluted": 1,
      "__proto__.polluted": 1,
    });
    expect(({} as Record<string, unknown>)["polluted"]).toBe(undefined);
  });

  test("a deep object in a cloud record does not hide the record", () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const event = parse(
      `{"eventName":"X","eventSource":"s3","awsRegion":"r","userIdentity":{},"requestParameters":${deep}}`,
    );
    expect(event).toMatchObject({ format: "aws-cloudtrail", fields: { eventName: "X", "khien.truncated": true } });
  });

  test("depth, width and numbers are bounded and survive", () => {
    const deep = `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`;
    expect(parse(deep).fields["khien.truncated"]).toBe(true);
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])));
    expect(Object.keys(parse(wide).fields).length).toBeLessThanOrEqual(2_001);
    const list = JSON.stringify({ list: Array.from({ length: 10_000 }, (_, i) => i) });
    expect(parse(list).fields["list"]).toHaveLength(512);
    expect(parse('{"n":1e999,"m":-0,"big":123456789012345678901234567890}').fields["big"]).toBe(1.2345678901234568e29);
    expect(parse('{"s":"\\ud800","z":"\\u0000"}').fields).toMatchObject({ s: "\ud800", z: "\0" });
  });

  test.each(["-0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0000-00-00T00:00:00Z", "2026-13-01T00:00:00Z", "x", ""])(
    "an absurd time (%s) is missing, and stays in the fields",
    (time) => {
      const event = parse(JSON.stringify({ EventID: 1, Channel: "Security", TimeCreated: time }));
      expect(event).toMatchObject({ time: RECEIVED, timeMissing: true, fields: { TimeCreated: time } });
    },
  );
});

describe("no record takes long", () => {
  const fill = (text: string): string => text.repeat(Math.ceil(900_000 / text.length));
  const audit = "type=EXECVE msg=audit(1.1:1): ";
  const sshd = "<38>Mar  4 05:00:01 gw1 sshd[1]: ";
  const numbered = (count: number, name: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => name(i)).join(" ");

  test.each<[string, string]>([
    ["one audit key with many values", audit + numbered(100_000, (i) => `k=v${i}`)],
    ["many audit keys", audit + numbered(100_000, (i) => `k${i}=v`)],
    ["many argument pieces", `${audit}argc=9999 ${numbered(60_000, (i) => `a0[${i}]=v`)}`],
    ["audit words without pairs", audit + fill("a b c ")],
    ["a user name full of addresses", `${sshd}Failed password for ${fill(" from 1.2.3.4 port 22")}`],
    [
      "a sudo line full of separators",
      `<38>Mar  4 05:00:01 gw1 sudo: a : TTY=x ; PWD=${fill("a ; USER=x ; GROUP=a ;")}`,
    ],
    ["structured data", `<13>1 - h a - - ${fill('[a b="c"]')}`],
    ["event XML", `<Event><System>${fill("<a b='c'>")}`],
    ["nameless event data", JSON.stringify({ Event: { System: {}, EventData: { Data: fill("x ").split(" ") } } })],
    ["names with blanks", `{"EventID":1,"Channel":"x",${numbered(50_000, (i) => `"k ${i}":1,`)}"z":1}`],
  ])("%s", (_, raw) => {
    const before = process.cpuUsage();
    const event = parse(raw);
    const { user, system } = process.cpuUsage(before);
    // Quadratic behaviour takes a minute here; linear takes well under a second even on a busy machine.
    expect((user + system) / 1_000).toBeLessThan(3_000);
    expect(Object.keys(event.fields).length).toBeLessThanOrEqual(2_100);
  });
});
