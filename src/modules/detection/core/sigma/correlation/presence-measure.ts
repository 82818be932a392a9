import { grown } from "./column.ts";
import type { CorrelationCondition } from "./correlation.ts";
import type { EntryTable } from "./entry-table.ts";
import type { Measure } from "./measure.ts";
import { evaluate, meetsBounds } from "./plan-condition.ts";

/** Which of the rules were seen in the window, in any order. */
export class PresenceMeasure implements Measure {
  private readonly entries: EntryTable;
  private readonly rules: number;
  private readonly condition: CorrelationCondition;
  /** Events by group and rule. */
  private counts = new Int32Array(0);
  private seen = new Uint16Array(0);

  constructor(entries: EntryTable, rules: number, condition: CorrelationCondition) {
    this.entries = entries;
    this.rules = rules;
    this.condition = condition;
  }

  resize(length: number): void {
    this.counts = grown(this.counts, length * this.rules, 0);
    this.seen = grown(this.seen, length, 0);
  }

  open(slot: number): void {
    this.clear(slot);
  }

  add(slot: number, entry: number): void {
    const at = slot * this.rules + (this.entries.rule[entry] as number);
    const count = (this.counts[at] as number) + 1;
    this.counts[at] = count;
    if (count === 1) this.seen[slot] = (this.seen[slot] as number) + 1;
  }

  remove(slot: number, entry: number): void {
    const at = slot * this.rules + (this.entries.rule[entry] as number);
    const count = (this.counts[at] as number) - 1;
    this.counts[at] = count;
    if (count === 0) this.seen[slot] = (this.seen[slot] as number) - 1;
  }

  clear(slot: number): void {
    this.counts.fill(0, slot * this.rules, (slot + 1) * this.rules);
    this.seen[slot] = 0;
  }

  has(slot: number, rule: number): boolean {
    return (this.counts[slot * this.rules + rule] as number) > 0;
  }

  value(slot: number): number {
    return this.seen[slot] as number;
  }

  holds(slot: number): boolean {
    return this.condition.kind === "threshold"
      ? meetsBounds(this.value(slot), this.condition.bounds)
      : evaluate(this.condition.expression, (rule) => this.has(slot, rule));
  }
}
