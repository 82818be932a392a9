/** The lake's SQL for commands against their plain meaning over arrays, on random events and random pipelines. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EventId, FieldValue, KhienEvent } from "../../../kernel/index.ts";
import { type Cell, evaluatePipeline } from "../core/query/evaluate-pipes.ts";
import { parsePipeline } from "../core/query/parse-pipes.ts";
import { printPipeline } from "../core/query/print-pipes.ts";
import { pipelineArbitrary } from "../core/query/testdata/arbitrary-pipes.ts";
import { DEFAULT_SEAL_LIMITS } from "../limits.ts";
import { type LakeStore, openLakeStore } from "./lake-store.ts";
import { BASE_TIME } from "./testdata/events.ts";

const RUNS = 60;
const RANGE = { from: BASE_TIME + 300_000, to: BASE_TIME + 3_300_000 };

let dir: string;
let store: LakeStore;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-pipes-"));
  store = await openLakeStore({ dir, limits: DEFAULT_SEAL_LIMITS, sealCheckMs: 60_000, onEnd: () => {} });
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

// Sums of these are exact in any order, so that both sides must agree to the last bit.
const number = fc.constantFrom(0, 1, 2, 10, 22, 445, -3, 0.5, 4688);
const text = fc.constantFrom(
  "lan",
  "Lan",
  "Minh",
  "Đức",
  "10",
  "0.5",
  "",
  "[1,2]",
  '["a"]',
  "C:\\Temp",
  "10.1.2.3",
  "𝒳",
  "\ue000",
);
const scalar = fc.oneof(number, text, fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<FieldValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);
const names = fc.constantFrom("EventID", "eventID", "TargetUserName", "Groups", "bytes", "odd/na~me", "user");
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const shape = fc.record({
  // Few moments, so that many events share one.
  second: fc.integer({ min: 0, max: 360 }),
  host: maybe(fc.constantFrom("a", "A", "b", "c")),
  user: maybe(text),
  srcIp: maybe(fc.constantFrom("10.1.2.3", "10.1.2.4", "::1")),
  dstIp: maybe(fc.constantFrom("10.1.2.3", "192.168.1.1")),
  dstPort: maybe(fc.constantFrom(22, 445, 0)),
  timeMissing: fc.boolean(),
  fields: fc
    .array(fc.tuple(names, value), { maxLength: 6 })
    .map((pairs) => Object.assign(Object.create(null), Object.fromEntries(pairs)) as Record<string, FieldValue>),
  rawIsJson: fc.boolean(),
});

let serial = 0;
function toEvent(one: typeof shape extends fc.Arbitrary<infer T> ? T : never): KhienEvent {
  serial += 1;
  const present = <T>(entries: Record<string, T | undefined>) =>
    Object.fromEntries(Object.entries(entries).filter(([, each]) => each !== undefined));
  return {
    id: ((serial * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, "0").repeat(4) as EventId,
    time: BASE_TIME + one.second * 10_000,
    ingestedAt: BASE_TIME + serial,
    ...(one.timeMissing ? { timeMissing: true } : {}),
    sensor: `s${serial % 2}`,
    logsource: {},
    format: "test",
    ...present({ host: one.host }),
    entities: present({ user: one.user, srcIp: one.srcIp, dstIp: one.dstIp, dstPort: one.dstPort }),
    fields: one.fields,
    raw: one.rawIsJson ? JSON.stringify(one.fields) : "line",
  };
}

test(`${RUNS} rounds of random pipelines: SQL and plain meaning agree`, { timeout: 600_000 }, async () => {
  const events: KhienEvent[] = [];
  let position = 0;
  let [asked, empty] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.array(shape, { minLength: 1, maxLength: 12 }),
      fc.array(pipelineArbitrary, { minLength: 4, maxLength: 6 }),
      async (shapes, pipelines) => {
        if (events.length < 300) {
          const more = shapes.map(toEvent);
          events.push(...more);
          position += more.length;
          await store.append({ events: more, upTo: position });
          if (position % 5 === 0) await store.seal();
        }
        for (const pipeline of pipelines) {
          const label = printPipeline(pipeline);
          expect(parsePipeline(label)).toEqual({ ok: true, pipeline });
          const expected = evaluatePipeline(pipeline, events, RANGE);
          const found = await store.pipeline({ ...RANGE, query: label, limit: 1_000 });
          const now = found.kind === "events" ? found.events.map(({ id }) => id) : found.rows;
          const wanted = expected.kind === "events" ? expected.events.map(({ id }) => id as string) : shown(expected);
          asked += 1;
          if (now.length === 0) empty += 1;
          expect({ label, now: digits(now) }).toEqual({ label, now: digits(wanted.slice(0, 1_000)) });
        }
      },
    ),
    { numRuns: RUNS, endOnFailure: true },
  );
  // Agreement on nothing would prove nothing.
  expect(empty).toBeLessThan(asked / 2);
});

/** The last digits of an average of fractions hang on the order in which they were added. */
function digits(rows: readonly unknown[]): unknown[] {
  const same = (cell: unknown) =>
    typeof cell === "number" && !Number.isInteger(cell) ? Number(cell.toPrecision(12)) : cell;
  return rows.map((row) => (Array.isArray(row) ? row.map(same) : row));
}

function shown({ columns, rows }: { columns: readonly { type: string }[]; rows: readonly (readonly Cell[])[] }) {
  return rows.map((row) =>
    row.map((cell, at) =>
      cell !== null && columns[at]?.type === "time" ? new Date(Number(cell)).toISOString() : cell,
    ),
  );
}
