/** Every parser of content/parsers does with its samples what it says, with all the other parsers beside it. */
import { describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../src/kernel/index.ts";
import type { Sample } from "../../src/modules/ingest/core/definitions/index.ts";
import { ENTITY_NAMES } from "../../src/modules/ingest/core/definitions/entities.ts";
import { contentParsers, parserProblems, parseRecord } from "../../src/modules/ingest/index.ts";
import { fuzzFamilies, isPlain } from "../faults/fuzz-families.ts";
import { mutatedDocument } from "../faults/mutate-documents.ts";
import { mutatedLine, randomFrom } from "../faults/mutate-lines.ts";

const RECEIVED = Date.UTC(2026, 10, 20);
const LEAST_SAMPLES = 4;
/** The long run is test/faults/parser-fuzz.ts. */
const MUTATED_LINES_EACH = 250;

function eventOf({ raw, format }: Sample): KhienEvent {
  const record = { id: "" as EventId, door: "file" as const, sensor: "s", receivedAt: RECEIVED, raw };
  return parseRecord(format === undefined ? record : { ...record, format });
}

/** YAML knows 22 and "22" apart, a reader of samples should not have to. */
function plain(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String) : String(value);
}

function expectedOf(sample: Sample): object {
  const entities = Object.fromEntries(
    Object.entries(sample.entities).map(([name, value]) => [
      ENTITY_NAMES[name as keyof typeof ENTITY_NAMES] ?? name,
      plain(value),
    ]),
  );
  return {
    fields: Object.fromEntries(Object.entries(sample.fields).map(([name, value]) => [name, plain(value)])),
    entities,
    ...(sample.logsource === undefined ? {} : { logsource: sample.logsource }),
    ...(sample.host === undefined ? {} : { host: sample.host }),
    ...(sample.time === undefined ? {} : { time: new Date(sample.time).toISOString() }),
  };
}

function foundOf(sample: Sample, event: KhienEvent): object {
  const entities = event.entities as Record<string, unknown>;
  const names = Object.keys(sample.entities).map((name) => ENTITY_NAMES[name as keyof typeof ENTITY_NAMES] ?? name);
  return {
    fields: Object.fromEntries(Object.keys(sample.fields).map((name) => [name, plain(event.fields[name])])),
    entities: Object.fromEntries(names.map((name) => [name, plain(entities[name])])),
    ...(sample.logsource === undefined ? {} : { logsource: event.logsource }),
    ...(sample.host === undefined ? {} : { host: event.host }),
    ...(sample.time === undefined ? {} : { time: new Date(event.time).toISOString() }),
  };
}

test("every file of content/parsers is a definition", () => {
  expect(parserProblems()).toEqual([]);
  expect(contentParsers().definitions.length).toBeGreaterThan(40);
});

describe.each(contentParsers().definitions.map((one) => [one.name, one] as const))("%s", (name, { samples, file }) => {
  test("has samples, one of which it must not take", () => {
    expect(samples.length, file).toBeGreaterThanOrEqual(LEAST_SAMPLES);
    expect(samples.some(({ matches }) => !matches)).toBe(true);
  });

  test.each(samples.map((sample) => [sample.line, sample] as const))("sample on line %i", (_, sample) => {
    const event = eventOf(sample);
    if (!sample.matches) {
      expect(event.format).not.toBe(name);
      return;
    }
    expect({ format: event.format, ...foundOf(sample, event) }).toEqual({
      format: sample.parser ?? name,
      ...expectedOf(sample),
    });
  });
});

describe.each(await fuzzFamilies())(
  "samples of $name with parts cut out, doubled and made into others",
  ({ samples }) => {
    test("crash no parser and keep none busy", () => {
      const raws = samples.map(({ raw }) => raw);
      const random = randomFrom(20_261_122);
      for (let i = 0; i < MUTATED_LINES_EACH; i++) {
        const raw = i % 2 === 0 ? mutatedLine(raws, random) : mutatedDocument(raws, random);
        const { format } = samples[i % samples.length] ?? {};
        const record = { id: "" as EventId, door: "file" as const, sensor: "s", receivedAt: RECEIVED, raw };
        const before = process.cpuUsage();
        const event = parseRecord(format === undefined ? record : { ...record, format });
        const { user, system } = process.cpuUsage(before);
        expect(event.parseFailure, raw).not.toBe("parse.failure.internal");
        expect(Object.getPrototypeOf(event.fields)).toBe(null);
        expect(isPlain(event), raw).toBe(true);
        // Far above what any line takes, far below what one that is not linear would.
        expect((user + system) / 1_000, raw).toBeLessThan(1_000);
      }
    });
  },
);
