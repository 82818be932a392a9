import type { EntryTable } from "./entry-table.ts";
import type { Measure } from "./measure.ts";
import { SortedValues } from "./sorted-values.ts";

/**
 * Percentiles by nearest rank: the smallest value such that at least so many percent of the values are not larger.
 * The median of an even number of values is the mean of the middle two.
 */
export class RankMeasure implements Measure {
  private readonly entries: EntryTable;
  private readonly rank: number | "median";
  private readonly meets: (value: number) => boolean;
  private readonly sorted = new Map<number, SortedValues>();

  constructor(entries: EntryTable, rank: number | "median", meets: (value: number) => boolean) {
    this.entries = entries;
    this.rank = rank;
    this.meets = meets;
  }

  resize(): void {}

  open(slot: number): void {
    this.clear(slot);
  }

  add(slot: number, entry: number): void {
    let values = this.sorted.get(slot);
    if (values === undefined) {
      values = new SortedValues();
      this.sorted.set(slot, values);
    }
    values.add(this.entries.value[entry] as number);
  }

  remove(slot: number, entry: number): void {
    this.sorted.get(slot)?.remove(this.entries.value[entry] as number);
  }

  clear(slot: number): void {
    this.sorted.delete(slot);
  }

  value(slot: number): number {
    const values = this.sorted.get(slot);
    if (values === undefined) return Number.NaN;
    const { size } = values;
    if (this.rank !== "median") return values.at(Math.max(Math.ceil((this.rank * size) / 100), 1) - 1);
    const upper = values.at(size >> 1);
    return size % 2 === 1 ? upper : (values.at((size >> 1) - 1) + upper) / 2;
  }

  holds(slot: number): boolean {
    return this.meets(this.value(slot));
  }
}
