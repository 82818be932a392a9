import { grown } from "./column.ts";
import type { EntryTable } from "./entry-table.ts";
import type { Measure } from "./measure.ts";
import { TieMask } from "./tie-mask.ts";

/**
 * How many of the rules were seen in their order, some left out: for each rule and each length the latest time at which
 * a chain of that length ending with that rule can have begun.
 */
export class LadderMeasure implements Measure {
  private readonly entries: EntryTable;
  private readonly rules: number;
  private readonly meets: (value: number) => boolean;
  private readonly ties = new TieMask();
  private starts = new Float64Array(0);
  /** Where the window judged last begins. */
  private from = Number.NEGATIVE_INFINITY;

  constructor(entries: EntryTable, rules: number, meets: (value: number) => boolean) {
    this.entries = entries;
    this.rules = rules;
    this.meets = meets;
  }

  resize(length: number): void {
    this.starts = grown(this.starts, length * this.rules * this.rules, Number.NEGATIVE_INFINITY);
    this.ties.resize(length);
  }

  open(slot: number): void {
    this.clear(slot);
  }

  add(slot: number, entry: number): void {
    const rule = this.entries.rule[entry] as number;
    const time = this.entries.time[entry] as number;
    const together = this.ties.add(slot, time, rule);
    for (let later = rule; later < this.rules; later++) {
      if ((together & (1 << later)) !== 0) this.extend(slot, later, time);
    }
  }

  private extend(slot: number, rule: number, time: number): void {
    const { starts, rules } = this;
    const base = slot * rules * rules;
    const row = base + rule * rules;
    starts[row] = time;
    for (let length = 1; length <= rule; length++) {
      let best = starts[row + length] as number;
      for (let before = length - 1; before < rule; before++) {
        best = Math.max(best, starts[base + before * rules + length - 1] as number);
      }
      starts[row + length] = best;
    }
  }

  remove(): void {}

  clear(slot: number): void {
    const size = this.rules * this.rules;
    this.starts.fill(Number.NEGATIVE_INFINITY, slot * size, (slot + 1) * size);
    this.ties.clear(slot);
  }

  value(slot: number): number {
    return this.longest(slot, this.from);
  }

  holds(slot: number, from: number): boolean {
    this.from = from;
    return this.meets(this.longest(slot, from));
  }

  private longest(slot: number, from: number): number {
    const { starts, rules } = this;
    const base = slot * rules * rules;
    for (let length = rules; length > 0; length--) {
      for (let rule = length - 1; rule < rules; rule++) {
        const start = starts[base + rule * rules + length - 1] as number;
        if (start >= from && start !== Number.NEGATIVE_INFINITY) return length;
      }
    }
    return 0;
  }
}
