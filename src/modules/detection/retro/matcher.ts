/**
 * The matches of one hunt's target over events in time order. The engine decides about every event, with the same
 * filters and the same ids as in the live stream, so a hunt finds what live matching would have found.
 *
 * A correlation takes its events with their own time as the clock: nothing is late, and every window closes at the end.
 */
import { createHash } from "node:crypto";
import type { KhienEvent } from "../../../kernel/index.ts";
import {
  type CorrelationFinding,
  Correlator,
  type Detector,
  type LogSourceMap,
  PlanInputs,
  type Rule,
} from "../core/sigma/index.ts";
import { compileDetector, groupFieldOf } from "../engine.ts";
import { type EventOfFinding, eventOfFinding, findingId, groupOf } from "../findings.ts";
import type { GroupValue } from "./hunt-record.ts";
import type { HuntTarget } from "./target.ts";

export interface TargetMatch {
  readonly findingId: string;
  readonly event: EventOfFinding;
  readonly groupBy: GroupValue | undefined;
  /** Only of correlations. */
  readonly found: CorrelationFinding | undefined;
}

export class TargetMatcher {
  readonly #target: HuntTarget;
  readonly #detector: Detector;
  readonly #correlator: Correlator | undefined;
  readonly #inputs: PlanInputs;

  constructor(target: HuntTarget, map: LogSourceMap) {
    this.#target = target;
    this.#detector = compileDetector(target, map);
    this.#correlator = target.plan === undefined ? undefined : new Correlator(target.plan, { hash });
    this.#inputs = new PlanInputs(target.plan ?? { inputs: [] }, target.rules, map);
  }

  /** In order of time and id. */
  take(event: KhienEvent): readonly TargetMatch[] {
    const { rules } = this.#detector.match(event, event.ingestedAt);
    if (rules.length === 0) return NONE;
    if (this.#correlator === undefined) return rules.map((rule) => this.#matchOf(rule, event));
    for (const rule of rules) this.#feed(this.#correlator, rule, event);
    return this.#drained(this.#correlator);
  }

  finish(): readonly TargetMatch[] {
    if (this.#correlator === undefined) return NONE;
    this.#correlator.finish();
    return this.#drained(this.#correlator);
  }

  #feed(correlator: Correlator, rule: Rule, event: KhienEvent): void {
    const matched = this.#inputs.of(rule, event);
    if (matched === undefined) return;
    correlator.take({
      ...matched,
      time: event.time,
      receivedAt: event.time,
      eventId: event.id,
      anchor: eventOfFinding(event),
      ...(event.exerciseId === undefined ? {} : { exerciseId: event.exerciseId }),
    });
  }

  #drained(correlator: Correlator): TargetMatch[] {
    const { main } = this.#target;
    const wanted = groupFieldOf(main);
    return correlator.drain().flatMap((found) => {
      if (found.correlationId !== main.id) return [];
      const groupBy = found.group.find(({ field }) => field === wanted) ?? found.group[0];
      return [{ findingId: found.id, event: found.anchor as EventOfFinding, groupBy, found }];
    });
  }

  #matchOf(rule: Rule, event: KhienEvent): TargetMatch {
    return {
      findingId: findingId(rule.id, rule.version, event.id),
      event: eventOfFinding(event),
      groupBy: groupOf(groupFieldOf(rule), event),
      found: undefined,
    };
  }
}

const NONE: readonly TargetMatch[] = [];

/** As the live correlator makes its ids. */
function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}
