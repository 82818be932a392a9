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
  /** Of the accepted records, as text. */
  readonly bytes: number;
  /** What was rejected, by reason; `request`: deliveries that could not be read at all. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly lastAt: Instant;
}

/** One door, all its sensors together. */
export type DoorTotal = Omit<DoorCount, "sensor">;

export interface Counted {
  readonly accepted: number;
  readonly rejected: number;
  readonly refused?: boolean;
  readonly bytes: number;
  readonly reasons?: ReadonlyMap<string, number>;
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
    entry.bytes += delivery.bytes;
    if (delivery.reasons !== undefined && delivery.reasons.size > 0)
      entry.reasons = summed(entry.reasons, Object.fromEntries(delivery.reasons));
    entry.lastAt = delivery.at;
  }

  /** Undefined while nothing has come through this door. */
  totalOf(door: Door): DoorTotal | undefined {
    let total: DoorTotal | undefined;
    for (const { sensor: _sensor, ...entry } of this.#counts.values()) {
      if (entry.door !== door) continue;
      total = total === undefined ? entry : added(total, entry);
    }
    return total;
  }

  list(): DoorCount[] {
    return [...this.#counts.values()].map((entry) => ({ ...entry }));
  }

  #entry(door: Door, sensor: string): Open {
    const key = `${door}\n${sensor}`;
    const known = this.#counts.get(key);
    if (known !== undefined) return known;
    if (this.#counts.size >= MAX_COUNTED_SENSORS && sensor !== OTHERS) return this.#entry(door, OTHERS);
    const made: Open = {
      door,
      sensor,
      deliveries: 0,
      accepted: 0,
      rejected: 0,
      refused: 0,
      bytes: 0,
      reasons: {},
      lastAt: 0,
    };
    this.#counts.set(key, made);
    return made;
  }
}

function summed(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sums: Record<string, number> = { ...a };
  for (const [reason, count] of Object.entries(b)) sums[reason] = (sums[reason] ?? 0) + count;
  return sums;
}

function added(a: DoorTotal, b: DoorTotal): DoorTotal {
  return {
    door: a.door,
    deliveries: a.deliveries + b.deliveries,
    accepted: a.accepted + b.accepted,
    rejected: a.rejected + b.rejected,
    refused: a.refused + b.refused,
    bytes: a.bytes + b.bytes,
    reasons: summed(a.reasons, b.reasons),
    lastAt: Math.max(a.lastAt, b.lastAt),
  };
}
