import { setImmediate as breathe } from "node:timers/promises";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Instant } from "../../kernel/index.ts";
import { type Figure, FigureBook, newReadings, readInto, type Readings } from "./core/figures.ts";
import { METRIC_BUCKETS, METRIC_GROUPS, METRIC_SLICES } from "./limits.ts";
import { type FactsRow, factsOf, type MetricGrouping, type MetricScope, titlesOfRules } from "./store/metrics.ts";

export interface FiguresAsk extends MetricScope {
  readonly by?: MetricGrouping;
}

export interface FigureGroup {
  readonly key: string;
  readonly title: string | null;
  readonly titleVi: string | null;
  readonly alerts: number;
  readonly figures: readonly Figure[];
}

export interface Figures {
  readonly alerts: number;
  readonly figures: readonly Figure[];
  /** The range of the same length before this one. */
  readonly before: { readonly alerts: number; readonly figures: readonly Figure[] };
  readonly overTime: readonly { readonly start: Instant; readonly figures: readonly Figure[] }[];
  readonly bucketMs: number;
  /** Most alerts first. */
  readonly groups: readonly FigureGroup[];
}

interface Tally {
  readonly book: FigureBook;
  alerts: number;
}

const HOUR_MS = 3_600_000;

/** Figures of work on alerts, from the facts that are folded from the history. Reads only. */
export class TriageFigures {
  readonly #deps: { readonly records: Records; readonly clock: Clock };

  constructor(deps: { readonly records: Records; readonly clock: Clock }) {
    this.#deps = deps;
  }

  async ask(ask: FiguresAsk): Promise<Figures> {
    const now = this.#deps.clock.now();
    const tally = (): Tally => ({ book: new FigureBook(), alerts: 0 });
    const readings = newReadings();
    const bucketMs = Math.max(HOUR_MS, Math.ceil((ask.to - ask.from) / METRIC_BUCKETS / HOUR_MS) * HOUR_MS);
    const whole = tally();
    const buckets = new Map<number, Tally>();
    const groups = new Map<string, Tally>();
    await this.#each(ask, (row) => {
      readInto(readings, row, now);
      count(whole, readings);
      count(entry(buckets, Math.floor((row.createdAt - ask.from) / bucketMs), tally), readings);
      const key = row.groupKey;
      if (key != null) count(entry(groups, key, tally), readings);
    });
    const before = tally();
    const { by: _unused, ...scope } = ask;
    const earlier = { ...scope, from: ask.from - (ask.to - ask.from), to: ask.from };
    await this.#each(earlier, (row) => count(before, readInto(readings, row, now)));
    return {
      alerts: whole.alerts,
      figures: whole.book.figures(),
      before: { alerts: before.alerts, figures: before.book.figures() },
      bucketMs,
      overTime: Array.from({ length: Math.ceil((ask.to - ask.from) / bucketMs) }, (_, n) => ({
        start: ask.from + n * bucketMs,
        figures: (buckets.get(n) ?? tally()).book.figures(),
      })),
      groups: await this.#groups(groups, ask.by),
    };
  }

  /** In slices of time, and other work in between: a year of alerts must not hold everybody up. */
  async #each(ask: FiguresAsk, look: (row: FactsRow) => void): Promise<void> {
    const step = Math.max(HOUR_MS, Math.ceil((ask.to - ask.from) / METRIC_SLICES));
    for (let from = ask.from; from < ask.to; from += step) {
      const to = Math.min(ask.to, from + step);
      for (const row of await factsOf(this.#deps.records.query, { ...ask, from, to }, ask.by)) look(row);
      await breathe();
    }
  }

  async #groups(groups: ReadonlyMap<string, Tally>, by: MetricGrouping | undefined): Promise<FigureGroup[]> {
    const most = [...groups].sort(([, a], [, b]) => b.alerts - a.alerts).slice(0, METRIC_GROUPS);
    const ids = by === "rule" ? most.map(([key]) => key) : [];
    const titles = await titlesOfRules(this.#deps.records.query, ids);
    return most.map(([key, { alerts, book }]) => ({
      key,
      title: titles.get(key)?.title ?? null,
      titleVi: titles.get(key)?.titleVi ?? null,
      alerts,
      figures: book.figures(),
    }));
  }
}

function count(tally: Tally, readings: Readings): void {
  tally.book.add(readings);
  tally.alerts += 1;
}

function entry<Key>(map: Map<Key, Tally>, key: Key, make: () => Tally): Tally {
  const known = map.get(key);
  if (known !== undefined) return known;
  const fresh = make();
  map.set(key, fresh);
  return fresh;
}
