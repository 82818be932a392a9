/**
 * Runs the correlations of a plan over a stream of matches. What comes out is a function of the inputs and clock
 * advances in their order, and of nothing else: no batch border, no iteration order, no time of day.
 *
 * Semantics: docs/sigma.md, "Correlations". The naive evaluator of the tests says the same without any cleverness.
 */
import type { CorrelationFinding, CorrelationInput, CorrelationStats } from "./correlator-types.ts";
import { Ground } from "./ground.ts";
import { type CorrelatorLimits, DEFAULT_LIMITS } from "./limits.ts";
import type { CorrelationPlan, PlanSource } from "./plan.ts";
import { type CorrelatorState, STATE_FORMAT } from "./snapshot.ts";
import { Stage } from "./stage.ts";

export interface CorrelatorOptions {
  /** Makes the ids of findings (the core has no cryptography): short, the same for the same text. */
  readonly hash: (text: string) => string;
  readonly limits?: Partial<CorrelatorLimits>;
}

export type { CorrelatorState };

export interface RestoredCorrelator {
  readonly correlator: Correlator;
  /** Ids of correlations of the plan for which the state held nothing of the same version. */
  readonly startedEmpty: readonly string[];
}

interface Taker {
  readonly stage: Stage;
  readonly rule: number;
  readonly source: PlanSource;
}

const SECOND_MS = 1_000;

export class Correlator {
  private readonly ground: Ground;
  /** Lower correlations before higher ones. */
  private readonly stages: Stage[] = [];
  /** By input. */
  private readonly takers: readonly (readonly Taker[])[];

  constructor(plan: CorrelationPlan, options: CorrelatorOptions) {
    this.ground = new Ground(options.hash, { ...DEFAULT_LIMITS, ...options.limits });
    const takers: Taker[][] = plan.inputs.map(() => []);
    for (const node of plan.nodes) {
      const stage = new Stage(node, this.ground, this.stages);
      this.stages.push(stage);
      this.ground.stages.push(stage);
      for (const [rule, source] of node.sources.entries()) {
        if (source.kind === "input") takers[source.index]?.push({ stage, rule, source });
        else this.stages[source.index]?.hierarchy.attach({ stage, rule, source });
      }
    }
    this.takers = takers;
  }

  /** A state this program cannot read throws; what fits the plan is continued, the rest begins anew. */
  static restore(plan: CorrelationPlan, state: CorrelatorState, options: CorrelatorOptions): RestoredCorrelator {
    if (state.format !== STATE_FORMAT) throw new RangeError(`correlation state of format ${state.format}`);
    const correlator = new Correlator(plan, options);
    const { ground } = correlator;
    ground.now = state.now;
    ground.second = state.second;
    ground.order = state.order;
    ground.findings.push(...state.findings);
    const startedEmpty: string[] = [];
    const known = new Map(state.stages.map((stage) => [stage.fingerprint, stage]));
    for (const stage of correlator.stages) {
      const found = known.get(stage.node.fingerprint);
      if (found === undefined || found.correlationId !== stage.node.correlation.id) {
        startedEmpty.push(stage.node.correlation.id);
      } else stage.restore(found);
    }
    for (const stage of correlator.stages) stage.relink(known.get(stage.node.fingerprint));
    ground.keepLimits();
    return { correlator, startedEmpty };
  }

  /** In journal order. Moves the clock to the input's arrival first. */
  take(input: CorrelationInput): void {
    this.advance(input.receivedAt);
    const takers = this.takers[input.input];
    if (takers === undefined) throw new RangeError(`no input ${input.input}`);
    for (const { stage, rule, source } of takers) stage.take(rule, source, input);
    this.ground.settle();
    this.ground.keepLimits();
  }

  /** The arrival clock: whole seconds count, going back changes nothing. */
  advance(receivedAt: number): void {
    const { ground } = this;
    if (!Number.isFinite(receivedAt)) throw new RangeError(`arrival at ${receivedAt}`);
    if (receivedAt <= ground.now) return;
    ground.now = receivedAt;
    const second = Math.floor(receivedAt / SECOND_MS) * SECOND_MS;
    if (second <= ground.second) return;
    ground.second = second;
    // What one correlation lets go may open, in another, a window that is over already.
    for (let worked = true; worked; ) {
      worked = false;
      for (const stage of this.stages) if (stage.tick()) worked = true;
      ground.settle();
    }
    for (const stage of this.stages) stage.expire();
    ground.keepLimits();
  }

  /** Findings since the last call, in the order they came true. */
  drain(): CorrelationFinding[] {
    return this.ground.findings.splice(0);
  }

  /** End of a finite stream: everything waiting is processed, every window closed. Nothing may be taken after it. */
  finish(): void {
    for (const stage of this.stages) stage.finish();
    this.ground.settle();
  }

  /** Above zero: something waits for the clock, so ticks must go on. */
  get held(): number {
    return this.stages.reduce((held, stage) => held + stage.held, 0);
  }

  stats(): CorrelationStats[] {
    return this.stages.map((stage) => stage.stats());
  }

  /** Independent of this correlator from now on. */
  snapshot(): CorrelatorState {
    const { now, second, order, findings } = this.ground;
    return {
      format: STATE_FORMAT,
      now,
      second,
      order,
      findings: [...findings],
      stages: this.stages.map((stage) => stage.snapshot()),
    };
  }
}
