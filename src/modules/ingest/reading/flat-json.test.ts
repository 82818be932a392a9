import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EventId } from "../../../kernel/index.ts";
import { parseRecord } from "../core/parse.ts";
import { FlatJson } from "./flat-json.ts";
import { NxlogLine } from "./nxlog-line.ts";

const json = new FlatJson();

/** What the reader makes of a line, or undefined when it leaves it to JSON.parse. */
function read(line: Buffer): Record<string, unknown> | undefined {
  json.load(Buffer.concat([line, Buffer.from("\n{")]));
  const shape = json.read(0, line.length);
  if (shape === undefined) return undefined;
  return Object.fromEntries(shape.names.map((name, position) => [name, json.valueAt(position)]));
}

function parsed(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString("utf8"));
  } catch {
    return undefined;
  }
}

const texts = fc.string({
  unit: fc.constantFrom("a", "\\", '"', "/", "\u0001", "\n", "é", "İ", "😀", "\u212a", "0123456789abcdef", "\ud800"),
  maxLength: 12,
});
const scalars = fc.oneof(
  texts,
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const objects = fc.dictionary(
  fc.string({ unit: fc.constantFrom("a", "B", "é", " ", "_", "0123456789abcdef"), maxLength: 8 }),
  fc.oneof(scalars, fc.array(scalars)),
  {
    minKeys: 1,
    noNullPrototype: true,
  },
);

describe("flat JSON is read as JSON.parse reads it", () => {
  test("whatever is written", () => {
    let understood = 0;
    fc.assert(
      fc.property(objects, fc.constantFrom("", " "), (object, blank) => {
        const line = Buffer.from(`${JSON.stringify(object, null, blank).replaceAll("\n", " ")}\r`);
        const result = read(line);
        if (result === undefined) return;
        understood++;
        expect(result).toEqual(parsed(line));
      }),
      { numRuns: 3_000 },
    );
    expect(understood).toBeGreaterThan(1_000);
  });

  test("nothing is understood that JSON.parse refuses", () => {
    const line = fc.string({
      unit: fc.constantFrom(
        '"',
        "{",
        "}",
        ",",
        ":",
        "[",
        "]",
        "\\",
        "u",
        "0",
        "1",
        "-",
        ".",
        "e",
        "true",
        "null",
        "a",
        " ",
      ),
      maxLength: 24,
    });
    fc.assert(
      fc.property(line, (inner) => {
        for (const text of [`{"a":${inner}}`, `{"a":"${inner}"}`, `{${inner}}`, inner]) {
          const result = read(Buffer.from(text));
          if (result !== undefined) expect(result).toEqual(parsed(Buffer.from(text)));
        }
      }),
      { numRuns: 20_000 },
    );
  });

  test.each([
    '{"a":01}',
    '{"a":1.}',
    '{"a":+1}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":1,}',
    '{"a":1}x',
    '{"a":"1}',
    '{"a":{}}',
    '{"a":[[1]]}',
    '{"a":1,"a":2}',
    '{"a\\n":1}',
    "{}",
    "",
  ])("%s is left to JSON.parse", (line) => {
    expect(read(Buffer.from(line))).toBeUndefined();
  });

  test("text that is not UTF-8 is left alone", () => {
    expect(read(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]))).toBeUndefined();
  });

  test("escapes at every place of a block", () => {
    for (let length = 0; length < 40; length++) {
      const object = { text: `${"x".repeat(length)}\\\\"\n${"y".repeat(length)}\\` };
      expect(read(Buffer.from(JSON.stringify(object)))).toEqual(object);
    }
  });
});

test("an NXLog line is the event parseRecord makes of it", () => {
  const line = new NxlogLine();
  const names = [
    "SourceName",
    "ProviderName",
    "Source",
    "Hostname",
    "Computer",
    "RecordId",
    "ExecutionProcessID",
    "Image",
  ];
  const record = fc.record(
    {
      EventID: fc.constantFrom(1, "4688", "0x10", "x", "", null, 4.5),
      Channel: fc.constantFrom(
        "Security",
        "Microsoft-Windows-Sysmon/Operational",
        "Linux-Sysmon/Operational",
        "Own",
        7,
      ),
      ...Object.fromEntries(names.map((name) => [name, scalars])),
    },
    { requiredKeys: ["EventID"] },
  );
  let taken = 0;
  fc.assert(
    fc.property(record, (object) => {
      const raw = JSON.stringify(object);
      const bytes = Buffer.from(`${raw}\n`);
      line.load(bytes);
      if (!line.read(0, bytes.length - 1)) return;
      taken++;
      const event = parseRecord({ id: "" as EventId, door: "file", sensor: "", receivedAt: 0, raw });
      expect(event.format).toBe("windows-nxlog");
      expect(line.logsource).toBe(event.logsource);
      expect(Object.fromEntries(line.names.map((name, at) => [name, line.valueAt(at)]))).toEqual({ ...event.fields });
      expect(
        line.names.every(
          (name, at) => Object.is(line.named(name), line.valueAt(at)) || Array.isArray(line.valueAt(at)),
        ),
      ).toBe(true);
      expect(line.raw).toBe(raw);
    }),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(500);
});
