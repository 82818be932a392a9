import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "./nearest.ts";
import { parsePipeline } from "./parse-pipes.ts";
import type { Pipeline, Stage } from "./pipes.ts";
import { printPipeline } from "./print-pipes.ts";
import { findSequences, type StepEvent } from "./sequence.ts";
import { eventFilter, pipelineAt, timelineWidth } from "./settle.ts";
import { instantPeriod, relativeInstant, spanMs, spanText, timeBounds } from "./time-words.ts";
import { pipelineArbitrary } from "./testdata/arbitrary-pipes.ts";

const NOW = Date.UTC(2026, 10, 22, 9, 30, 15, 250);
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

function parsed(text: string): Pipeline {
  const result = parsePipeline(text);
  if (!result.ok) throw new Error(`${text}: ${JSON.stringify(result.error)}`);
  return result.pipeline;
}

describe("commands", () => {
  const table: readonly [string, Stage][] = [
    ["| stats count()", { kind: "stats", measures: [{ fn: "count", name: "count" }], by: [] }],
    ["| stats count", { kind: "stats", measures: [{ fn: "count", name: "count" }], by: [] }],
    [
      "| stats count(), dc(user), sum(bytes) as sent, P95(bytes) by host, user span 5m",
      {
        kind: "stats",
        measures: [
          { fn: "count", name: "count" },
          { fn: "dc", field: "user", name: "dc(user)" },
          { fn: "sum", field: "bytes", name: "sent" },
          { fn: "percentile", percent: 95, field: "bytes", name: "p95(bytes)" },
        ],
        by: ["host", "user"],
        spanMs: 300_000,
      },
    ],
    [
      "|stats max(time) by host,span 1d",
      { kind: "stats", measures: [{ fn: "max", field: "time", name: "max(time)" }], by: ["host"], spanMs: 86_400_000 },
    ],
    [
      "| stats count() span 1h",
      { kind: "stats", measures: [{ fn: "count", name: "count" }], by: [], spanMs: 3_600_000 },
    ],
    ["| top 5 user by host", { kind: "top", count: 5, field: "user", by: "host" }],
    ["| rare process", { kind: "rare", count: 10, field: "process" }],
    ["| timeline", { kind: "timeline" }],
    ["| timeline span 10m by host", { kind: "timeline", spanMs: 600_000, by: "host" }],
    ["| dedup host, user", { kind: "dedup", fields: ["host", "user"] }],
    ['| fields time "odd | name"', { kind: "fields", names: ["time", "odd | name"] }],
    [
      "| sort -bytes, host desc, user",
      {
        kind: "sort",
        keys: [
          { field: "bytes", descending: true },
          { field: "host", descending: true },
          { field: "user", descending: false },
        ],
      },
    ],
    ["| head", { kind: "head", count: 10 }],
    [
      "| join on host within 10m [EventID:4625]",
      {
        kind: "join",
        on: "host",
        withinMs: 600_000,
        query: { kind: "field", field: "EventID", test: { kind: "match", pattern: [{ literal: "4625" }] } },
      },
    ],
    [
      "| sequence by host within 10m [a] [b c]",
      {
        kind: "sequence",
        by: "host",
        withinMs: 600_000,
        steps: [
          { kind: "text", pattern: [{ literal: "a" }] },
          {
            kind: "and",
            items: [
              { kind: "text", pattern: [{ literal: "b" }] },
              { kind: "text", pattern: [{ literal: "c" }] },
            ],
          },
        ],
      },
    ],
  ];
  test.each(table)("%s", (text, stage) => {
    expect(parsed(text)).toEqual({ filter: { kind: "all" }, stages: [stage] });
    expect(parsed(printPipeline(parsed(text)))).toEqual(parsed(text));
  });

  test("a bar inside quotes and a bracket outside a sub-query belong to the value", () => {
    expect(parsed('"a|b" c]d').stages).toEqual([]);
    expect(parsed("a|head 1").filter).toEqual({ kind: "text", pattern: [{ literal: "a" }] });
  });

  test.each([
    ["a | stat count()", "query.pipe_unknown", 4, 8, "stats"],
    ["a | ", "query.pipe_unknown", 4, 4, undefined],
    ["a || head", "query.pipe_unknown", 3, 4, undefined],
    ["| stats", "query.pipe_argument_missing", 7, 7, undefined],
    ["| stats coutn()", "query.pipe_function_unknown", 8, 13, "count"],
    ["| stats sum()", "query.pipe_function_field", 8, 13, undefined],
    ["| stats p0(x)", "query.pipe_function_unknown", 8, 10, undefined],
    ["| stats count() by", "query.pipe_argument_missing", 18, 18, undefined],
    ["| stats count(), count()", "query.pipe_name_taken", 17, 24, undefined],
    ["| stats count() span 5x", "query.pipe_span", 21, 23, undefined],
    ["| top 0 user", "query.pipe_number", 6, 7, undefined],
    ["| head 10 20", "query.pipe_argument_unexpected", 10, 12, undefined],
    ["| head many", "query.pipe_argument_unexpected", 7, 11, undefined],
    ["| stats count() by user | sort usr", "query.pipe_field_unknown", 31, 34, "user"],
    ["| top user | where coutn:>3", "query.pipe_field_unknown", 19, 27, "count"],
    ["| top user | where lan", "query.pipe_text_in_table", 19, 22, undefined],
    ["| top user | timeline", "query.pipe_needs_events", 13, 21, undefined],
    ["| join on host", "query.pipe_subquery", 14, 14, undefined],
    ["| join on host [a", "query.pipe_subquery", 15, 17, undefined],
    ["| sequence by host within 1h [a]", "query.pipe_subquery", 11, 32, undefined],
    ["time:>yesterday", "query.time_malformed", 5, 15, undefined],
    ["a | where time:[now-1x TO now]", "query.time_malformed", 15, 30, undefined],
  ])("%s is refused at its place", (text, code, from, to, suggestion) => {
    expect(parsePipeline(text)).toEqual({
      ok: false,
      error: { code, from, to, ...(suggestion === undefined ? {} : { suggestion }) },
    });
  });

  test("what is printed parses back", () => {
    fc.assert(
      fc.property(pipelineArbitrary, (pipeline) => {
        expect(parsed(printPipeline(pipeline))).toEqual(pipeline);
      }),
      { numRuns: 1_000, endOnFailure: true },
    );
  });

  test("any text gives a tree or a place inside the text", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "|",
        "| stats ",
        "count()",
        " by ",
        " span ",
        "5m",
        "top ",
        "10 ",
        "host",
        ",",
        "[",
        "]",
        "join on ",
        " within ",
        "sequence by ",
        "sort -",
        "where ",
        "(",
        ")",
        '"',
        "last 3h ",
        "time:>",
        "now-1d",
        "as ",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join("");
        const result = parsePipeline(text);
        if (result.ok) {
          expect(parsed(printPipeline(result.pipeline))).toEqual(result.pipeline);
          return;
        }
        expect(result.error.from).toBeLessThanOrEqual(result.error.to);
        expect(result.error.to).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe("times", () => {
  test.each([
    ["now", "2026-11-22T09:30:15.250Z"],
    ["now-24h", "2026-11-21T09:30:15.250Z"],
    ["NOW-1d/d", "2026-11-21T00:00:00.000Z"],
    ["now/w", "2026-11-16T00:00:00.000Z"],
    ["now-1w+2d-30m", "2026-11-17T09:00:15.250Z"],
    ["now-3x", undefined],
    ["nowhere", undefined],
  ])("%s", (text, expected) => {
    expect(iso(relativeInstant(text, NOW))).toBe(expected);
  });

  test.each([
    ["2026", "2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2026-12", "2026-12-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
    ["2024-02-29", "2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
    ["2026-11-21t17:30+07:00", "2026-11-21T10:30:00.000Z", "2026-11-21T10:31:00.000Z"],
    ["2026-11-21 10:30:15.2", "2026-11-21T10:30:15.200Z", "2026-11-21T10:30:15.300Z"],
    ["2026-02-30", undefined, undefined],
    ["2026-13", undefined, undefined],
    ["2026-11-21T24", undefined, undefined],
    ["21/11/2026", undefined, undefined],
  ])("%s is a period", (text, from, to) => {
    const period = instantPeriod(text);
    expect([iso(period?.from), iso(period?.to)]).toEqual([from, to]);
  });

  test("last 24h is a range of event time, and only as a term of its own", () => {
    expect(parsed("last 24h")).toEqual(parsed("time:[now-24h TO now]"));
    expect(parsed("LAST 7 d user:lan")).toEqual(parsed("time:[now-7d TO now] and user:lan"));
    expect(parsed('"last" 24h').filter.kind).toBe("and");
    expect(parsed("last 24hours").filter.kind).toBe("and");
    const { from, to } = timeBounds(pipelineAt(parsed("user:a last 24h"), NOW).filter);
    expect([iso(from), iso(to)]).toEqual(["2026-11-21T09:30:15.250Z", "2026-11-22T09:30:15.251Z"]);
  });

  test("bounds are never narrower than the query", () => {
    const open = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
    expect(timeBounds(parsed("not time:2026").filter)).toEqual(open);
    expect(timeBounds(parsed("time:2026 or user:a").filter)).toEqual(open);
    expect(timeBounds(parsed("time:2026-11-20 or time:2026-11-22").filter)).toEqual({
      from: Date.UTC(2026, 10, 20),
      to: Date.UTC(2026, 10, 23),
    });
    expect(timeBounds(parsed("ingested_at:2026").filter)).toEqual(open);
  });

  test("spans print as they parse", () => {
    for (const text of ["5s", "90s", "1m", "5m", "1h", "36h", "1d", "2w"])
      expect(spanText(spanMs(text) ?? 0)).toBe(text);
    expect(spanMs("0m")).toBeUndefined();
    expect(timelineWidth({ from: 0, to: 86_400_000 })).toBe(1_800_000);
  });
});

test("filters before the first command that changes rows are the filter of the picture beside them", () => {
  expect(eventFilter(parsed("a | where b | sort host | where c | head 3 | where d"))).toEqual(parsed("a b c").filter);
});

test("a slip of the pen finds its word, nonsense finds none", () => {
  expect(nearest("EvntID", ["EventID", "user"])).toBe("EventID");
  expect(nearest("usre", ["EventID", "user"])).toBe("user");
  expect(nearest("zzzzzz", ["EventID", "user"])).toBeUndefined();
});

describe("sequences", () => {
  const step = (time: number, steps: number, key = "k"): StepEvent => ({
    key,
    time,
    id: `${time}-${steps}`.padStart(8, "0"),
    steps,
  });
  const found = (events: readonly StepEvent[], steps = 2, withinMs = 10) =>
    findSequences(events, { steps, withinMs }, 100).map(({ events: chain }) => chain.map(({ time }) => time));

  test("the tightest beginning, in order, once", () => {
    expect(found([step(1, 1), step(3, 1), step(5, 2), step(6, 2)])).toEqual([[3, 5]]);
    expect(found([step(5, 2), step(6, 1)])).toEqual([]);
    expect(found([step(1, 1), step(12, 2)])).toEqual([]);
    expect(found([step(1, 1), step(11, 2)])).toEqual([[1, 11]]);
    expect(found([step(1, 1), step(2, 2), step(3, 1), step(4, 2)])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(found([step(1, 1, "a"), step(2, 2, "b")])).toEqual([]);
  });

  test("one event is one step; at one moment the order of the steps counts", () => {
    expect(found([step(1, 3)])).toEqual([]);
    expect(found([step(1, 3), step(2, 3)])).toEqual([[1, 2]]);
    expect(found([step(1, 2), step(1, 1)])).toEqual([[1, 1]]);
    expect(found([step(1, 4), step(1, 2), step(1, 1)], 3)).toEqual([[1, 1, 1]]);
  });

  test("agrees with trying every chain", () => {
    const event = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 7 }));
    fc.assert(
      fc.property(fc.array(event, { maxLength: 9 }), fc.integer({ min: 1, max: 8 }), (pairs, withinMs) => {
        const low = (steps: number) => Math.log2(steps & -steps);
        const events = pairs
          .map(([time, steps], index): StepEvent => ({ key: "k", time, id: String(index), steps }))
          .sort((a, b) => a.time - b.time || low(a.steps) - low(b.steps) || (a.id < b.id ? -1 : 1));
        const wanted: string[][] = [];
        let begin = 0;
        for (let end = 0; end < events.length; end++) {
          const chains = everyChain(events.slice(begin, end + 1), withinMs);
          const latest = chains.sort((a, b) => (b[0] ?? 0) - (a[0] ?? 0))[0];
          if (latest === undefined) continue;
          wanted.push([events[begin + (latest[0] ?? 0)]?.time, events[end]?.time].map(String));
          begin = end + 1;
        }
        const now = findSequences(events, { steps: 3, withinMs }, 100).map(({ events: chain }) =>
          [chain[0]?.time, chain.at(-1)?.time].map(String),
        );
        expect(now).toEqual(wanted);
      }),
      { numRuns: 3_000 },
    );
  });

  /** Places of all chains of three that end with the last event. */
  function everyChain(events: readonly StepEvent[], withinMs: number): number[][] {
    const last = events.length - 1;
    const good = (at: number, bit: number) => ((events[at]?.steps ?? 0) & (1 << bit)) !== 0;
    const chains: number[][] = [];
    if (!good(last, 2)) return chains;
    for (let a = 0; a < last; a++) {
      for (let b = a + 1; b < last; b++) {
        const near = (events[last]?.time ?? 0) - (events[a]?.time ?? 0) <= withinMs;
        if (near && good(a, 0) && good(b, 1)) chains.push([a, b, last]);
      }
    }
    return chains;
  }
});
