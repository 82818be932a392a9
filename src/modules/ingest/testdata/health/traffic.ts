/** Made-up traffic for tests of habits: a seed makes the same arrivals every time. */
import type { Instant } from "../../../../kernel/index.ts";
import type { HeardHour } from "../../core/health/history.ts";
import { HOUR_MS, hourOf, hourOfWeek } from "../../core/health/week.ts";

/** A Monday, 00:00 UTC. */
export const MONDAY: Instant = Date.UTC(2026, 0, 5);
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/** mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Events an hour, by hour of the week. */
export type Rate = (weekHour: number) => number;

export const steady = (perHour: number): Rate => () => perHour;
/** Three times as much by day as at night. */
export const dayAndNight = (perHour: number): Rate => (weekHour) => {
  const hour = weekHour % 24;
  return hour >= 7 && hour < 19 ? perHour * 1.5 : perHour * 0.5;
};
export const officeHours = (perHour: number): Rate => (weekHour) => {
  const hour = weekHour % 24;
  return weekHour < 120 && hour >= 8 && hour < 18 ? perHour : 0;
};

/** Poisson arrivals of a rate that changes by the hour; `burst`: some of them come as many at once. */
export function* arrivals(
  span: { readonly from: Instant; readonly to: Instant },
  rate: Rate,
  { random, burst = 0 }: { readonly random: () => number; readonly burst?: number },
): Generator<Instant> {
  for (let at = span.from; at < span.to; ) {
    const perHour = rate(hourOfWeek(hourOf(at)));
    const end = (hourOf(at) + 1) * HOUR_MS;
    const next = perHour <= 0 ? Number.POSITIVE_INFINITY : at - (Math.log(1 - random()) / perHour) * HOUR_MS;
    if (next >= end) {
      at = end;
      continue;
    }
    at = next;
    if (at >= span.to) return;
    const many = burst > 0 && random() < burst ? 1 + Math.floor(random() * 50) : 1;
    for (let n = 0; n < many; n += 1) yield Math.floor(at) + n;
  }
}

/** A file of about `events` events every night at two, give or take some minutes. */
export function* nightly(
  span: { readonly from: Instant; readonly to: Instant },
  { random, events = 500 }: { readonly random: () => number; readonly events?: number },
): Generator<Instant> {
  for (let day = Math.floor(span.from / DAY_MS) * DAY_MS; day < span.to; day += DAY_MS) {
    const start = day + 2 * HOUR_MS + Math.floor((random() - 0.3) * 15 * 60_000);
    for (let n = 0; n < events; n += 1) {
      const at = start + n * 400;
      if (at >= span.from && at < span.to) yield at;
    }
  }
}

/** Hours as the store keeps them, written one arrival at a time. */
export class HourBook {
  readonly #hours = new Map<number, { hour: number; events: number; gap: { from: Instant; ms: number } | null }>();
  first: Instant | undefined;
  last: Instant | undefined;
  events = 0;

  add(at: Instant): void {
    const last = this.last;
    if (last !== undefined && at > last) {
      const begun = this.#hour(hourOf(last));
      if (at - last > (begun.gap?.ms ?? 0)) begun.gap = { from: last, ms: at - last };
    }
    this.#hour(hourOf(at)).events += 1;
    this.first ??= at;
    this.last = Math.max(last ?? at, at);
    this.events += 1;
  }

  since(hour: number): HeardHour[] {
    return [...this.#hours.values()].filter((one) => one.hour >= hour);
  }

  #hour(hour: number) {
    const known = this.#hours.get(hour);
    if (known !== undefined) return known;
    const fresh = { hour, events: 0, gap: null };
    this.#hours.set(hour, fresh);
    return fresh;
  }
}
