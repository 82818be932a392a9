/**
 * The groups of one correlation as columns, found by key, in order of their last touch. A slot that was freed may be
 * used again; `born` tells one use from the next.
 */
import { grown, nextCapacity } from "./column.ts";
import { NONE } from "./entry-table.ts";

/** Events of the window's newest time did not come in order of their ids. */
export const UNSORTED = 1;

export interface GroupTableState {
  readonly used: number;
  readonly free: number;
  readonly oldest: number;
  readonly newest: number;
  /** Empty for free slots; `alive` tells. */
  readonly keys: readonly string[];
  readonly alive: Uint8Array;
  readonly shown: readonly (readonly [number, string])[];
  readonly born: Float64Array;
  readonly touched: Float64Array;
  readonly second: Float64Array;
  readonly ripe: Float64Array;
  readonly doneTo: Float64Array;
  readonly quietUntil: Float64Array;
  readonly quietSince: Float64Array;
  readonly windowEnd: Float64Array;
  readonly windowDue: Float64Array;
  readonly waiting: Int32Array;
  readonly head: Int32Array;
  readonly tail: Int32Array;
  readonly size: Int32Array;
  readonly older: Int32Array;
  readonly newer: Int32Array;
  readonly flags: Uint8Array;
}

export class GroupTable {
  private readonly slots = new Map<string, number>();
  private readonly keys: (string | undefined)[] = [];
  /** Group values as people read them, where they differ from the key. */
  readonly shown = new Map<number, string>();
  born = new Float64Array(0);
  /** Order of the last touch, over all correlations. */
  touched = new Float64Array(0);
  /** Arrival clock at the last touch. */
  second = new Float64Array(0);
  /** Everything up to this time may be processed. */
  ripe = new Float64Array(0);
  /** Older events are late. */
  doneTo = new Float64Array(0);
  quietUntil = new Float64Array(0);
  /** Arrival clock when the quiet began. */
  quietSince = new Float64Array(0);
  /** Only for windows judged at their close: end of the open one (NaN: none) and when the arrival clock closes it. */
  windowEnd = new Float64Array(0);
  windowDue = new Float64Array(0);
  /** Root of the waiting events. */
  waiting = new Int32Array(0);
  /** The window, oldest event first. */
  head = new Int32Array(0);
  tail = new Int32Array(0);
  /** Events of the window that count. */
  size = new Int32Array(0);
  private older = new Int32Array(0);
  private newer = new Int32Array(0);
  flags = new Uint8Array(0);
  private readonly closes: boolean;
  private free = NONE;
  /** Slots that ever were in use. */
  used = 0;
  /** The group touched longest ago. */
  oldest = NONE;
  private newest = NONE;
  count = 0;
  /** UTF-16 units of the keys. */
  units = 0;

  constructor(closes: boolean) {
    this.closes = closes;
  }

  get capacity(): number {
    return this.born.length;
  }

  find(key: string): number {
    return this.slots.get(key) ?? NONE;
  }

  isAlive(slot: number): boolean {
    return this.keys[slot] !== undefined;
  }

  keyOf(slot: number): string {
    return this.keys[slot] as string;
  }

  create(key: string, born: number): number {
    const slot = this.allocate();
    this.slots.set(key, slot);
    this.keys[slot] = key;
    this.units += key.length;
    this.born[slot] = born;
    this.ripe[slot] = Number.NEGATIVE_INFINITY;
    this.doneTo[slot] = Number.NEGATIVE_INFINITY;
    this.quietUntil[slot] = Number.NEGATIVE_INFINITY;
    this.quietSince[slot] = Number.NEGATIVE_INFINITY;
    if (this.closes) this.windowEnd[slot] = Number.NaN;
    this.waiting[slot] = NONE;
    this.head[slot] = NONE;
    this.tail[slot] = NONE;
    this.size[slot] = 0;
    this.flags[slot] = 0;
    this.link(slot);
    this.count++;
    return slot;
  }

  private allocate(): number {
    const slot = this.free;
    if (slot !== NONE) {
      this.free = this.newer[slot] as number;
      return slot;
    }
    if (this.used === this.born.length) this.grow(nextCapacity(this.used + 1, this.used));
    this.keys.push(undefined);
    return this.used++;
  }

  private grow(length: number): void {
    this.born = grown(this.born, length, 0);
    this.touched = grown(this.touched, length, 0);
    this.second = grown(this.second, length, 0);
    this.ripe = grown(this.ripe, length, 0);
    this.doneTo = grown(this.doneTo, length, 0);
    this.quietUntil = grown(this.quietUntil, length, 0);
    this.quietSince = grown(this.quietSince, length, 0);
    if (this.closes) {
      this.windowEnd = grown(this.windowEnd, length, Number.NaN);
      this.windowDue = grown(this.windowDue, length, 0);
    }
    this.waiting = grown(this.waiting, length, NONE);
    this.head = grown(this.head, length, NONE);
    this.tail = grown(this.tail, length, NONE);
    this.size = grown(this.size, length, 0);
    this.older = grown(this.older, length, NONE);
    this.newer = grown(this.newer, length, NONE);
    this.flags = grown(this.flags, length, 0);
  }

  /** Moves the group to the end of the order. */
  touch(slot: number, order: number, second: number): void {
    this.touched[slot] = order;
    this.second[slot] = second;
    if (this.newest === slot) return;
    this.unlink(slot);
    this.link(slot);
  }

  private link(slot: number): void {
    this.older[slot] = this.newest;
    this.newer[slot] = NONE;
    if (this.newest === NONE) this.oldest = slot;
    else this.newer[this.newest] = slot;
    this.newest = slot;
  }

  private unlink(slot: number): void {
    const older = this.older[slot] as number;
    const newer = this.newer[slot] as number;
    if (newer === NONE) this.newest = older;
    else this.older[newer] = older;
    if (older === NONE) this.oldest = newer;
    else this.newer[older] = newer;
  }

  /** The window and the waiting events must be gone already. */
  remove(slot: number): void {
    this.unlink(slot);
    const key = this.keyOf(slot);
    this.slots.delete(key);
    this.keys[slot] = undefined;
    this.units -= key.length;
    if (this.shown.size > 0) this.shown.delete(slot);
    this.newer[slot] = this.free;
    this.free = slot;
    this.count--;
  }

  *alive(): Iterable<number> {
    for (let slot = 0; slot < this.used; slot++) if (this.isAlive(slot)) yield slot;
  }

  snapshot(): GroupTableState {
    const { used } = this;
    return {
      used,
      free: this.free,
      oldest: this.oldest,
      newest: this.newest,
      keys: this.keys.map((key) => key ?? ""),
      alive: Uint8Array.from(this.keys, (key) => (key === undefined ? 0 : 1)),
      shown: [...this.shown].sort((one, other) => one[0] - other[0]),
      born: this.born.slice(0, used),
      touched: this.touched.slice(0, used),
      second: this.second.slice(0, used),
      ripe: this.ripe.slice(0, used),
      doneTo: this.doneTo.slice(0, used),
      quietUntil: this.quietUntil.slice(0, used),
      quietSince: this.quietSince.slice(0, used),
      windowEnd: this.windowEnd.slice(0, used),
      windowDue: this.windowDue.slice(0, used),
      waiting: this.waiting.slice(0, used),
      head: this.head.slice(0, used),
      tail: this.tail.slice(0, used),
      size: this.size.slice(0, used),
      older: this.older.slice(0, used),
      newer: this.newer.slice(0, used),
      flags: this.flags.slice(0, used),
    };
  }

  restore(state: GroupTableState): void {
    this.used = state.used;
    this.free = state.free;
    this.oldest = state.oldest;
    this.newest = state.newest;
    this.born = state.born.slice();
    this.touched = state.touched.slice();
    this.second = state.second.slice();
    this.ripe = state.ripe.slice();
    this.doneTo = state.doneTo.slice();
    this.quietUntil = state.quietUntil.slice();
    this.quietSince = state.quietSince.slice();
    this.windowEnd = state.windowEnd.slice();
    this.windowDue = state.windowDue.slice();
    this.waiting = state.waiting.slice();
    this.head = state.head.slice();
    this.tail = state.tail.slice();
    this.size = state.size.slice();
    this.older = state.older.slice();
    this.newer = state.newer.slice();
    this.flags = state.flags.slice();
    for (let slot = 0; slot < state.used; slot++) {
      const key = state.alive[slot] === 1 ? (state.keys[slot] as string) : undefined;
      this.keys.push(key);
      if (key === undefined) continue;
      this.slots.set(key, slot);
      this.units += key.length;
      this.count++;
    }
    for (const [slot, text] of state.shown) this.shown.set(slot, text);
  }
}
