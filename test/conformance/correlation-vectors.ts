/** The vectors of conformance/sigma/correlations as the runner sees them; the format is described in the folder's README. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Fields } from "../../src/kernel/index.ts";
import type { Rule, SigmaEvent } from "../../src/apps/sigma.ts";
import { compileRules, parseRules } from "../../src/apps/sigma.ts";
import type { CorrelationFinding, CorrelationStats } from "../../src/modules/detection/core/sigma/index.ts";
import { Correlator } from "../../src/modules/detection/core/sigma/correlation/correlator.ts";
import type { CorrelationPlan } from "../../src/modules/detection/core/sigma/correlation/plan.ts";
import { planCorrelations } from "../../src/modules/detection/core/sigma/correlation/plan.ts";
import { EMPTY_LOG_SOURCE_MAP } from "../../src/modules/detection/core/sigma/index.ts";
import { RuleValues, scalarOf } from "../../src/modules/detection/core/sigma/rule-values.ts";
import { parseYaml, plainValue } from "../../src/platform/yaml/index.ts";

export interface ExpectedFinding {
  readonly correlation?: string;
  readonly group?: Readonly<Record<string, string>>;
  readonly from?: number;
  readonly to?: number;
  readonly count?: number;
  readonly value?: number;
  readonly events?: readonly string[];
}

export interface CorrelationVector {
  readonly name: string;
  /** Text of the `correlation` section of one correlation with the id `it`. */
  readonly correlation?: string;
  /** Text of its `x-khien` section. */
  readonly settings?: string;
  /** Whole documents, where one section is not enough. */
  readonly documents?: string;
  readonly events?: readonly Record<string, unknown>[];
  /** The stream goes on: nothing is closed after the last event. */
  readonly open?: boolean;
  readonly findings?: readonly ExpectedFinding[];
  readonly counters?: Readonly<Record<string, number>>;
  /** Ids of the rules and correlations that raise findings of their own. */
  readonly raising?: readonly string[];
  readonly refused?: string;
}

export interface VectorFile {
  readonly name: string;
  readonly rules: string;
  readonly vectors: readonly CorrelationVector[];
}

const folder = new URL("../../conformance/sigma/correlations/", import.meta.url);
/** Second 0 of every vector: 2026-01-01T00:00:00Z. */
const ORIGIN = Date.UTC(2026, 0, 1);

export function readCorrelationVectors(): VectorFile[] {
  return readdirSync(folder).map((name) => {
    const [document] = parseYaml(readFileSync(new URL(name, folder), "utf8"));
    const problem = document?.problems[0];
    if (problem !== undefined || document?.root === undefined)
      throw new Error(`${name}: ${problem?.message ?? "empty"}`);
    return { name, ...(plainValue(document.root) as { rules: string; vectors: CorrelationVector[] }) };
  });
}

function documentsOf(vector: CorrelationVector): string {
  if (vector.documents !== undefined) return vector.documents;
  const indent = (text: string): string => text.trimEnd().replace(/^/gm, "  ");
  const settings = vector.settings === undefined ? "" : `x-khien:\n${indent(vector.settings)}\n`;
  return `title: ${JSON.stringify(vector.name)}\nid: it\n${settings}correlation:\n${indent(vector.correlation ?? "")}\n`;
}

export interface Prepared {
  readonly problems: readonly { readonly code: string; readonly message: string }[];
  readonly plan: CorrelationPlan;
  /** Ids of everything that raises findings of its own. */
  readonly raising: readonly string[];
  run(): Outcome;
}

export interface Outcome {
  readonly findings: readonly CorrelationFinding[];
  readonly stats: readonly CorrelationStats[];
}

export function prepare(file: VectorFile, vector: CorrelationVector): Prepared {
  const base = parseRules(file.rules);
  if (base.problems.length > 0) throw new Error(`${file.name}: ${base.problems[0]?.message}`);
  const own = parseRules(documentsOf(vector));
  const rules = [...base.rules, ...own.rules];
  const { plan, rejected } = planCorrelations(own.correlations, rules);
  return {
    problems: [...own.problems, ...rejected],
    plan,
    raising: [...rules, ...own.correlations].map(({ id }) => id).filter((id) => !plan.silenced.has(id)),
    run: () => play(vector, plan, compileRules(rules)),
  };
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
const instant = (seconds: unknown): number => ORIGIN + Math.round(Number(seconds) * 1_000);

function play(vector: CorrelationVector, plan: CorrelationPlan, ruleset: ReturnType<typeof compileRules>): Outcome {
  const correlator = new Correlator(plan, { hash });
  const readers = plan.inputs.map(({ ruleId, fields }) => {
    const rule = ruleset.rules.find(({ id }) => id === ruleId) as Rule;
    return new RuleValues(rule, fields, EMPTY_LOG_SOURCE_MAP);
  });
  let arrival = Number.NEGATIVE_INFINITY;
  for (const [index, given] of (vector.events ?? []).entries()) {
    if (given["_clock"] !== undefined) {
      arrival = Math.max(arrival, instant(given["_clock"]));
      correlator.advance(arrival);
      continue;
    }
    const { _t, _at = _t, _id = `e${String(index + 1).padStart(3, "0")}`, _exercise, ...rest } = given;
    arrival = Math.max(arrival, instant(_at));
    const fields = Object.assign(Object.create(null), rest) as Fields;
    const event: SigmaEvent = { logsource: { category: "test" }, fields, raw: "" };
    const matched = new Set(ruleset.match(event).map(({ id }) => id));
    for (const [input, { ruleId }] of plan.inputs.entries()) {
      if (!matched.has(ruleId)) continue;
      correlator.take({
        input,
        time: instant(_t),
        receivedAt: arrival,
        eventId: String(_id),
        ...(_exercise === undefined ? {} : { exerciseId: String(_exercise) }),
        values: (readers[input] as RuleValues).of(event).map(scalarOf),
        anchor: null,
      });
    }
  }
  if (vector.open !== true) correlator.finish();
  return { findings: correlator.drain(), stats: correlator.stats() };
}

/** A finding in the words of the vector that expects it. */
export function told(finding: CorrelationFinding, expected: ExpectedFinding): ExpectedFinding {
  const seconds = (time: number): number => (time - ORIGIN) / 1_000;
  const whole: Required<ExpectedFinding> = {
    correlation: finding.correlationId,
    group: Object.fromEntries(finding.group.map(({ field, value }) => [field, value])),
    from: seconds(finding.from),
    to: seconds(finding.to),
    count: finding.count,
    value: finding.value,
    events: finding.events.map(({ id }) => id),
  };
  return Object.fromEntries(Object.entries(whole).filter(([key]) => Object.hasOwn(expected, key))) as ExpectedFinding;
}
