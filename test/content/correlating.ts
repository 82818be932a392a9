/** Our own correlations at work in a test: events in, findings out, through the real rules and the real correlator. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { KhienEvent } from "../../src/kernel/index.ts";
import { Correlator } from "../../src/modules/detection/core/sigma/correlation/correlator.ts";
import { PlanInputs } from "../../src/modules/detection/core/sigma/correlation/plan-inputs.ts";
import { planCorrelations } from "../../src/modules/detection/core/sigma/correlation/plan.ts";
import type { CorrelationFinding, CorrelationStats } from "../../src/modules/detection/core/sigma/index.ts";
import { compileEngine, loadLogSources } from "../../src/modules/detection/index.ts";
import { contentDir, readOwnRules } from "./own-rules.ts";

const { files, correlations } = readOwnRules();
const rules = files.map(({ rule }) => rule);
const { map } = await loadLogSources(join(contentDir, "log-sources"));

export const engine = compileEngine(rules, map);

export const { plan, rejected } = planCorrelations(
  correlations.map(({ correlation }) => correlation),
  rules,
);

const inputs = new PlanInputs(plan, rules, map);

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

export interface Arrival {
  readonly event: KhienEvent;
  readonly receivedAt: number;
}

export interface Correlated {
  readonly findings: readonly CorrelationFinding[];
  readonly stats: readonly CorrelationStats[];
}

/** A finite stream, in order of arrival. */
export function correlate(arrivals: readonly Arrival[]): Correlated {
  const correlator = new Correlator(plan, { hash });
  for (const [index, { event, receivedAt }] of arrivals.entries()) {
    const eventId = String(index).padStart(8, "0");
    for (const rule of engine.match(event)) {
      const matched = inputs.of(rule, event);
      if (matched !== undefined) correlator.take({ ...matched, time: event.time, receivedAt, eventId, anchor: null });
    }
  }
  correlator.finish();
  return { findings: correlator.drain(), stats: correlator.stats() };
}
