/**
 * The correlation engine against the naive evaluator on generated plans and streams. Few values and few instants make
 * ties, chains and repeated findings frequent. Amount: KHIEN_CORRELATION_RUNS streams (default 10,000).
 */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type {
  Bound,
  Correlation,
  CorrelationFinding,
  CorrelationInput,
  CorrelationPlan,
  CorrelationType,
  CorrelatorState,
  Rule,
  RuleExpression,
} from "../../src/modules/detection/core/sigma/index.ts";
import { Correlator, planCorrelations } from "../../src/modules/detection/core/sigma/index.ts";
import { Oracle, type OracleEvent, type OracleFinding } from "./correlation-oracle.ts";

const runs = Number(process.env["KHIEN_CORRELATION_RUNS"] ?? 10_000);
const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

const metadata = {
  title: "generated",
  level: "medium",
  references: [],
  tags: [],
  falsepositives: [],
  fields: [],
  related: [],
  taxonomy: "sigma",
  file: "generated.yml",
  line: 1,
  extras: {},
} as const;

const ruleIds = ["r0", "r1", "r2", "r3"] as const;
const rules = ruleIds.map(
  (id) => ({ ...metadata, kind: "detection", id, version: `v-${id}`, logsource: { line: 1 } }) as unknown as Rule,
);

// ── plans ──

const seconds = (...choices: number[]): fc.Arbitrary<number> => fc.constantFrom(...choices.map((n) => n * 1_000));
const threshold = fc.constantFrom<Bound[][]>(
  [{ operator: "gte", value: 2 }],
  [{ operator: "gte", value: 3 }],
  [{ operator: "gt", value: 1 }],
  [{ operator: "gte", value: 1 }],
  [{ operator: "lt", value: 3 }],
  [{ operator: "lte", value: 2 }],
  [{ operator: "eq", value: 2 }],
  [{ operator: "neq", value: 2 }],
  [
    { operator: "gt", value: 1 },
    { operator: "lte", value: 3 },
  ],
);
const metric = fc.constantFrom<Bound[][]>(
  [{ operator: "gte", value: 10 }],
  [{ operator: "gt", value: 2.5 }],
  [{ operator: "gte", value: 0.3 }],
  [{ operator: "lt", value: 5 }],
  [{ operator: "eq", value: 3 }],
  [{ operator: "neq", value: 3 }],
  [
    { operator: "gte", value: 2 },
    { operator: "lt", value: 20 },
  ],
);

function expressionOf(size: number): fc.Arbitrary<RuleExpression> {
  const leaf = fc.nat(size - 1).map((index): RuleExpression => ({ kind: "rule", index }));
  const parts = fc.letrec<{ node: RuleExpression }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constant("not" as const), part: tie("node") }),
      fc.record({
        kind: fc.constantFrom("and" as const, "or" as const),
        parts: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));
  return parts.node;
}

const types: CorrelationType[] = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_percentile",
  "value_median",
];

interface Draft {
  readonly type: CorrelationType;
  readonly own: readonly string[];
  readonly lower: number | undefined;
  readonly lowerFirst: boolean;
  readonly groupBy: readonly string[];
  readonly alias: boolean;
  readonly timespanMs: number;
  readonly latenessMs: number;
  readonly suppressMs: number | undefined;
  readonly bounds: readonly Bound[];
  readonly metric: readonly Bound[];
  readonly expression: RuleExpression | undefined;
  readonly percentile: number | undefined;
  readonly fields: readonly string[];
  readonly generate: boolean;
}

function draftWith(lateness: fc.Arbitrary<number>): fc.Arbitrary<Draft> {
  return fc.record({
    type: fc.constantFrom(...types),
    own: fc.subarray([...ruleIds], { minLength: 1, maxLength: 3 }),
    lower: fc.option(fc.nat(2), { nil: undefined, freq: 2 }),
    lowerFirst: fc.boolean(),
    groupBy: fc.constantFrom<string[][]>([], ["a"], ["a"], ["a", "b"], ["b"]),
    alias: fc.boolean(),
    timespanMs: seconds(1, 3, 5, 10, 30),
    latenessMs: lateness,
    suppressMs: fc.option(seconds(0, 1, 10, 60), { nil: undefined }),
    bounds: threshold,
    metric,
    expression: fc.option(expressionOf(2), { nil: undefined }),
    percentile: fc.constantFrom(undefined, 0, 25, 90, 95, 100),
    fields: fc.constantFrom<string[][]>(["v"], ["v"], ["a", "v"]),
    generate: fc.boolean(),
  });
}

/** The same correlation as a document would give it; `lower` are those already made. */
function correlationOf(draft: Draft, index: number, lower: readonly Correlation[]): Correlation {
  const below = draft.lower === undefined ? undefined : lower[draft.lower];
  const chained = below !== undefined && !draft.type.startsWith("value_");
  const own = draft.own.map((text) => ({ text, line: 1 }));
  const reference = chained ? [{ text: below.id, line: 1 }] : [];
  const references = draft.lowerFirst ? [...reference, ...own] : [...own, ...reference];
  const groupBy = chained ? draft.groupBy.filter((name) => below.groupBy.includes(name)) : draft.groupBy;
  const aliased = draft.alias && groupBy.includes("a");
  const alias = {
    name: "alias",
    fields: Object.fromEntries(references.map(({ text }) => [text, text === "r1" ? "a2" : "a"])),
  };
  const temporal = draft.type.startsWith("temporal");
  const boolean = temporal && draft.expression !== undefined && references.length >= 2;
  return {
    ...metadata,
    kind: "correlation",
    id: `c${index}`,
    version: `v-c${index}`,
    type: draft.type,
    rules: references,
    groupBy: groupBy.map((name) => (aliased && name === "a" ? "alias" : name)),
    aliases: aliased ? [alias] : [],
    timespanMs: draft.timespanMs,
    condition: boolean
      ? { kind: "boolean", expression: draft.expression as RuleExpression, text: "", line: 1 }
      : {
          kind: "threshold",
          fields: draft.type === "value_count" ? draft.fields : draft.type.startsWith("value_") ? ["v"] : [],
          bounds: draft.type.startsWith("value_") && draft.type !== "value_count" ? draft.metric : draft.bounds,
          ...(draft.percentile === undefined ? {} : { percentile: draft.percentile }),
          line: 1,
        },
    generate: draft.generate,
    latenessMs: draft.latenessMs,
    suppressMs: draft.suppressMs ?? draft.timespanMs,
  };
}

function correlationsOf(drafts: readonly Draft[]): Correlation[] {
  const made: Correlation[] = [];
  for (const [index, draft] of drafts.entries()) made.push(correlationOf(draft, index, made));
  return made;
}

// ── streams ──

interface StreamEvent extends OracleEvent {
  /** By rule: what matched the event. */
  readonly ruleId: string;
}

const eventId = fc.nat(15).map((n) => (n % 2 === 0 ? `e${n}` : hash(`event ${n}`)));
const moment = fc.oneof(
  { weight: 3, arbitrary: fc.nat(40).map((n) => n * 500) },
  { weight: 1, arbitrary: fc.nat(30_000) },
);
const group = fc.constantFrom("x", "X", "y", "y", "Y", null);
const measured = fc.constantFrom<(string | number | null)[]>(
  0.1,
  0.2,
  "0.3",
  1,
  2,
  "3",
  "4.5",
  -2,
  7,
  12,
  "many",
  "MANY",
  null,
  1e15,
  -1e15,
);

/** The same id always stands for the same event; several rules may match it. */
function eventWith(delay: fc.Arbitrary<number>): fc.Arbitrary<readonly StreamEvent[]> {
  return fc
    .record({
      id: eventId,
      time: moment,
      delay,
      matched: fc.oneof<fc.MaybeWeightedArbitrary<string[]>[]>(
        { weight: 5, arbitrary: fc.constantFrom(...ruleIds).map((id) => [id]) },
        { weight: 1, arbitrary: fc.subarray([...ruleIds], { minLength: 2 }) },
      ),
      exerciseId: fc.oneof(
        { weight: 5, arbitrary: fc.constant(undefined) },
        { weight: 1, arbitrary: fc.constant("Ex-1") },
      ),
      a: group,
      b: fc.constantFrom("1", 1, "2"),
      v: measured,
    })
    .map(({ id, time, delay: late, matched, exerciseId, a, b, v }) =>
      matched.map((ruleId) => ({
        ruleId,
        id,
        time,
        receivedAt: time + late,
        ...(exerciseId === undefined ? {} : { exerciseId }),
        fields: { a, a2: a, b, v },
      })),
    );
}

/** One id, one event: later ones with the same id become copies of the first, at another arrival. */
function asCopies(events: readonly (readonly StreamEvent[])[]): StreamEvent[] {
  const first = new Map<string, readonly StreamEvent[]>();
  return events.flatMap((matches) => {
    const id = matches[0]?.id as string;
    const original = first.get(id) ?? matches;
    first.set(id, original);
    const delay = (matches[0] as StreamEvent).receivedAt - (matches[0] as StreamEvent).time;
    return original.map((match) => ({ ...match, receivedAt: match.time + delay }));
  });
}

function byArrival(events: readonly StreamEvent[]): StreamEvent[] {
  return [...events].sort((one, other) => one.receivedAt - other.receivedAt);
}

// ── running ──

/** What happens at each step besides taking an event. */
interface Step {
  readonly drain: boolean;
  readonly snapshot: boolean;
  readonly idleMs: number;
}

const stepOf = fc.record({
  drain: fc.boolean(),
  snapshot: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  idleMs: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.constantFrom(500, 1_000, 12_000) },
    { weight: 1, arbitrary: fc.constant(120_000) },
  ),
});

function inputsOf(plan: CorrelationPlan, event: StreamEvent): CorrelationInput[] {
  const input = plan.inputs.findIndex(({ ruleId }) => ruleId === event.ruleId);
  if (input === -1) return [];
  return [
    {
      input,
      time: event.time,
      receivedAt: event.receivedAt,
      eventId: event.id,
      ...(event.exerciseId === undefined ? {} : { exerciseId: event.exerciseId }),
      values: (plan.inputs[input] as { fields: readonly string[] }).fields.map((name) => event.fields[name] ?? null),
      anchor: `anchor of ${event.id}`,
    },
  ];
}

interface Outcome {
  readonly findings: CorrelationFinding[];
  readonly state: CorrelatorState;
  readonly correlator: Correlator;
}

function run(
  plan: CorrelationPlan,
  events: readonly StreamEvent[],
  steps: readonly Step[],
  restores: boolean,
): Outcome {
  let correlator = new Correlator(plan, { hash });
  const findings: CorrelationFinding[] = [];
  for (const [index, event] of events.entries()) {
    const step = steps[index % steps.length] as Step;
    for (const input of inputsOf(plan, event)) correlator.take(input);
    if (inputsOf(plan, event).length === 0) correlator.advance(event.receivedAt);
    if (step.drain) findings.push(...correlator.drain());
    if (restores && step.snapshot) {
      const restored = Correlator.restore(plan, structuredClone(correlator.snapshot()), { hash });
      expect(restored.startedEmpty).toEqual([]);
      correlator = restored.correlator;
    }
  }
  const state = correlator.snapshot();
  correlator.finish();
  findings.push(...correlator.drain());
  return { findings, state: { ...state, findings: [] }, correlator };
}

/** Clock advances are events of no rule. */
function withIdling(events: readonly StreamEvent[], steps: readonly Step[]): StreamEvent[] {
  let shift = 0;
  return events.flatMap((event, index) => {
    const { idleMs } = steps[index % steps.length] as Step;
    const moved = { ...event, receivedAt: event.receivedAt + shift };
    shift += idleMs;
    if (idleMs === 0) return [moved];
    return [moved, { ...moved, ruleId: "none", receivedAt: moved.receivedAt + idleMs }];
  });
}

function comparable(finding: CorrelationFinding): OracleFinding {
  return {
    id: finding.id,
    correlationId: finding.correlationId,
    group: finding.group.map(({ value }) => value),
    exerciseId: finding.exerciseId,
    from: finding.from,
    to: finding.to,
    count: finding.count,
    value: finding.value,
    events: finding.events.map(({ id, time, ruleId }) => [id, time, ruleId] as const),
    anchor: finding.anchor as string,
  };
}

const byId = (one: { id: string }, other: { id: string }): number =>
  one.id < other.id ? -1 : one.id > other.id ? 1 : 0;

function sorted(findings: readonly OracleFinding[]): OracleFinding[] {
  return [...findings].sort(byId);
}

function planOf(drafts: readonly Draft[]): { correlations: Correlation[]; plan: CorrelationPlan } {
  const correlations = correlationsOf(drafts);
  const { plan } = planCorrelations(correlations, rules);
  return {
    correlations: plan.nodes.map(({ correlation }) => correlation).filter((one) => correlations.includes(one)),
    plan,
  };
}

// ── properties ──

test(`the engine finds exactly what the naive evaluator finds, and counts the rest alike (${runs} streams)`, () => {
  let found = 0;
  let late = 0;
  fc.assert(
    fc.property(
      fc.array(draftWith(seconds(0, 1, 5, 10)), { minLength: 1, maxLength: 4 }),
      fc.array(eventWith(fc.oneof(fc.constant(0), fc.nat(4_000), fc.nat(30_000), fc.constant(-700_000))), {
        minLength: 1,
        maxLength: 25,
      }),
      fc.array(stepOf, { minLength: 1, maxLength: 7 }),
      (drafts, drawn, steps) => {
        const { correlations, plan } = planOf(drafts);
        const events = withIdling(byArrival(asCopies(drawn)), steps);
        const oracle = new Oracle(correlations, hash);
        for (const event of events) {
          if (event.ruleId === "none") oracle.advance(event.receivedAt);
          else oracle.take(event);
        }
        oracle.finish();
        const { findings, correlator } = run(plan, events, steps, true);
        expect(sorted(findings.map(comparable))).toEqual(sorted(oracle.findings));
        for (const { correlationId, counts } of oracle.stats()) {
          expect(correlator.stats().find((one) => one.correlationId === correlationId)).toMatchObject({
            ...counts,
            evicted: 0,
          });
          late += counts.late;
        }
        found += findings.length;
      },
    ),
    { numRuns: runs },
  );
  // The streams must be of a kind that something happens.
  expect(found).toBeGreaterThan(runs / 2);
  expect(late).toBeGreaterThan(runs / 10);
}, 3_600_000);

test("snapshots and restores change nothing: findings in their order and the final state are the same", () => {
  fc.assert(
    fc.property(
      fc.array(draftWith(seconds(0, 1, 5, 10)), { minLength: 1, maxLength: 4 }),
      fc.array(eventWith(fc.nat(20_000)), { minLength: 1, maxLength: 40 }),
      fc.array(stepOf, { minLength: 1, maxLength: 7 }),
      (drafts, drawn, steps) => {
        const { plan } = planOf(drafts);
        const events = withIdling(byArrival(asCopies(drawn)), steps);
        const undisturbed = run(plan, events, steps, false);
        const restored = run(plan, events, steps, true);
        expect(restored.findings).toEqual(undisturbed.findings);
        expect(restored.state).toEqual(undisturbed.state);
      },
    ),
    { numRuns: Math.ceil(runs / 10) },
  );
}, 3_600_000);

test("order of arrival within the lateness changes nothing, and nothing is late", () => {
  const disorderMs = 5_000;
  fc.assert(
    fc.property(
      fc.array(draftWith(seconds(5, 10)), { minLength: 1, maxLength: 4 }),
      fc.array(eventWith(fc.constant(0)), { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat(disorderMs), { minLength: 40, maxLength: 40 }),
      fc.array(stepOf, { minLength: 1, maxLength: 7 }),
      (drafts, drawn, delays, steps) => {
        const { plan } = planOf(drafts);
        const inOrder = byArrival(asCopies(drawn));
        const shuffled = byArrival(
          inOrder.map((event, index) => ({
            ...event,
            receivedAt: event.time + (delays[index % delays.length] as number),
          })),
        );
        const expected = run(plan, inOrder, steps, false);
        const ticking = shuffled.flatMap((event) => [{ ...event, ruleId: "none" }, event]);
        for (const stream of [shuffled, ticking]) {
          const { findings, correlator } = run(plan, stream, steps, false);
          expect(sorted(findings.map(comparable))).toEqual(sorted(expected.findings.map(comparable)));
          for (const stats of correlator.stats()) expect(stats.late).toBe(0);
        }
      },
    ),
    { numRuns: Math.ceil(runs / 5) },
  );
}, 3_600_000);
