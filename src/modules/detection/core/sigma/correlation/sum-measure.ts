import { grown } from "./column.ts";
import type { EntryTable } from "./entry-table.ts";
import { ExactSum } from "./exact-sum.ts";
import type { GroupTable } from "./group-table.ts";
import type { Measure } from "./measure.ts";

/** Exact sums: whole numbers in a column, everything else (rare) in an expansion. */
export class SumMeasure implements Measure {
  private readonly entries: EntryTable;
  private readonly groups: GroupTable;
  private readonly average: boolean;
  private readonly meets: (value: number) => boolean;
  private whole = new Float64Array(0);
  private readonly exact = new Map<number, ExactSum>();

  constructor(
    tables: { entries: EntryTable; groups: GroupTable },
    average: boolean,
    meets: (value: number) => boolean,
  ) {
    this.entries = tables.entries;
    this.groups = tables.groups;
    this.average = average;
    this.meets = meets;
  }

  resize(length: number): void {
    this.whole = grown(this.whole, length, 0);
  }

  open(slot: number): void {
    this.clear(slot);
  }

  add(slot: number, entry: number): void {
    this.include(slot, this.entries.value[entry] as number);
  }

  remove(slot: number, entry: number): void {
    this.include(slot, -(this.entries.value[entry] as number));
  }

  private include(slot: number, value: number): void {
    const known = this.exact.get(slot);
    if (known !== undefined) {
      known.add(value);
      return;
    }
    const whole = this.whole[slot] as number;
    const sum = whole + value;
    if (Number.isSafeInteger(value) && Number.isSafeInteger(sum)) {
      this.whole[slot] = sum;
      return;
    }
    const exact = new ExactSum();
    exact.add(whole);
    exact.add(value);
    this.exact.set(slot, exact);
  }

  clear(slot: number): void {
    this.whole[slot] = 0;
    if (this.exact.size > 0) this.exact.delete(slot);
  }

  value(slot: number): number {
    const sum = this.exact.get(slot)?.value ?? (this.whole[slot] as number);
    return this.average ? sum / (this.groups.size[slot] as number) : sum;
  }

  holds(slot: number): boolean {
    return this.meets(this.value(slot));
  }
}
