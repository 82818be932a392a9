/** Preselections on real captures: what the engine finds in them must all come out of the store. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { sharedData } from "../../../../test/shared-data.ts";
import type { EventId, KhienEvent } from "../../../kernel/index.ts";
import { systemClock } from "../../../platform/clock/index.ts";
import { parseRecord } from "../../ingest/index.ts";
import { type Lake, openLake } from "../../lake/index.ts";
import { compileEngine, loadLogSources } from "../engine.ts";
import { loadRules } from "../rule-import.ts";
import { preselection } from "./convert.ts";

const captures = sharedData("detection/security-datasets");
const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const isThere = captures !== undefined && archive !== undefined;
const MOST_EVENTS = 3_000;
const MOST_RULES = 40;

let lake: Lake | undefined;
const dir = mkdtempSync(join(tmpdir(), "khien-retro-real-"));
afterAll(async () => {
  await lake?.close();
  rmSync(dir, { recursive: true, force: true });
});

function eventsOf(folder: string): KhienEvent[] {
  const events: KhienEvent[] = [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".ndjson.gz") && !name.startsWith("oracle"));
  for (const file of files) {
    const lines = gunzipSync(readFileSync(join(folder, file)))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "");
    if (events.length + lines.length > MOST_EVENTS) continue;
    for (const raw of lines) {
      const id = events.length.toString(16).padStart(32, "0") as EventId;
      events.push(parseRecord({ id, door: "file", sensor: file, receivedAt: 1_760_000_000_000, raw }));
    }
  }
  return events;
}

test.skipIf(!isThere)(
  "SigmaHQ on security-datasets (skipped without the shared data)",
  { timeout: 300_000 },
  async () => {
    const events = eventsOf(captures as string);
    const { map } = await loadLogSources(fileURLToPath(new URL("../../../../content/log-sources", import.meta.url)));
    const { rules } = await loadRules(archive as string, { logSourceMap: map });
    const engine = compileEngine(rules, map);
    const found = new Map<string, Set<string>>();
    for (const event of events) {
      for (const { id } of engine.match(event)) found.set(id, (found.get(id) ?? new Set()).add(event.id));
    }
    expect(found.size).toBeGreaterThan(15);
    lake = await openLake({ dir, clock: systemClock });
    await lake.store.append({ events, upTo: events.length });
    await lake.store.seal();
    let selected = 0;
    let matched = 0;
    for (const rule of engine.rules.filter(({ id }) => found.has(id)).slice(0, MOST_RULES)) {
      const wanted = found.get(rule.id) as Set<string>;
      const query = preselection(rule, map);
      const range = { query, from: Date.UTC(1990, 0), to: Date.UTC(2100, 0) };
      const ids = new Set<string>();
      let cursor: string | undefined;
      do {
        const page = await lake.store.search({ ...range, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) });
        for (const { id } of page.events) ids.add(id);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect({ rule: rule.title, missed: [...wanted].filter((id) => !ids.has(id)) }).toEqual({
        rule: rule.title,
        missed: [],
      });
      selected += ids.size;
      matched += wanted.size;
    }
    // Few of the selected events are no match: the store does most of the work.
    expect(selected).toBeLessThan(matched * 50);
  },
);
