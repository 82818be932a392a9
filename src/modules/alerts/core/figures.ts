import type { Instant } from "../../../kernel/index.ts";
import { quantile } from "./metrics.ts";

/** The moments of one alert, as docs/metrics.md defines them. */
export interface Moments {
  readonly occurredAt: Instant;
  readonly ingestedAt: Instant | null;
  readonly createdAt: Instant;
  readonly viewAt: Instant | null;
  readonly ackAt: Instant | null;
  readonly qualAt: Instant | null;
  readonly contAt: Instant | null;
  readonly resAt: Instant | null;
  readonly closeAt: Instant | null;
}

export const METRICS = ["detect", "ingest", "acknowledge", "unattended", "qualify", "contain", "respond"] as const;
export type MetricName = (typeof METRICS)[number];

export interface Spread {
  readonly n: number;
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
}

export interface Figure extends Spread {
  readonly metric: MetricName;
  /** Those it has not come to yet, by their age so far: apart, for closing the hard ones late must not look good. */
  readonly waiting: Spread;
}

/**
 * What the metrics say of one alert: for each, how long it took and, after those, how long it has lasted so far; NaN
 * where it says nothing, as containment of an alert that was closed without any.
 */
export type Readings = Float64Array;

const COUNT = METRICS.length;

/** Written into `into`, which is used again: a year has hundreds of thousands of alerts. */
export function readInto(into: Readings, at: Moments, now: Instant): Readings {
  into.fill(Number.NaN);
  const { createdAt, ackAt } = at;
  set(into, 0, span(at.occurredAt, createdAt));
  set(into, 1, span(at.occurredAt, at.ingestedAt));
  set(into, 3, span(createdAt, at.viewAt ?? Math.max(now, createdAt)));
  set(into, 5, span(createdAt, at.contAt));
  const isOpen = at.closeAt === null;
  settleOrWait(into, 2, { from: createdAt, to: ackAt, now, isOpen });
  settleOrWait(into, 4, { from: createdAt, to: at.qualAt, now, isOpen });
  if (ackAt !== null) settleOrWait(into, 6, { from: ackAt, to: at.resAt, now, isOpen });
  return into;
}

function settleOrWait(
  into: Readings,
  metric: number,
  { from, to, now, isOpen }: { from: Instant; to: Instant | null; now: Instant; isOpen: boolean },
): void {
  if (to !== null) set(into, metric, span(from, to));
  else if (isOpen) set(into, COUNT + metric, span(from, now));
}

function set(into: Readings, slot: number, value: number): void {
  into[slot] = value;
}

function span(from: Instant, to: Instant | null): number {
  return to === null ? Number.NaN : Math.max(0, to - from);
}

export const newReadings = (): Readings => new Float64Array(2 * COUNT);

/** Collects readings of many alerts; each number is kept once, as eight bytes. */
export class FigureBook {
  readonly #numbers = Array.from({ length: 2 * COUNT }, () => new Numbers());

  add(readings: Readings): void {
    for (let slot = 0; slot < readings.length; slot += 1) {
      const value = readings[slot] ?? Number.NaN;
      if (!Number.isNaN(value)) this.#numbers[slot]?.push(value);
    }
  }

  figures(): Figure[] {
    return METRICS.map((metric, slot) => ({
      metric,
      ...spreadOf(this.#numbers[slot]),
      waiting: spreadOf(this.#numbers[COUNT + slot]),
    }));
  }
}

function spreadOf(numbers: Numbers | undefined): Spread {
  const sorted = numbers?.sorted() ?? new Float64Array();
  return { n: sorted.length, medianMs: quantileOfSorted(sorted, 0.5), p90Ms: quantileOfSorted(sorted, 0.9) };
}

/** Type 7 as `quantile`, of what is sorted already. */
function quantileOfSorted(sorted: Float64Array, p: number): number | null {
  if (sorted.length === 0) return null;
  const rank = (sorted.length - 1) * p;
  return quantile([sorted[Math.floor(rank)] ?? 0, sorted[Math.ceil(rank)] ?? 0], rank - Math.floor(rank));
}

class Numbers {
  #values = new Float64Array(16);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length] = value;
    this.#length += 1;
  }

  sorted(): Float64Array {
    return this.#values.slice(0, this.#length).sort();
  }
}
