/**
 * What an event promises with `verbatim` decides whether keywords are looked for in its values at all: every text among
 * them must stand in the record, apart from what JSON escapes.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../../kernel/index.ts";
import { parseRecord as parseWithContent } from "../parsers.ts";
import { parseRecord } from "./parse.ts";

const text = fc.string({
  unit: fc.constantFrom("ab", "C:\\", "/", '"', " ", "\n", "é", "-", "4688", "::"),
  maxLength: 8,
});
const scalar = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
const name = fc.constantFrom("Image", "Data", "Message", "a b", "#text", "@Name", "Name", "EventTime", "user.name");
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
}));
const members = fc.dictionary(name, value, { maxKeys: 6 });

const shapes: [string, (given: Record<string, unknown>) => unknown][] = [
  ["windows-nxlog", (given) => ({ ...given, EventID: "4688", Channel: "Security", Hostname: "h" })],
  ["winlogbeat", (given) => ({ ...given, winlog: { event_data: given, channel: "Security", event_id: 1 } })],
  ["windows-json", (given) => ({ Event: { System: { EventID: 1, Channel: "x", ...given }, EventData: given } })],
  ["json", (given) => ({ ...given, other: 1 })],
];

function eventOf(raw: string): KhienEvent {
  return parseRecord({ id: "1" as EventId, door: "file", sensor: "s", receivedAt: 0, raw });
}

function textsOf({ fields }: KhienEvent): string[] {
  return Object.values(fields)
    .flat()
    .filter((one) => typeof one === "string");
}

test.each(shapes)("texts of an event in the form %s stand in its record", (format, shapeOf) => {
  let texts = 0;
  fc.assert(
    fc.property(members, (given) => {
      const raw = JSON.stringify(shapeOf(given));
      const event = eventOf(raw);
      if (event.format !== format) return;
      expect(event.verbatim).toBe(true);
      for (const one of textsOf(event)) {
        expect(raw).toContain(JSON.stringify(one).slice(1, -1));
        texts++;
      }
    }),
  );
  expect(texts).toBeGreaterThan(100);
});

test("markup has its own ways to write a text, and promises nothing", () => {
  const event = eventOf(
    '<Event xmlns="x"><System><EventID>1</EventID><Channel>Security</Channel></System>' +
      '<EventData><Data Name="Image">a &amp; b</Data></EventData></Event>',
  );
  expect(event).toMatchObject({ format: "windows-xml", fields: { Image: "a & b" } });
  expect(event.verbatim).toBeUndefined();
});

test("a record inside another's text is written in another way than in its own, and promises nothing", () => {
  const inner = JSON.stringify({ EventID: 1, Channel: "Security", Image: 'say "x"', message: "x" });
  const lines = [
    { log: `${inner}\n`, stream: "stdout", time: "2026-03-04T05:06:07Z" },
    { MESSAGE: inner, SYSLOG_IDENTIFIER: "app", __REALTIME_TIMESTAMP: "1772600000000000" },
  ];
  for (const line of lines) {
    const raw = JSON.stringify(line);
    const event = parseWithContent({ id: "1" as EventId, door: "file", sensor: "s", receivedAt: 0, raw });
    const stand = textsOf(event).every((one) => raw.includes(JSON.stringify(one).slice(1, -1)));
    expect(event.verbatim === undefined || stand).toBe(true);
  }
});
