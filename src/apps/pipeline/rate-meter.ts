import type { Clock } from "../../platform/clock/index.ts";

/** Seconds the rate looks back on. */
const WINDOW_S = 10;

/** Events per second over the last ten seconds. */
export class RateMeter {
  readonly #clock: Clock;
  readonly #bySecond = new Map<number, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(count: number): void {
    const second = Math.floor(this.#clock.now() / 1000);
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + count);
    for (const old of this.#bySecond.keys()) if (old < second - WINDOW_S) this.#bySecond.delete(old);
  }

  perSecond(): number {
    const second = Math.floor(this.#clock.now() / 1000);
    let sum = 0;
    for (const [at, count] of this.#bySecond) if (at > second - WINDOW_S) sum += count;
    return Math.round(sum / WINDOW_S);
  }
}
