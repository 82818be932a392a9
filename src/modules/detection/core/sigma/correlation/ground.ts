/** What the correlations of one correlator share: clock, limits, totals, and the groups an input stirred. */
import type { CorrelationFinding } from "./correlator-types.ts";
import { Keys } from "./key.ts";
import type { CorrelatorLimits } from "./limits.ts";

/** What the ground knows of a correlation. */
export interface Bounded {
  /** Lower correlations have lower ones. */
  readonly index: number;
  readonly isOverLimit: boolean;
  /** Order of the last touch of the group that would be forgotten first. */
  readonly oldestTouch: number;
  /** Processes what is ripe in the group. */
  settle(slot: number): void;
  forgetOldest(): void;
}

export class Ground {
  readonly keys: Keys;
  readonly hash: (text: string) => string;
  readonly limits: CorrelatorLimits;
  /** Lower correlations before higher ones. */
  readonly stages: Bounded[] = [];
  readonly findings: CorrelationFinding[] = [];
  readonly totals = { groups: 0, events: 0, units: 0 };
  /** Some correlation is over its own limit. */
  isOver = false;
  /** Latest arrival seen, ms. */
  now = Number.NEGATIVE_INFINITY;
  /** The arrival clock: `now` in whole seconds. */
  second = Number.NEGATIVE_INFINITY;
  /** Counts touches and births of groups. */
  order = 0;
  private readonly stirredStages: Bounded[] = [];
  private readonly stirredSlots: number[] = [];

  constructor(hash: (text: string) => string, limits: CorrelatorLimits) {
    this.keys = new Keys(hash);
    this.hash = hash;
    this.limits = limits;
  }

  /** The group will be looked at before the step ends. */
  stir(stage: Bounded, slot: number): void {
    this.stirredStages.push(stage);
    this.stirredSlots.push(slot);
  }

  /** An input is taken everywhere first; then lower groups go on before higher ones. */
  settle(): void {
    while (this.stirredStages.length > 0) {
      if (this.stirredStages.length === 1) {
        (this.stirredStages.pop() as Bounded).settle(this.stirredSlots.pop() as number);
        continue;
      }
      const slots = this.stirredSlots.splice(0);
      const stirred = this.stirredStages.splice(0).map((stage, at) => ({ stage, slot: slots[at] as number }));
      stirred.sort((one, other) => one.stage.index - other.stage.index);
      for (const { stage, slot } of stirred) stage.settle(slot);
    }
  }

  /** Between steps: whatever is over a limit forgets the groups touched longest ago. */
  keepLimits(): void {
    if (this.isOver) {
      this.isOver = false;
      for (const stage of this.stages) while (stage.isOverLimit) stage.forgetOldest();
    }
    const { totals, limits } = this;
    while (totals.groups > limits.groups || totals.events > limits.events || totals.units > limits.textUnits) {
      let oldest = this.stages[0] as Bounded;
      for (const stage of this.stages) if (stage.oldestTouch < oldest.oldestTouch) oldest = stage;
      oldest.forgetOldest();
    }
  }
}
