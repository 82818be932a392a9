/** What came through each door from each sensor since the start. Shown with the doors; the register keeps the history. */
import type { Door, Instant } from "../../../kernel/index.ts";
import { MAX_COUNTED_SENSORS } from "../limits.ts";

export interface DoorCount {
  readonly door: Door;
  readonly sensor: string;
  /** Requests, connections' batches, files: whatever the door takes at once. */
  readonly deliveries: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Deliveries answered "later": the journal was behind, full or closed. */
  readonly refused: number;
  readonly lastAt: Instant;
}

export interface Counted {
  readonly accepted: number;
  readonly rejected: number;
  readonly refused?: boolean;
}

type Open = { -readonly [Key in keyof DoorCount]: DoorCount[Key] };

/** Sensor names come from outside: those beyond the bound are counted together, under this name. */
const OTHERS = "…";

export class DoorCounters {
  readonly #counts = new Map<string, Open>();

  count(door: Door, sensor: string, delivery: Counted & { readonly at: Instant }): void {
    const entry = this.#entry(door, sensor);
    entry.deliveries += 1;
    entry.accepted += delivery.accepted;
    entry.rejected += delivery.rejected;
    if (delivery.refused === true) entry.refused += 1;
    entry.lastAt = delivery.at;
  }

  list(): DoorCount[] {
    return [...this.#counts.values()].map((entry) => ({ ...entry }));
  }

  #entry(door: Door, sensor: string): Open {
    const key = `${door}\n${sensor}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    if (this.#counts.size >= MAX_COUNTED_SENSORS && sensor !== OTHERS) return this.#entry(door, OTHERS);
    const made: Open = { door, sensor, deliveries: 0, accepted: 0, rejected: 0, refused: 0, lastAt: 0 };
    this.#counts.set(key, made);
    return made;
  }
}
