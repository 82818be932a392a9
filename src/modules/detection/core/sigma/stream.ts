/**
 * Detection and correlation over one stream in one object, for programs that embed the engine. Khiên itself runs the
 * two on threads of their own (src/apps/pipeline).
 */
import type { ContentProblem } from "../../../../kernel/index.ts";
import type { CompileOptions } from "./match/compile-rule.ts";
import type { Correlation } from "./correlation/correlation.ts";
import { Correlator, type CorrelatorOptions, type CorrelatorState } from "./correlation/correlator.ts";
import type { CorrelationFinding, CorrelationStats } from "./correlation/correlator-types.ts";
import { type CorrelationPlan, planCorrelations } from "./correlation/plan.ts";
import { PlanInputs } from "./correlation/plan-inputs.ts";
import type { SigmaFilter } from "./filter.ts";
import { compileDetection, type Detector, type HiddenMatch } from "./filtering.ts";
import { EMPTY_LOG_SOURCE_MAP } from "./sources/logsource.ts";
import type { Rule, SigmaEvent } from "./rule.ts";

/** What `parseRules` read; several files' may be put together. */
export interface StreamContent {
  readonly rules: readonly Rule[];
  readonly correlations?: readonly Correlation[];
  readonly filters?: readonly SigmaFilter[];
}

export interface StreamEvent extends SigmaEvent {
  /** Tells the event from all others: the same id twice counts once. */
  readonly id: string;
  /** Event time, ms since 1970. */
  readonly time: number;
  /** Arrival, ms since 1970; the clock by which waiting events are released. */
  readonly receivedAt: number;
  /** Handed back in findings this event completes. */
  readonly anchor?: unknown;
}

export interface StreamFound {
  /** Rules that matched, without those only a correlation speaks for. */
  readonly matches: readonly Rule[];
  /** Matches a filter or exception took away. */
  readonly hidden: readonly HiddenMatch[];
  /** Correlations that came true. */
  readonly findings: readonly CorrelationFinding[];
}

export type StreamOptions = CompileOptions & CorrelatorOptions;

export class DetectionStream {
  /** What of the content does not run, and why. */
  readonly rejected: readonly ContentProblem[];
  readonly #detector: Detector;
  readonly #plan: CorrelationPlan;
  readonly #inputs: PlanInputs;
  readonly #options: StreamOptions;
  #correlator: Correlator;

  constructor({ rules, correlations = [], filters = [] }: StreamContent, options: StreamOptions) {
    const planned = planCorrelations(correlations, rules);
    this.#options = options;
    this.#plan = planned.plan;
    this.#detector = compileDetection({ ...options, rules, filters });
    this.#inputs = new PlanInputs(planned.plan, rules, options.logSourceMap ?? EMPTY_LOG_SOURCE_MAP);
    this.#correlator = new Correlator(planned.plan, options);
    this.rejected = [...this.#detector.rejected, ...planned.rejected];
  }

  /** Events in the order they arrive. */
  take(event: StreamEvent): StreamFound {
    const { rules, hidden } = this.#detector.match(event, event.receivedAt);
    this.#correlator.advance(event.receivedAt);
    for (const rule of rules) {
      const matched = this.#inputs.of(rule, event);
      if (matched === undefined) continue;
      const { id: eventId, time, receivedAt, anchor } = event;
      this.#correlator.take({ ...matched, eventId, time, receivedAt, anchor });
    }
    const matches = rules.filter(({ id }) => !this.#plan.silenced.has(id));
    return { matches, hidden, findings: this.#correlator.drain() };
  }

  /** Time has passed without an event: what waited long enough is decided. */
  advance(now: number): readonly CorrelationFinding[] {
    this.#correlator.advance(now);
    return this.#correlator.drain();
  }

  /** The stream is over: everything waiting is decided, every window closes. */
  finish(): readonly CorrelationFinding[] {
    this.#correlator.finish();
    return this.#correlator.drain();
  }

  stats(): readonly CorrelationStats[] {
    return this.#correlator.stats();
  }

  /** Plain data for `v8.serialize`; with the events since, `restore` continues as if nothing had happened. */
  snapshot(): CorrelatorState {
    return this.#correlator.snapshot();
  }

  /** Ids of correlations the state holds nothing of, because they or their rules have changed since. */
  restore(state: CorrelatorState): readonly string[] {
    const { correlator, startedEmpty } = Correlator.restore(this.#plan, state, this.#options);
    this.#correlator = correlator;
    return startedEmpty;
  }
}
