import type { Instant } from "../../kernel/index.ts";

/** Time as a dependency: production uses `systemClock`, tests and drills bring their own. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that moves only when told to. */
export class ManualClock implements Clock {
  #now: Instant;
  constructor(start: Instant) {
    this.#now = start;
  }
  now(): Instant {
    return this.#now;
  }
  advance(ms: number): void {
    this.#now += ms;
  }
}
