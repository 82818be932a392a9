/** The lake's SQL against the plain meaning of the language, on random events and random queries. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KhienEvent } from "../../../kernel/index.ts";
import { matches, printQuery, valuesOf } from "../core/query/index.ts";
import { contentArbitrary, queryArbitrary } from "../core/query/testdata/arbitrary.ts";
import { DEFAULT_SEAL_LIMITS } from "../limits.ts";
import { type LakeStore, openLakeStore } from "./lake-store.ts";
import { BASE_TIME, eventsArbitrary } from "./testdata/events.ts";

let dir: string;
let store: LakeStore;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-oracle-"));
  store = await openLakeStore({ dir, limits: DEFAULT_SEAL_LIMITS, sealCheckMs: 60_000, onEnd: () => {} });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const RANGE = { from: BASE_TIME + 600_000, to: BASE_TIME + 3_000_000 };
const inRange = (event: KhienEvent) => event.time >= RANGE.from && event.time < RANGE.to;

test("search, count and top agree with the plain evaluator, hot and sealed", { timeout: 60_000 }, async () => {
  const events: KhienEvent[] = [];
  let position = 0;
  await fc.assert(
    fc.asyncProperty(
      eventsArbitrary,
      fc.array(fc.oneof({ weight: 5, arbitrary: queryArbitrary }, { weight: 1, arbitrary: contentArbitrary }), {
        minLength: 4,
        maxLength: 8,
      }),
      async (more, queries) => {
        events.push(...more);
        position += more.length;
        await store.append({ events: more, upTo: position });
        if (position % 7 === 0) await store.seal();
        for (const query of queries) {
          const expected = events.filter((event) => inRange(event) && matches(query, event));
          const found = await store.search({ ...RANGE, query, limit: 1_000 });
          const label = printQuery(query);
          expect({ label, ids: found.events.map((event) => event.id).sort() }).toEqual({
            label,
            ids: expected
              .map((event) => event.id as string)
              .sort()
              .slice(-1_000),
          });
          expect((await store.count({ ...RANGE, query })).count).toBe(expected.length);
        }
      },
    ),
    { numRuns: 20 },
  );
  for (const field of ["user", "ip", "EventID", "groups", "dst_port", "odd/na~me", "time_missing"]) {
    const wanted = new Map<string, number>();
    for (const event of events.filter(inRange)) {
      for (const value of new Set(valuesOf(event, field).map((text) => text.toWellFormed()))) {
        wanted.set(value, (wanted.get(value) ?? 0) + 1);
      }
    }
    const top = await store.top({ ...RANGE, query: "", field, limit: 200 });
    for (const { value, count } of top.values) {
      expect({ field, value, count }).toEqual({ field, value, count: wanted.get(value) });
    }
    expect(top.values.length).toBe(Math.min(wanted.size, 200));
  }
});
