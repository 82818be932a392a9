/**
 * The events one correlation holds, waiting or inside windows, as columns. A slot is free, waiting (`next` and `prev`
 * are the sibling and child of the waiting heap) or in a window (`next` and `prev` are its neighbours).
 */
import { grown, nextCapacity } from "./column.ts";
import type { FindingParts } from "./finding-parts.ts";

export const NONE = -1;
/** Was part of a finding: does not count again, but still recognises its copies. */
export const SPENT = 1;
/** A newer event of the window has the same value. */
export const SUPERSEDED = 2;
/** No longer in the queue of the arrival clock. */
export const RELEASED = 4;

export interface EntryTableState {
  readonly used: number;
  readonly free: number;
  readonly oldest: number;
  readonly newest: number;
  readonly time: Float64Array;
  readonly arrival: Float64Array;
  readonly value: Float64Array;
  readonly id: Uint32Array;
  readonly group: Int32Array;
  readonly next: Int32Array;
  readonly prev: Int32Array;
  readonly later: Int32Array;
  readonly earlier: Int32Array;
  readonly rule: Uint16Array;
  readonly flags: Uint8Array;
  readonly anchors: readonly (readonly [number, unknown])[];
  readonly ids: readonly (readonly [number, string])[];
  readonly shown: readonly (readonly [number, string])[];
  readonly parts: readonly (readonly [number, FindingParts])[];
}

export class EntryTable {
  time = new Float64Array(0);
  /** When it arrived, ms. */
  arrival = new Float64Array(0);
  /** The number, or the id of the text; only for correlations that look at values. */
  value = new Float64Array(0);
  private id = new Uint32Array(0);
  group = new Int32Array(0);
  next = new Int32Array(0);
  prev = new Int32Array(0);
  /** Neighbours in order of arrival, while waiting. */
  private later = new Int32Array(0);
  private earlier = new Int32Array(0);
  /** Position in the correlation's `rules`. */
  rule = new Uint16Array(0);
  flags = new Uint8Array(0);
  private readonly anchors: unknown[] = [];
  /** Ids that are not 32 hexadecimal digits. */
  private readonly ids = new Map<number, string>();
  /** Group values as this event spells them, while it waits. */
  readonly shown = new Map<number, string>();
  /** Events behind a lower correlation's finding. */
  readonly parts = new Map<number, FindingParts>();
  private readonly hasValues: boolean;
  private free = NONE;
  private used = 0;
  /** First to be released by the arrival clock. */
  oldest = NONE;
  private newest = NONE;
  count = 0;

  constructor(hasValues: boolean) {
    this.hasValues = hasValues;
  }

  create(id: string, time: number, arrival: number): number {
    const entry = this.allocate();
    this.time[entry] = time;
    this.arrival[entry] = arrival;
    this.flags[entry] = 0;
    if (!writeHex(id, this.id, entry * 4)) this.ids.set(entry, id);
    this.later[entry] = NONE;
    this.earlier[entry] = this.newest;
    if (this.newest === NONE) this.oldest = entry;
    else this.later[this.newest] = entry;
    this.newest = entry;
    this.count++;
    return entry;
  }

  private allocate(): number {
    const entry = this.free;
    if (entry !== NONE) {
      this.free = this.next[entry] as number;
      return entry;
    }
    if (this.used === this.time.length) this.grow(nextCapacity(this.used + 1, this.used));
    this.anchors.push(undefined);
    return this.used++;
  }

  private grow(length: number): void {
    this.time = grown(this.time, length, 0);
    this.arrival = grown(this.arrival, length, 0);
    if (this.hasValues) this.value = grown(this.value, length, 0);
    this.id = grown(this.id, length * 4, 0);
    this.group = grown(this.group, length, NONE);
    this.next = grown(this.next, length, NONE);
    this.prev = grown(this.prev, length, NONE);
    this.later = grown(this.later, length, NONE);
    this.earlier = grown(this.earlier, length, NONE);
    this.rule = grown(this.rule, length, 0);
    this.flags = grown(this.flags, length, 0);
  }

  remove(entry: number): void {
    this.leaveClock(entry);
    this.forgetAnchor(entry);
    if (this.ids.size > 0) this.ids.delete(entry);
    if (this.shown.size > 0) this.shown.delete(entry);
    if (this.parts.size > 0) this.parts.delete(entry);
    this.group[entry] = NONE;
    this.next[entry] = this.free;
    this.free = entry;
    this.count--;
  }

  /** The arrival clock need not think of this event any more. */
  leaveClock(entry: number): void {
    const flags = this.flags[entry] as number;
    if ((flags & RELEASED) !== 0) return;
    this.flags[entry] = flags | RELEASED;
    const later = this.later[entry] as number;
    const earlier = this.earlier[entry] as number;
    if (later === NONE) this.newest = earlier;
    else this.earlier[later] = earlier;
    if (earlier === NONE) this.oldest = later;
    else this.later[earlier] = later;
  }

  anchorOf(entry: number): unknown {
    return this.anchors[entry];
  }

  keepAnchor(entry: number, anchor: unknown): void {
    this.anchors[entry] = anchor;
  }

  forgetAnchor(entry: number): void {
    this.anchors[entry] = undefined;
  }

  idOf(entry: number): string {
    return this.ids.get(entry) ?? readHex(this.id, entry * 4);
  }

  /** Order of processing: time, id, rule. Hexadecimal ids compare as their text does. */
  compare(one: number, other: number): number {
    const times = (this.time[one] as number) - (this.time[other] as number);
    if (times !== 0) return times;
    return this.compareIds(one, other) || (this.rule[one] as number) - (this.rule[other] as number);
  }

  private compareIds(one: number, other: number): number {
    if (this.ids.size > 0 && (this.ids.has(one) || this.ids.has(other))) {
      const first = this.idOf(one);
      const second = this.idOf(other);
      return first < second ? -1 : first > second ? 1 : 0;
    }
    for (let word = 0; word < 4; word++) {
      const words = (this.id[one * 4 + word] as number) - (this.id[other * 4 + word] as number);
      if (words !== 0) return words;
    }
    return 0;
  }

  snapshot(): EntryTableState {
    const { used } = this;
    return {
      used,
      free: this.free,
      oldest: this.oldest,
      newest: this.newest,
      time: this.time.slice(0, used),
      arrival: this.arrival.slice(0, used),
      value: this.value.slice(0, used),
      id: this.id.slice(0, used * 4),
      group: this.group.slice(0, used),
      next: this.next.slice(0, used),
      prev: this.prev.slice(0, used),
      later: this.later.slice(0, used),
      earlier: this.earlier.slice(0, used),
      rule: this.rule.slice(0, used),
      flags: this.flags.slice(0, used),
      anchors: this.keptAnchors(),
      ids: [...this.ids].sort(bySlot),
      shown: [...this.shown].sort(bySlot),
      parts: [...this.parts].sort(bySlot),
    };
  }

  private keptAnchors(): [number, unknown][] {
    const kept: [number, unknown][] = [];
    for (let entry = 0; entry < this.used; entry++) {
      if (this.anchors[entry] !== undefined) kept.push([entry, this.anchors[entry]]);
    }
    return kept;
  }

  restore(state: EntryTableState): void {
    this.used = state.used;
    this.free = state.free;
    this.oldest = state.oldest;
    this.newest = state.newest;
    this.time = state.time.slice();
    this.arrival = state.arrival.slice();
    this.value = state.value.slice();
    this.id = state.id.slice();
    this.group = state.group.slice();
    this.next = state.next.slice();
    this.prev = state.prev.slice();
    this.later = state.later.slice();
    this.earlier = state.earlier.slice();
    this.rule = state.rule.slice();
    this.flags = state.flags.slice();
    for (let entry = 0; entry < state.used; entry++) {
      this.anchors.push(undefined);
      if (this.group[entry] !== NONE) this.count++;
    }
    for (const [entry, anchor] of state.anchors) this.anchors[entry] = anchor;
    for (const [entry, id] of state.ids) this.ids.set(entry, id);
    for (const [entry, text] of state.shown) this.shown.set(entry, text);
    for (const [entry, parts] of state.parts) this.parts.set(entry, parts);
  }
}

function bySlot(one: readonly [number, unknown], other: readonly [number, unknown]): number {
  return one[0] - other[0];
}

function writeHex(text: string, words: Uint32Array, at: number): boolean {
  if (text.length !== 32) return false;
  for (let word = 0; word < 4; word++) {
    let bits = 0;
    for (let index = word * 8; index < word * 8 + 8; index++) {
      const unit = text.charCodeAt(index);
      const digit = unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : unit >= 0x61 && unit <= 0x66 ? unit - 0x57 : -1;
      if (digit === -1) return false;
      bits = (bits << 4) | digit;
    }
    words[at + word] = bits;
  }
  return true;
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function readHex(words: Uint32Array, at: number): string {
  let text = "";
  for (let word = at; word < at + 4; word++) {
    const bits = words[word] as number;
    for (let shift = 24; shift >= 0; shift -= 8) text += hexBytes[(bits >>> shift) & 255] as string;
  }
  return text;
}
