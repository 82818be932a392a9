/** One hunt over the stored events: preselect, read in slices, let the engine decide, count. */
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";
import { type EventId, type ExerciseId, type Instant, isFault, type KhienEvent } from "../../../kernel/index.ts";
import { type LakeStore, printQuery, type Query, type SearchResponse, type StoredEvent } from "../../lake/index.ts";
import type { LogSourceMap } from "../core/sigma/index.ts";
import { preselection } from "./convert.ts";
import { EMPTY_REPORT, type GroupValue, type HuntReport } from "./hunt-record.ts";
import {
  EVENTS_PER_TURN,
  HUNT_PAGE_EVENTS,
  HUNT_QUERY_TIMEOUT_MS,
  HUNT_WINDOW_EVENTS,
  MAX_STORE_QUERY_SHOWN,
} from "./limits.ts";
import { TargetMatcher, type TargetMatch } from "./matcher.ts";
import { ALL, and, or } from "./query-algebra.ts";
import { type Slice, slicesOf } from "./slices.ts";
import { HuntTally } from "./tally.ts";
import type { HuntTarget } from "./target.ts";

/** The group an alert about this match would belong to; alerts know. */
export type AlertKey = (match: {
  readonly ruleId: string;
  readonly event: TargetMatch["event"];
  readonly groupBy: GroupValue | undefined;
}) => string;

export interface HuntOrder {
  readonly target: HuntTarget;
  readonly map: LogSourceMap;
  readonly from: Instant;
  readonly to: Instant;
  /** Narrows the events further. */
  readonly narrow: Query | undefined;
  readonly alertKey: AlertKey;
  readonly signal: AbortSignal;
}

export interface HuntListener {
  onProgress(report: HuntReport): void;
  /** Matches in time order; the hunt waits until they are kept. */
  onMatches(matches: readonly TargetMatch[]): Promise<void>;
}

type Store = Pick<LakeStore, "histogram" | "search">;

/** Throws the signal's reason when cancelled. Kept and raised counts are the listener's. */
export async function runHunt(store: Store, order: HuntOrder, listener: HuntListener): Promise<HuntReport> {
  const query = storeQueryOf(order);
  const run = new HuntRun(order, query, listener);
  const { signal } = order;
  const everything = { ...order, query: ALL, most: HUNT_WINDOW_EVENTS };
  const windows = await patiently(signal, () => slicesOf(store, everything));
  run.begin(windows);
  for (const window of windows) {
    for await (const page of eventsWithin(store, { ...window, query, signal })) await run.take(page);
    run.leave(window);
  }
  await run.end();
  return run.report();
}

interface Ask {
  readonly query: Query;
  readonly from: Instant;
  readonly to: Instant;
  readonly signal: AbortSignal;
}

/** Most windows hold next to nothing, and one question is enough; only where there is more it is cut into slices. */
async function* eventsWithin(store: Store, ask: Ask): AsyncGenerator<Page> {
  const first = await pageOf(store, ask, undefined);
  if (first.nextCursor === undefined) {
    yield { events: first.events, of: first.events.length };
    return;
  }
  for (const slice of await patiently(ask.signal, () => slicesOf(store, ask))) {
    let of = slice.events;
    for await (const events of pagesOf(store, { ...ask, from: slice.from, to: slice.to })) {
      yield { events, of };
      of = 0;
    }
  }
}

/** `of`: how many events this page tells to come, itself included; 0 when they were told before. */
interface Page {
  readonly events: readonly StoredEvent[];
  readonly of: number;
}

export function storeQueryOf({ target, map, narrow }: Omit<HuntOrder, "signal" | "alertKey">): Query {
  const wanted = or(target.rules.map((rule) => preselection(rule, map)));
  return narrow === undefined ? wanted : and([wanted, narrow]);
}

class HuntRun {
  readonly #order: HuntOrder;
  readonly #listener: HuntListener;
  readonly #matcher: TargetMatcher;
  readonly #tally = new HuntTally();
  readonly #storeQuery: string;
  #scanned = 0;
  #total = 0;
  #stored = 0;
  #behind = 0;
  #isOver = false;
  #matchingMs = 0;

  constructor(order: HuntOrder, query: Query, listener: HuntListener) {
    this.#order = order;
    this.#listener = listener;
    this.#matcher = new TargetMatcher(order.target, order.map);
    this.#storeQuery = printQuery(query).slice(0, MAX_STORE_QUERY_SHOWN);
  }

  begin(windows: readonly Slice[]): void {
    this.#stored = windows.reduce((sum, { events }) => sum + events, 0);
    this.#listener.onProgress(this.report());
  }

  leave(window: Slice): void {
    this.#behind += window.events;
    this.#listener.onProgress(this.report());
  }

  async take({ events: page, of }: Page): Promise<void> {
    this.#total += of;
    const matches: TargetMatch[] = [];
    for (let at = 0; at < page.length; at += EVENTS_PER_TURN) {
      this.#order.signal.throwIfAborted();
      const events = page.slice(at, at + EVENTS_PER_TURN).map(toEvent);
      const started = performance.now();
      for (const event of events) matches.push(...this.#matcher.take(event));
      this.#matchingMs += performance.now() - started;
      // The server answers people between two turns.
      await nextTurn();
    }
    this.#scanned += page.length;
    await this.#keep(matches);
  }

  async end(): Promise<void> {
    await this.#keep(this.#matcher.finish());
    this.#isOver = true;
  }

  report(): HuntReport {
    const scanned = this.#scanned;
    return {
      ...EMPTY_REPORT,
      ...this.#tally.counts(),
      scanned,
      // Events that arrived meanwhile were read too.
      total: Math.max(this.#total, scanned),
      ratio: this.#isOver ? 1 : this.#stored === 0 ? 0 : Math.min(1, this.#behind / this.#stored),
      costPerEventUs: scanned === 0 ? null : Math.round((this.#matchingMs * 100_000) / scanned) / 100,
      storeQuery: this.#storeQuery,
    };
  }

  async #keep(matches: readonly TargetMatch[]): Promise<void> {
    for (const { event, groupBy, found } of matches) {
      const time = found?.to ?? event.time;
      const alertKey = this.#order.alertKey({ ruleId: this.#order.target.main.id, event, groupBy });
      this.#tally.add({ time, host: event.host, alertKey });
    }
    if (matches.length > 0) await this.#listener.onMatches(matches);
    this.#listener.onProgress(this.report());
  }
}

async function* pagesOf(store: Store, ask: Ask): AsyncGenerator<readonly StoredEvent[]> {
  let cursor: string | undefined;
  do {
    const page = await pageOf(store, ask, cursor);
    yield page.events;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function pageOf(store: Store, ask: Ask, cursor: string | undefined): Promise<SearchResponse> {
  const more = cursor === undefined ? {} : { cursor };
  const page = { limit: HUNT_PAGE_EVENTS, order: "oldest", timeoutMs: HUNT_QUERY_TIMEOUT_MS } as const;
  return patiently(ask.signal, () => store.search({ ...ask, ...page, ...more }));
}

const BUSY_PAUSE_MS = 1_000;
const BUSY_TRIES = 120;

/** People's searches go first: a store that says busy is asked again. */
async function patiently<Result>(signal: AbortSignal, ask: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (!isFault(error) || error.kind !== "busy" || attempt === BUSY_TRIES) throw error;
      await pause(BUSY_PAUSE_MS, undefined, { signal });
    }
  }
}

/** A stored event as the engine takes it. */
export function toEvent(stored: StoredEvent): KhienEvent {
  const { id, time, ingestedAt, timeMissing, parseFailure, host, exerciseId, entities, ...rest } = stored;
  return {
    ...rest,
    id: id as EventId,
    time: Date.parse(time),
    ingestedAt: Date.parse(ingestedAt),
    entities: entities as KhienEvent["entities"],
    ...(timeMissing === undefined ? {} : { timeMissing }),
    ...(parseFailure === undefined ? {} : { parseFailure }),
    ...(host === undefined ? {} : { host }),
    ...(exerciseId === undefined ? {} : { exerciseId: exerciseId as ExerciseId }),
  } as KhienEvent;
}
