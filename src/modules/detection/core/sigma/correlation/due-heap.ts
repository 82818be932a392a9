/** Numbers by time: the smallest time first, equal times by number, so that the order never depends on history. */
export class DueHeap {
  private readonly times: number[] = [];
  private readonly items: number[] = [];

  get size(): number {
    return this.times.length;
  }

  /** Infinity when empty. */
  get firstTime(): number {
    return this.times[0] ?? Number.POSITIVE_INFINITY;
  }

  get firstItem(): number {
    return this.items[0] as number;
  }

  add(time: number, item: number): void {
    let at = this.times.length;
    this.times.push(time);
    this.items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(at, parent)) return;
      this.swap(at, parent);
      at = parent;
    }
  }

  removeFirst(): void {
    const time = this.times.pop() as number;
    const item = this.items.pop() as number;
    if (this.times.length === 0) return;
    this.times[0] = time;
    this.items[0] = item;
    let at = 0;
    for (;;) {
      let least = at;
      for (let child = at * 2 + 1; child <= at * 2 + 2 && child < this.times.length; child++) {
        if (this.isBefore(child, least)) least = child;
      }
      if (least === at) return;
      this.swap(at, least);
      at = least;
    }
  }

  /** Only what `keep` accepts, each pair once. */
  compact(keep: (time: number, item: number) => boolean): void {
    const kept = new Map<number, number>();
    for (const [at, item] of this.items.entries()) {
      const time = this.times[at] as number;
      if (keep(time, item)) kept.set(item, time);
    }
    this.times.length = 0;
    this.items.length = 0;
    for (const [item, time] of kept) this.add(time, item);
  }

  private isBefore(one: number, other: number): boolean {
    const times = (this.times[one] as number) - (this.times[other] as number);
    return times < 0 || (times === 0 && (this.items[one] as number) < (this.items[other] as number));
  }

  private swap(one: number, other: number): void {
    const time = this.times[one] as number;
    const item = this.items[one] as number;
    this.times[one] = this.times[other] as number;
    this.items[one] = this.items[other] as number;
    this.times[other] = time;
    this.items[other] = item;
  }
}
