import { grown } from "./column.ts";
import { type EntryTable, NONE, SPENT, SUPERSEDED } from "./entry-table.ts";
import type { GroupTable } from "./group-table.ts";
import type { Measure } from "./measure.ts";

/** Up to this many events the last one with the same value is looked for by walking. */
const WALK = 32;

/** Distinct values: of the events with one value only the newest counts, the others are superseded. */
export class DistinctMeasure implements Measure {
  private readonly entries: EntryTable;
  private readonly groups: GroupTable;
  private readonly meets: (value: number) => boolean;
  private distinct = new Int32Array(0);
  /** Of larger windows: the newest event of each value. */
  private readonly newest = new Map<number, Map<number, number>>();

  constructor(entries: EntryTable, groups: GroupTable, meets: (value: number) => boolean) {
    this.entries = entries;
    this.groups = groups;
    this.meets = meets;
  }

  resize(length: number): void {
    this.distinct = grown(this.distinct, length, 0);
  }

  open(slot: number): void {
    this.clear(slot);
  }

  add(slot: number, entry: number): void {
    const { entries } = this;
    const former = this.formerOf(slot, entry);
    entries.flags[entry] = (entries.flags[entry] as number) & ~SUPERSEDED;
    if (former === NONE) this.distinct[slot] = (this.distinct[slot] as number) + 1;
    else entries.flags[former] = (entries.flags[former] as number) | SUPERSEDED;
    this.newest.get(slot)?.set(entries.value[entry] as number, entry);
  }

  private formerOf(slot: number, entry: number): number {
    const { entries } = this;
    const value = entries.value[entry] as number;
    const known = this.newest.get(slot) ?? this.mapOfLarge(slot, entry);
    if (known !== undefined) return known.get(value) ?? NONE;
    let former = entries.prev[entry] as number;
    while (former !== NONE && !this.is(former, SPENT)) {
      if (entries.value[former] === value) return former;
      former = entries.prev[former] as number;
    }
    return NONE;
  }

  private mapOfLarge(slot: number, entry: number): Map<number, number> | undefined {
    if ((this.groups.size[slot] as number) <= WALK) return undefined;
    const { entries } = this;
    const map = new Map<number, number>();
    for (let at = entries.prev[entry] as number; at !== NONE && !this.is(at, SPENT); at = entries.prev[at] as number) {
      const value = entries.value[at] as number;
      if (!map.has(value)) map.set(value, at);
    }
    this.newest.set(slot, map);
    return map;
  }

  remove(slot: number, entry: number): void {
    if (this.is(entry, SUPERSEDED)) return;
    this.distinct[slot] = (this.distinct[slot] as number) - 1;
    this.newest.get(slot)?.delete(this.entries.value[entry] as number);
  }

  clear(slot: number): void {
    this.distinct[slot] = 0;
    if (this.newest.size > 0) this.newest.delete(slot);
  }

  value(slot: number): number {
    return this.distinct[slot] as number;
  }

  holds(slot: number): boolean {
    return this.meets(this.value(slot));
  }

  private is(entry: number, flag: number): boolean {
    return ((this.entries.flags[entry] as number) & flag) !== 0;
  }
}
