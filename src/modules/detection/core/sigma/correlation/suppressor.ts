/**
 * Withholds repeated findings of single rules. The first finding of a key passes and opens a window of arrival time;
 * later ones within it do not. The window is not prolonged by what it withholds: a rule that goes on firing is heard
 * once per window. What cannot be remembered passes.
 */
import { fold } from "../pattern.ts";
import type { InputValue } from "./key.ts";
import { MAX_SUPPRESSED_KEYS, MAX_SUPPRESSED_KEYS_PER_RULE, MAX_VALUE_UNITS } from "./limits.ts";

export interface SuppressionRule {
  readonly ruleId: string;
  /** Field names whose values make the key; empty: the rule alone. */
  readonly fields: readonly string[];
  readonly windowMs: number;
}

export interface SuppressionStats {
  readonly ruleId: string;
  readonly withheld: number;
  /** Open windows. */
  readonly keys: number;
  /** Windows forgotten because there were too many. */
  readonly evicted: number;
}

export interface SuppressorState {
  readonly format: number;
  /** Latest arrival seen, ms. */
  readonly now: number;
  readonly lanes: readonly {
    readonly rule: SuppressionRule;
    readonly keys: readonly string[];
    /** When the window of each key opened; oldest first. */
    readonly opened: Float64Array;
    readonly withheld: number;
    readonly evicted: number;
  }[];
}

const STATE_FORMAT = 1;

interface Lane {
  readonly rule: SuppressionRule;
  /** Oldest first: windows of a rule are of one length, so they end in the order in which they opened. */
  readonly opened: Map<string, number>;
  withheld: number;
  evicted: number;
}

export class Suppressor {
  private readonly lanes = new Map<string, Lane>();
  private keys = 0;
  private now = Number.NEGATIVE_INFINITY;

  constructor(rules: readonly SuppressionRule[]) {
    for (const rule of rules) {
      if (rule.windowMs > 0) this.lanes.set(rule.ruleId, { rule, opened: new Map(), withheld: 0, evicted: 0 });
    }
  }

  /** Windows of a rule whose fields or length changed begin anew. */
  static restore(rules: readonly SuppressionRule[], state: SuppressorState): Suppressor {
    if (state.format !== STATE_FORMAT) throw new RangeError(`suppressor state of format ${state.format}`);
    const suppressor = new Suppressor(rules);
    suppressor.now = state.now;
    for (const saved of state.lanes) {
      const lane = suppressor.lanes.get(saved.rule.ruleId);
      if (lane === undefined || !isSame(lane.rule, saved.rule)) continue;
      for (const [index, key] of saved.keys.entries()) lane.opened.set(key, saved.opened[index] as number);
      lane.withheld = saved.withheld;
      lane.evicted = saved.evicted;
      suppressor.keys += lane.opened.size;
    }
    return suppressor;
  }

  /** Field values needed for a finding of this rule, in the order `admit` takes them; undefined: nothing to suppress. */
  fieldsOf(ruleId: string): readonly string[] | undefined {
    return this.lanes.get(ruleId)?.rule.fields;
  }

  /** In journal order; true: the finding passes. Findings of an exercise silence only each other. */
  admit(ruleId: string, values: readonly InputValue[], receivedAt: number, exerciseId?: string): boolean {
    const lane = this.lanes.get(ruleId);
    if (lane === undefined) return true;
    if (receivedAt > this.now) this.now = receivedAt;
    const key = keyOf(values, exerciseId);
    if (key === undefined) return true;
    this.closeEnded(lane);
    if (lane.opened.has(key)) {
      lane.withheld++;
      return false;
    }
    lane.opened.set(key, this.now);
    this.keys++;
    this.keepLimits(lane);
    return true;
  }

  private closeEnded(lane: Lane): void {
    for (const [key, opened] of lane.opened) {
      if (this.now < opened + lane.rule.windowMs) return;
      lane.opened.delete(key);
      this.keys--;
    }
  }

  /** Over the total the fullest rule gives way, so that one rule cannot silence the memory of the others. */
  private keepLimits(lane: Lane): void {
    if (lane.opened.size > MAX_SUPPRESSED_KEYS_PER_RULE) this.forgetOldest(lane);
    if (this.keys <= MAX_SUPPRESSED_KEYS) return;
    let fullest = lane;
    for (const other of this.lanes.values()) {
      this.closeEnded(other);
      if (other.opened.size > fullest.opened.size) fullest = other;
    }
    if (this.keys > MAX_SUPPRESSED_KEYS) this.forgetOldest(fullest);
  }

  private forgetOldest(lane: Lane): void {
    for (const key of lane.opened.keys()) {
      lane.opened.delete(key);
      this.keys--;
      lane.evicted++;
      return;
    }
  }

  stats(): SuppressionStats[] {
    return [...this.lanes.values()].map(({ rule, opened, withheld, evicted }) => ({
      ruleId: rule.ruleId,
      withheld,
      keys: opened.size,
      evicted,
    }));
  }

  snapshot(): SuppressorState {
    return {
      format: STATE_FORMAT,
      now: this.now,
      lanes: [...this.lanes.values()].map(({ rule, opened, withheld, evicted }) => ({
        rule: { ruleId: rule.ruleId, fields: [...rule.fields], windowMs: rule.windowMs },
        keys: [...opened.keys()],
        opened: Float64Array.from(opened.values()),
        withheld,
        evicted,
      })),
    };
  }
}

function isSame(one: SuppressionRule, other: SuppressionRule): boolean {
  return one.windowMs === other.windowMs && JSON.stringify(one.fields) === JSON.stringify(other.fields);
}

/** A missing value is a value of its own. Undefined: too long to remember. */
function keyOf(values: readonly InputValue[], exerciseId: string | undefined): string | undefined {
  const texts = values.map((value) => (value === null ? null : String(value)));
  if (texts.some((text) => text !== null && text.length > MAX_VALUE_UNITS)) return undefined;
  return fold(JSON.stringify(texts)) + (exerciseId === undefined ? "" : ` ${exerciseId}`);
}
