/**
 * What correlations cost: `node --expose-gc bench/correlation.ts [--events N] [--groups N]`. Everything in one run, so
 * that ratios hold whatever the machine does; CPU time of this process, not the clock. Beside the engine run the least
 * that could be done (building the key) and the naive way (a Map of arrays, no order, no lateness, no limits).
 */
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import type {
  Bound,
  Correlation,
  CorrelationInput,
  CorrelationType,
  Rule,
} from "../src/modules/detection/core/sigma/index.ts";
import { Correlator, planCorrelations } from "../src/modules/detection/core/sigma/index.ts";

const { values } = parseArgs({
  options: { events: { type: "string", default: "500000" }, groups: { type: "string", default: "1000000" } },
});
const eventCount = Number(values.events);
const manyGroups = Number(values.groups);
const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
const gc = (globalThis as { gc?: () => void }).gc;

const metadata = {
  title: "bench",
  level: "medium",
  references: [],
  tags: [],
  falsepositives: [],
  fields: [],
  related: [],
  taxonomy: "sigma",
  file: "bench.yml",
  line: 1,
  extras: {},
} as const;

function rule(id: string): Rule {
  return { ...metadata, kind: "detection", id, version: id } as unknown as Rule;
}

interface Shape {
  readonly type: CorrelationType;
  readonly bounds: readonly Bound[];
  readonly fields?: readonly string[];
  readonly rules?: readonly string[];
  readonly latenessMs?: number;
  readonly timespanMs?: number;
  readonly groupBy?: readonly string[];
  readonly id?: string;
}

function correlation(shape: Shape): Correlation {
  const { type, bounds, fields = [], rules = ["a"], latenessMs = 10_000, timespanMs = 600_000 } = shape;
  return {
    ...metadata,
    kind: "correlation",
    id: shape.id ?? type,
    version: "1",
    type,
    rules: rules.map((text) => ({ text, line: 1 })),
    groupBy: shape.groupBy ?? ["src_ip"],
    aliases: [],
    timespanMs,
    condition: { kind: "threshold", fields, bounds, line: 1 },
    generate: false,
    latenessMs,
    suppressMs: timespanMs,
  };
}

/** Small, fast, the same every time (Steele, Vigna: splitmix). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const START = Date.UTC(2026, 0, 1);

interface Stream {
  readonly groups: number;
  readonly events: number;
  readonly perSecond: number;
  /** Events come this much out of order. */
  readonly disorderMs: number;
  readonly inputs: number;
}

/** Values as they come from another thread: new strings, no two the same object. */
function streamOf({ groups, events, perSecond, disorderMs, inputs }: Stream): CorrelationInput[] {
  const random = randomNumbers(7);
  return Array.from({ length: events }, (_, index) => {
    const receivedAt = START + Math.floor((index * 1_000) / perSecond);
    const group = Math.floor(random() * groups);
    return {
      input: index % inputs,
      time: receivedAt - Math.floor(random() * disorderMs),
      receivedAt,
      eventId: eventIdOf(random),
      values: [`10.${group >> 16}.${(group >> 8) & 255}.${group & 255}`, Math.floor(random() * 1_000)],
      anchor: index,
    };
  });
}

function eventIdOf(random: () => number): string {
  let id = "";
  for (let part = 0; part < 4; part++)
    id += Math.floor(random() * 2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return id;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function megabytes(): number {
  gc?.();
  gc?.();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return (heapUsed + Math.max(external, arrayBuffers)) / 1e6;
}

function show(name: string, events: number, seconds: number, more = ""): void {
  const rate = Math.round(events / seconds).toLocaleString("en");
  console.log(
    `${name.padEnd(46)} ${rate.padStart(12)} events/s  ${((seconds / events) * 1e6).toFixed(2).padStart(6)} us  ${more}`,
  );
}

function correlatorOf(shapes: readonly Shape[], limits = {}): Correlator {
  const { plan, rejected } = planCorrelations(shapes.map(correlation), ["a", "b", "c"].map(rule));
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
  return new Correlator(plan, { hash, limits });
}

function runThrough(
  correlator: Correlator,
  stream: readonly CorrelationInput[],
): { seconds: number; findings: number } {
  const started = cpuSeconds();
  let findings = 0;
  for (const [index, input] of stream.entries()) {
    correlator.take(input);
    if (index % 1_000 === 0) findings += correlator.drain().length;
  }
  findings += correlator.drain().length;
  return { seconds: cpuSeconds() - started, findings };
}

function bestOf(
  rounds: number,
  work: () => { seconds: number; findings: number },
): { seconds: number; findings: number } {
  return Array.from({ length: rounds }, work).reduce((best, one) => (one.seconds < best.seconds ? one : best));
}

/** Only what every engine must do: make the text of the group. */
function keysOnly(stream: readonly CorrelationInput[]): { seconds: number; findings: number } {
  const started = cpuSeconds();
  const seen = new Set<string>();
  for (const { values: fields } of stream) seen.add(String(fields[0]).toLowerCase());
  return { seconds: cpuSeconds() - started, findings: seen.size };
}

/** What is written in an afternoon: arrival order, no lateness, no copies, no bound. */
function mapOfArrays(stream: readonly CorrelationInput[], gte: number): { seconds: number; findings: number } {
  const started = cpuSeconds();
  const windows = new Map<string, { time: number; id: string }[]>();
  let findings = 0;
  for (const { values: fields, time, eventId } of stream) {
    const key = String(fields[0]).toLowerCase();
    const window = (windows.get(key) ?? []).filter((event) => event.time >= time - 600_000);
    window.push({ time, id: eventId });
    if (window.length >= gte) {
      findings++;
      window.length = 0;
    }
    windows.set(key, window);
  }
  return { seconds: cpuSeconds() - started, findings };
}

function throughput(): void {
  const gte = (value: number): Bound[] => [{ operator: "gte", value }];
  const usual = { groups: 1_000, events: eventCount, perSecond: 20_000, disorderMs: 2_000 };
  const one = streamOf({ ...usual, inputs: 1 });
  console.log(
    `\n${eventCount.toLocaleString("en")} events into 1,000 groups, disorder 2 s, lateness 10 s, timespan 10 min`,
  );
  const keys = bestOf(3, () => keysOnly(one));
  show("only the keys", eventCount, keys.seconds);
  const naive = bestOf(3, () => mapOfArrays(one, 100));
  show("naive: a Map of arrays, gte 100", eventCount, naive.seconds, `${naive.findings} findings`);
  const shapes: [string, Shape[], number][] = [
    ["event_count gte 100", [{ type: "event_count", bounds: gte(100) }], 1],
    ["event_count gte 100, lateness 0", [{ type: "event_count", bounds: gte(100), latenessMs: 0 }], 1],
    ["event_count eq 100 (judged at close)", [{ type: "event_count", bounds: [{ operator: "eq", value: 100 }] }], 1],
    ["value_count gte 100", [{ type: "value_count", bounds: gte(100), fields: ["n"] }], 1],
    ["value_sum gte 100,000", [{ type: "value_sum", bounds: gte(100_000), fields: ["n"] }], 1],
    ["value_avg gte 900", [{ type: "value_avg", bounds: gte(900), fields: ["n"] }], 1],
    ["value_percentile 50 gte 700", [{ type: "value_percentile", bounds: gte(700), fields: ["n"] }], 1],
    ["temporal, 3 rules", [{ type: "temporal", bounds: gte(3), rules: ["a", "b", "c"] }], 3],
    ["temporal_ordered, 3 rules", [{ type: "temporal_ordered", bounds: gte(3), rules: ["a", "b", "c"] }], 3],
    [
      "chain: event_count gte 50, then temporal_ordered",
      [
        { type: "event_count", bounds: gte(50), id: "lower" },
        { type: "temporal_ordered", bounds: gte(2), rules: ["lower", "b"] },
      ],
      2,
    ],
    [
      "ten correlations on one rule",
      Array.from({ length: 10 }, (_, n) => ({ type: "event_count", bounds: gte(100 + n), id: `c${n}` })),
      1,
    ],
  ];
  for (const [name, chosen, inputs] of shapes) {
    const stream = inputs === 1 ? one : streamOf({ ...usual, inputs });
    const best = bestOf(3, () => runThrough(correlatorOf(chosen), stream));
    show(name, eventCount, best.seconds, `${best.findings} findings`);
  }
  console.log("\nhow cost grows: event_count gte 100,000 (windows never complete)");
  for (const groups of [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]) {
    const stream = streamOf({ ...usual, groups, inputs: 1 });
    const best = bestOf(1, () => runThrough(correlatorOf([{ type: "event_count", bounds: gte(100_000) }]), stream));
    show(`${groups.toLocaleString("en")} groups`, eventCount, best.seconds);
  }
}

function memory(): void {
  const bounds: Bound[] = [{ operator: "gte", value: 100 }];
  console.log(`\nmemory: ${manyGroups.toLocaleString("en")} groups with one event each, timespan 1 h`);
  const cases: [string, Shape, boolean][] = [
    ["event_count, in windows", { type: "event_count", bounds, timespanMs: 3_600_000 }, true],
    [
      "event_count, all still waiting",
      { type: "event_count", bounds, timespanMs: 3_600_000, latenessMs: 600_000 },
      false,
    ],
    [
      "event_count, judged at close",
      { type: "event_count", bounds: [{ operator: "eq", value: 2 }], timespanMs: 3_600_000 },
      true,
    ],
    ["value_count", { type: "value_count", bounds, fields: ["n"], timespanMs: 3_600_000 }, true],
    [
      "temporal_ordered, 3 rules",
      {
        type: "temporal_ordered",
        bounds: [{ operator: "gte", value: 3 }],
        rules: ["a", "b", "c"],
        timespanMs: 3_600_000,
      },
      true,
    ],
  ];
  for (const [name, shape, passes] of cases) measureMemory(name, shape, passes);
  naiveMemory();
}

/** One new event at a time: what is measured is held by the correlator alone. */
function fill(take: (input: CorrelationInput) => void): number {
  const random = randomNumbers(11);
  let last = START;
  for (let group = 0; group < manyGroups; group++) {
    last = START + Math.floor(group / 100);
    const address = `10.${group >> 16}.${(group >> 8) & 255}.${group & 255}`;
    take({
      input: 0,
      time: last,
      receivedAt: last,
      eventId: eventIdOf(random),
      values: [address, group % 1_000],
      anchor: 0,
    });
  }
  return last;
}

function measureMemory(name: string, shape: Shape, passes: boolean): void {
  const before = megabytes();
  const started = cpuSeconds();
  let correlator: Correlator | undefined = correlatorOf([shape]);
  const filled = correlator;
  const last = fill((input) => filled.take(input));
  if (passes) correlator.advance(last + 30_000);
  const seconds = cpuSeconds() - started;
  const used = megabytes() - before;
  show(name, manyGroups, seconds, `${used.toFixed(0)} MB, ${((used * 1e6) / manyGroups).toFixed(0)} bytes per group`);
  const snapshotStarted = cpuSeconds();
  const state = correlator.snapshot();
  const copied = cpuSeconds();
  const bytes = serialize(state);
  const written = cpuSeconds();
  const { plan } = planCorrelations([correlation(shape)], ["a", "b", "c"].map(rule));
  correlator = undefined;
  const read = Correlator.restore(plan, deserialize(bytes), { hash });
  const restored = cpuSeconds();
  const times = [copied - snapshotStarted, written - copied, restored - written].map(
    (time) => `${(time * 1e3).toFixed(0)} ms`,
  );
  console.log(
    `${"".padEnd(10)}snapshot ${times[0]}, serialize ${times[1]} (${(bytes.length / 1e6).toFixed(0)} MB), read and restore ${times[2]}, ${read.correlator.stats()[0]?.groups} groups`,
  );
}

function naiveMemory(): void {
  const before = megabytes();
  const windows = new Map<string, { time: number; id: string }[]>();
  fill(({ values: fields, time, eventId }) => windows.set(String(fields[0]), [{ time, id: eventId }]));
  const used = megabytes() - before;
  console.log(
    `naive: a Map of arrays: ${used.toFixed(0)} MB, ${((used * 1e6) / windows.size).toFixed(0)} bytes per group`,
  );
}

throughput();
memory();
