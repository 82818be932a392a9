/** Lines as vendors document them, in every frame they may come in: the parser is told by the line alone, always the same. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../src/kernel/index.ts";
import { contentParsers, parseRecord } from "../../src/modules/ingest/index.ts";

const RECEIVED = Date.UTC(2026, 10, 23);
const HEADER = /^(?:<\d+>)?(?:Nov 22(?: 2026)? 08:01:02) ([\w.-]+) ([\w./()-]+?)(?:\[(\d+)\])?: (.+)$/u;

const LINES = readFileSync(new URL("testdata/parser-lines.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => {
    const [parser = "", ...raw] = line.split(" | ");
    return { parser, raw: raw.join(" | ") };
  });

function eventOf(raw: string): KhienEvent {
  return parseRecord({ id: "" as EventId, door: "file", sensor: "s", receivedAt: RECEIVED, raw });
}

/** The same message as other relays and files would hand it on. */
function framesOf(raw: string): readonly string[] {
  const match = HEADER.exec(raw);
  if (match === null) return [`${raw}\r`, `  ${raw}`];
  const [, host = "", program = "", pid, message = ""] = match;
  const tag = pid === undefined ? `${program}: ` : `${program}[${pid}]: `;
  return [
    `<38>Nov 22 08:01:02 ${host} ${tag}${message}`,
    `Nov 22 08:01:02 ${host} ${tag}${message}`,
    `Nov  2 08:01:02 ${host} ${tag}${message}`,
    `<38>Nov 22 2026 08:01:02 ${host} ${tag}${message}`,
    `<38>Nov 22 08:01:02 ${tag}${message}`,
    `<38>2026-11-22T08:01:02.123456+07:00 ${host} ${tag}${message}`,
    `2026-11-22T08:01:02Z ${host} ${tag}${message}`,
    `<38>1 2026-11-22T08:01:02.1Z ${host} ${program} ${pid ?? "-"} - - ${message}`,
    `<38>1 2026-11-22T08:01:02.1Z ${host} ${program} ${pid ?? "-"} ID7 [meta sequenceId="7" text="a \\"]\\" b"] \ufeff${message}`,
    `<38>Nov 22 08:01:02 2001:db8::7 ${tag}${message}\r`,
    JSON.stringify({
      MESSAGE: message,
      SYSLOG_IDENTIFIER: program,
      __REALTIME_TIMESTAMP: "1795309262000000",
      _HOSTNAME: host,
    }),
  ];
}

test("the set names parsers that exist, and every line once", () => {
  const unknown = LINES.filter(({ parser }) => !contentParsers().has(parser));
  expect(unknown).toEqual([]);
  expect(new Set(LINES.map(({ raw }) => raw)).size).toBe(LINES.length);
  expect(LINES.length).toBeGreaterThan(250);
});

describe.each([...Map.groupBy(LINES, ({ parser }) => parser)])("%s", (parser, lines) => {
  test.each(lines.map(({ raw }) => raw))("%s", (raw) => {
    expect(eventOf(raw).format).toBe(parser);
  });

  test("in other frames", () => {
    const strayed = lines
      .flatMap(({ raw }) => framesOf(raw))
      .map((raw) => ({ raw, format: eventOf(raw).format }))
      .filter(({ format }) => format !== parser);
    expect(strayed).toEqual([]);
  });
});
