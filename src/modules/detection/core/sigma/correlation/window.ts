/** The windows of one correlation's groups: lists of processed events, oldest first, with what is measured of them. */
import { type EntryTable, NONE, SPENT } from "./entry-table.ts";
import { type GroupTable, UNSORTED } from "./group-table.ts";
import type { Measure } from "./measure.ts";
import type { TextTable } from "./text-table.ts";

/** More events than this at one time are looked up instead of walked through. */
const WALK = 64;
/** What a full window forgets at once, so that measuring anew what is left stays cheap. */
const FORGOTTEN_SHARE = 10;

export interface WindowParts {
  readonly entries: EntryTable;
  readonly groups: GroupTable;
  readonly measure: Measure;
  /** When values are texts. */
  readonly texts: TextTable | undefined;
  readonly capacity: number;
}

export class Windows {
  private readonly entries: EntryTable;
  private readonly groups: GroupTable;
  private readonly measure: Measure;
  private readonly texts: TextTable | undefined;
  private readonly capacity: number;
  /** Of groups with many events at their newest time: which these are. Can be rebuilt at any time. */
  private readonly ties = new Map<number, Set<string>>();

  constructor(parts: WindowParts) {
    this.entries = parts.entries;
    this.groups = parts.groups;
    this.measure = parts.measure;
    this.texts = parts.texts;
    this.capacity = parts.capacity;
  }

  /** The same event and rule is in the window already. Copies have the same time, and nothing newer was processed. */
  holdsCopy(slot: number, entry: number): boolean {
    const { entries, groups } = this;
    const tail = groups.tail[slot] as number;
    if (tail === NONE || entries.time[tail] !== entries.time[entry]) return false;
    const sorted = ((groups.flags[slot] as number) & UNSORTED) === 0;
    if (sorted && entries.compare(tail, entry) < 0) return false;
    const known = this.ties.get(slot);
    if (known !== undefined) return known.has(this.nameOf(entry));
    let walked = 0;
    for (let at = tail; at !== NONE && entries.time[at] === entries.time[entry]; at = entries.prev[at] as number) {
      if (entries.compare(at, entry) === 0) return true;
      if (++walked > WALK) return this.collectTies(slot).has(this.nameOf(entry));
    }
    return false;
  }

  private collectTies(slot: number): Set<string> {
    const { entries, groups } = this;
    const names = new Set<string>();
    const tail = groups.tail[slot] as number;
    for (let at = tail; at !== NONE && entries.time[at] === entries.time[tail]; at = entries.prev[at] as number) {
      names.add(this.nameOf(at));
    }
    this.ties.set(slot, names);
    return names;
  }

  private nameOf(entry: number): string {
    return `${this.entries.idOf(entry)} ${this.entries.rule[entry]}`;
  }

  /** As the newest event. Returns how many events had to be forgotten for it. */
  append(slot: number, entry: number): number {
    const { entries, groups } = this;
    const tail = groups.tail[slot] as number;
    this.noteOrder(slot, tail, entry);
    entries.prev[entry] = tail;
    entries.next[entry] = NONE;
    if (tail === NONE) groups.head[slot] = entry;
    else entries.next[tail] = entry;
    groups.tail[slot] = entry;
    groups.size[slot] = (groups.size[slot] as number) + 1;
    this.measure.add(slot, entry);
    return (groups.size[slot] as number) > this.capacity ? this.forgetOldest(slot) : 0;
  }

  private noteOrder(slot: number, tail: number, entry: number): void {
    const { entries, groups } = this;
    const flags = groups.flags[slot] as number;
    if (tail === NONE || entries.time[tail] !== entries.time[entry]) {
      groups.flags[slot] = flags & ~UNSORTED;
      if (this.ties.size > 0) this.ties.delete(slot);
      return;
    }
    if (entries.compare(tail, entry) > 0) groups.flags[slot] = flags | UNSORTED;
    this.ties.get(slot)?.add(this.nameOf(entry));
  }

  private forgetOldest(slot: number): number {
    const forgotten = Math.ceil(this.capacity / FORGOTTEN_SHARE);
    for (let left = forgotten; left > 0; ) {
      if (!this.isSpent(this.groups.head[slot] as number)) left--;
      this.shift(slot);
    }
    this.ties.delete(slot);
    this.remeasure(slot);
    return forgotten;
  }

  /** From the events alone; for restored groups too. Returns how many events the window holds. */
  remeasure(slot: number): number {
    let held = 0;
    this.measure.clear(slot);
    for (let at = this.groups.head[slot] as number; at !== NONE; at = this.entries.next[at] as number) {
      held++;
      if (!this.isSpent(at)) this.measure.add(slot, at);
    }
    return held;
  }

  /** Events older than `from`, and events of findings once time has moved on, leave. */
  slide(slot: number, from: number, now: number): void {
    const { entries, groups } = this;
    for (let head = groups.head[slot] as number; head !== NONE; head = groups.head[slot] as number) {
      const time = entries.time[head] as number;
      if (time >= from && !(this.isSpent(head) && time < now)) return;
      if (!this.isSpent(head)) this.measure.remove(slot, head);
      this.shift(slot);
    }
  }

  /** The oldest event is no longer held. */
  private shift(slot: number): void {
    const { entries, groups } = this;
    const head = groups.head[slot] as number;
    const next = entries.next[head] as number;
    if (!this.isSpent(head)) groups.size[slot] = (groups.size[slot] as number) - 1;
    groups.head[slot] = next;
    if (next === NONE) groups.tail[slot] = NONE;
    else entries.prev[next] = NONE;
    this.discard(head);
  }

  /** Every event was part of a finding. Those of the newest time stay, only to recognise their copies. */
  spend(slot: number): void {
    const { entries, groups } = this;
    this.measure.clear(slot);
    const newest = entries.time[groups.tail[slot] as number] as number;
    for (let head = groups.head[slot] as number; entries.time[head] !== newest; head = groups.head[slot] as number) {
      this.shift(slot);
    }
    for (let at = groups.head[slot] as number; at !== NONE; at = entries.next[at] as number) {
      entries.flags[at] = (entries.flags[at] as number) | SPENT;
      entries.parts.delete(at);
    }
    groups.size[slot] = 0;
  }

  empty(slot: number): void {
    this.measure.clear(slot);
    while (this.groups.head[slot] !== NONE) this.shift(slot);
    if (this.ties.size > 0) this.ties.delete(slot);
  }

  /** The event leaves memory. */
  discard(entry: number): void {
    this.texts?.release(this.entries.value[entry] as number);
    this.entries.remove(entry);
  }

  private isSpent(entry: number): boolean {
    return ((this.entries.flags[entry] as number) & SPENT) !== 0;
  }
}
