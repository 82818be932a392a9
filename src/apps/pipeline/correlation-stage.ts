import { createHash } from "node:crypto";
import type { Instant } from "../../kernel/index.ts";
import { type CorrelationFinding, Correlator, Suppressor } from "../../modules/detection/matching.ts";
import type { CorrelatorState, SuppressorState } from "../../modules/detection/matching.ts";
import type { Correlated, CorrelatorLoad, Planned, StreamItem } from "./protocol.ts";

/** Everything the stage knows; structured-cloneable. */
export interface StageState {
  readonly correlator: CorrelatorState;
  readonly suppressor: SuppressorState;
  /** The latest arrival seen. */
  readonly clock: Instant;
}

const OPTIONS = {
  hash: (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32),
};

/**
 * Correlations and suppressions: all of detection that remembers. A function of the ordered stream alone, so that
 * the same journal gives the same findings, however it was cut into batches and however often it was begun anew.
 */
export class CorrelationStage {
  readonly #correlator: Correlator;
  readonly #suppressor: Suppressor;
  /** A suppression of a correlation asks what time it is, so its findings are taken out as they come true. */
  readonly #drainsEach: boolean;
  #clock: Instant;

  private constructor({ plan }: Planned, parts: { correlator: Correlator; suppressor: Suppressor; clock: Instant }) {
    this.#correlator = parts.correlator;
    this.#suppressor = parts.suppressor;
    this.#clock = parts.clock;
    this.#drainsEach = plan.nodes.some(({ correlation }) => parts.suppressor.fieldsOf(correlation.id) !== undefined);
  }

  static fresh(planned: Planned): CorrelationStage {
    const correlator = new Correlator(planned.plan, OPTIONS);
    return new CorrelationStage(planned, {
      correlator,
      suppressor: new Suppressor(planned.active.suppressions),
      clock: 0,
    });
  }

  /** Goes on from a state; whatever is new or changed in the rules begins with nothing. */
  static continued(planned: Planned, state: StageState): CorrelationStage {
    const { correlator } = Correlator.restore(planned.plan, state.correlator, OPTIONS);
    const suppressor = Suppressor.restore(planned.active.suppressions, state.suppressor);
    return new CorrelationStage(planned, { correlator, suppressor, clock: state.clock });
  }

  run(stream: readonly StreamItem[]): Omit<Correlated, "kind"> {
    const withheld: number[] = [];
    const suppressed = new Map<string, SuppressedTally>();
    const findings: CorrelationFinding[] = [];
    for (const item of stream) {
      if (item.kind === "input") this.#correlator.take(item.input);
      else if (item.kind === "clock") this.#advance(item.at);
      else if (!this.#suppressor.admit(item.ruleId, item.values, item.receivedAt, item.exerciseId)) {
        if (item.match >= 0) withheld.push(item.match);
        countSuppressed(suppressed, item.ruleId, item.receivedAt);
      }
      if (this.#drainsEach) this.#drain(findings, suppressed);
    }
    this.#drain(findings, suppressed);
    return { findings, withheld, suppressed: [...suppressed.values()], load: this.load() };
  }

  load(): CorrelatorLoad {
    return { held: this.#correlator.held, stats: this.#correlator.stats() };
  }

  state(): StageState {
    return { correlator: this.#correlator.snapshot(), suppressor: this.#suppressor.snapshot(), clock: this.#clock };
  }

  #advance(at: Instant): void {
    // A batch tells every second it begins; those that are old news by now pass without effect.
    if (Math.floor(at / 1000) <= Math.floor(this.#clock / 1000)) return;
    this.#clock = at;
    this.#correlator.advance(at);
  }

  #drain(findings: CorrelationFinding[], suppressed: Map<string, SuppressedTally>): void {
    for (const found of this.#correlator.drain()) {
      if (this.#admits(found)) findings.push(found);
      else countSuppressed(suppressed, found.correlationId, this.#clock);
    }
  }

  /** A suppression may be set on a correlation too; its fields are names of the group. */
  #admits(found: CorrelationFinding): boolean {
    const fields = this.#suppressor.fieldsOf(found.correlationId);
    if (fields === undefined) return true;
    const values = fields.map((field) => found.group.find((one) => one.field === field)?.value ?? null);
    return this.#suppressor.admit(found.correlationId, values, this.#clock, found.exerciseId);
  }
}

type SuppressedTally = Correlated["suppressed"][number];

function countSuppressed(suppressed: Map<string, SuppressedTally>, ruleId: string, at: Instant): void {
  const count = (suppressed.get(ruleId)?.count ?? 0) + 1;
  suppressed.set(ruleId, { ruleId, count, lastAt: at });
}
