import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { KhienEvent } from "../../kernel/index.ts";
import { parseRecord } from "./parsers.ts";
import { eventId } from "./identity.ts";
import { readFileBatches } from "./reading/source.ts";

const folder = fileURLToPath(new URL("./testdata/", import.meta.url));
const samples = readdirSync(folder).filter((name) => /\.(?:ndjson|log)$/.test(name));
const RECEIVED = Date.UTC(2026, 2, 5);

/** What a reader of the expectation wants to see: the event without what is the same for all. */
function readable(event: KhienEvent, line: number): object {
  const { id: _id, raw: _raw, sensor: _sensor, ingestedAt: _ingestedAt, time, ...rest } = event;
  return { line, time: new Date(time).toISOString(), ...rest };
}

async function parseFile(name: string): Promise<object[]> {
  const events: object[] = [];
  for await (const batch of readFileBatches(folder + name)) {
    for (const { raw, line, format } of batch) {
      const id = eventId({ sensor: "s", source: name, ordinal: String(line), content: raw });
      const event = parseRecord({ id, door: "file", sensor: "s", receivedAt: RECEIVED, raw, format });
      events.push(readable(event, line));
    }
  }
  return events;
}

describe("golden samples", () => {
  test.each(samples)("%s", async (name) => {
    const path = `${folder}${name}.expected.json`;
    const events = JSON.parse(JSON.stringify(await parseFile(name))) as unknown;
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(path, `${JSON.stringify(events, null, 1)}\n`);
    expect(events).toEqual(JSON.parse(readFileSync(path, "utf8")));
  });
});
