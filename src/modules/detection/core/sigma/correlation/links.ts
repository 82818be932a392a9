/**
 * How groups of a lower correlation hang on groups of a higher one, and hold it back: a higher group does not pass a
 * time at which a lower one may still come true.
 */
import { grown } from "./column.ts";
import { DueHeap } from "./due-heap.ts";
import { NONE } from "./entry-table.ts";

export interface LinksState {
  /** Ids of the higher correlations. */
  readonly parents: readonly string[];
  readonly slots: readonly Int32Array[];
  readonly born: readonly Float64Array[];
}

/** Of the lower correlation: for each of its groups the higher group of each parent, and what it holds back. */
export class Links {
  slots: Int32Array[];
  born: Float64Array[];
  /** Nothing before this time will come from the group any more; Infinity: nothing waits. */
  hold = new Float64Array(0);

  constructor(parents: number) {
    this.slots = Array.from({ length: parents }, () => new Int32Array(0));
    this.born = Array.from({ length: parents }, () => new Float64Array(0));
  }

  resize(length: number): void {
    this.slots = this.slots.map((column) => grown(column, length, NONE));
    this.born = this.born.map((column) => grown(column, length, 0));
    this.hold = grown(this.hold, length, Number.POSITIVE_INFINITY);
  }

  open(slot: number): void {
    for (const column of this.slots) column[slot] = NONE;
    this.hold[slot] = Number.POSITIVE_INFINITY;
  }

  set(parent: number, slot: number, higher: number, born: number): void {
    (this.slots[parent] as Int32Array)[slot] = higher;
    (this.born[parent] as Float64Array)[slot] = born;
  }

  slotOf(parent: number, slot: number): number {
    return this.slots[parent]?.[slot] ?? NONE;
  }

  bornOf(parent: number, slot: number): number {
    return this.born[parent]?.[slot] ?? 0;
  }

  snapshot(used: number, parents: readonly string[]): LinksState {
    return {
      parents,
      slots: this.slots.map((column) => column.slice(0, used)),
      born: this.born.map((column) => column.slice(0, used)),
    };
  }
}

/** A group of some lower correlation, as one number. */
const STAGE = 2 ** 32;

export function lowerGroup(stage: number, slot: number): number {
  return stage * STAGE + slot;
}

export function stageOf(group: number): number {
  return Math.floor(group / STAGE);
}

export function slotOf(group: number): number {
  return group % STAGE;
}

/** Of the higher correlation: what its groups are held back by. Outdated marks are dropped when they come up. */
export class Holds {
  private readonly marks = new Map<number, DueHeap>();
  private readonly compactAt = new Map<number, number>();
  /** Whether the lower group still holds this higher group at this time. */
  private readonly isCurrent: (slot: number, time: number, group: number) => boolean;

  constructor(isCurrent: (slot: number, time: number, group: number) => boolean) {
    this.isCurrent = isCurrent;
  }

  add(slot: number, time: number, group: number): void {
    let heap = this.marks.get(slot);
    if (heap === undefined) {
      heap = new DueHeap();
      this.marks.set(slot, heap);
    }
    heap.add(time, group);
    if (heap.size <= (this.compactAt.get(slot) ?? 64)) return;
    heap.compact((at, lower) => this.isCurrent(slot, at, lower));
    this.compactAt.set(slot, Math.max(64, heap.size * 2));
  }

  earliest(slot: number): number {
    const heap = this.marks.get(slot);
    if (heap === undefined) return Number.POSITIVE_INFINITY;
    while (heap.size > 0 && !this.isCurrent(slot, heap.firstTime, heap.firstItem)) heap.removeFirst();
    if (heap.size === 0) this.drop(slot);
    return heap.firstTime;
  }

  drop(slot: number): void {
    this.marks.delete(slot);
    this.compactAt.delete(slot);
  }
}
