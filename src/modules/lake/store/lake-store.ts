/** The store's door: events in, answers out. Checks and parses on this side, so that bad input never reaches SQL. */
import { resolve } from "node:path";
import { Fault, type Instant, type JournalPosition, type KhienEvent } from "../../../kernel/index.ts";
import { parseQuery, type Query } from "../core/query/index.ts";
import {
  DEFAULT_QUERY_TIMEOUT_MS,
  DEFAULT_SEARCH_ROWS,
  MAX_APPEND_EVENTS,
  MAX_AROUND_WINDOW_MS,
  MAX_HISTOGRAM_BUCKETS,
  MAX_SEARCH_ROWS,
  MAX_TOP_VALUES,
} from "../limits.ts";
import type {
  AroundResponse,
  CountResponse,
  FieldSummaryResponse,
  HistogramResponse,
  LakeStats,
  SearchResponse,
  StoredEvent,
  TopResponse,
} from "../schemas.ts";
import { EventEncoder, type EncodedEvents } from "./encoded-events.ts";
import { StoreClient } from "./client.ts";
import type { Appended, SealLimits } from "./event-store.ts";
import type { StoreState } from "./protocol.ts";

export interface StoreOptions {
  readonly dir: string;
  readonly memoryLimitMb?: number;
  readonly limits: SealLimits;
  readonly sealCheckMs: number;
  readonly onEnd: (fault: Fault) => void;
}

export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** `from` included, `to` excluded, both in ms. The query is text of the search language, or a tree. */
export interface RangeAsk extends AskOptions {
  readonly query: string | Query;
  readonly from: Instant;
  readonly to: Instant;
}

export interface LakeStore {
  /** Rows and position in one transaction; ids stored before are dropped and told. */
  append(batch: { readonly events: readonly KhienEvent[]; readonly upTo: JournalPosition }): Promise<Appended>;
  /** The same for a batch encoded elsewhere, where its events were parsed. After a failure use a new encoder. */
  appendEncoded(batch: EncodedEvents, upTo: JournalPosition): Promise<Appended>;
  /** Where the consumer of the journal resumes. */
  position(): JournalPosition;
  /** The journal may be trimmed up to here: everything before it lies in sealed segments. */
  trimmablePosition(): JournalPosition;
  /** Seals what is hot now, whatever its size. */
  seal(): Promise<void>;
  search(
    ask: RangeAsk & { readonly limit?: number; readonly cursor?: string; readonly order?: "newest" | "oldest" },
  ): Promise<SearchResponse>;
  count(ask: RangeAsk): Promise<CountResponse>;
  histogram(ask: RangeAsk & { readonly buckets: number }): Promise<HistogramResponse>;
  top(ask: RangeAsk & { readonly field: string; readonly limit: number }): Promise<TopResponse>;
  fieldSummary(ask: RangeAsk): Promise<FieldSummaryResponse>;
  around(
    ask: AskOptions & { readonly id: string; readonly windowMs: number; readonly near?: Instant },
  ): Promise<AroundResponse>;
  event(id: string, ask?: AskOptions & { readonly near?: Instant }): Promise<StoredEvent | undefined>;
  stats(): Promise<LakeStats>;
  close(): Promise<void>;
}

export async function openLakeStore(options: StoreOptions): Promise<LakeStore> {
  const client = new StoreClient(options.onEnd);
  try {
    const { memoryLimitMb, limits } = options;
    // The engine's permission to touch files is given by absolute path.
    const dir = resolve(options.dir);
    const state = await client.call("open", { dir, memoryLimitMb, limits });
    return new WorkerStore(client, state, options.sealCheckMs);
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
}

class WorkerStore implements LakeStore {
  readonly #client: StoreClient;
  readonly #encoder = new EventEncoder();
  readonly #timer: NodeJS.Timeout;
  #position: JournalPosition;
  #trimmable: JournalPosition;

  constructor(client: StoreClient, state: StoreState, sealCheckMs: number) {
    this.#client = client;
    this.#position = state.position;
    this.#trimmable = state.trimmable;
    this.#timer = setInterval(() => {
      // A failure is recorded in the store's problems, which `stats` shows.
      client.call("sealIfDue", {}).then(
        (now) => this.#learn(now),
        () => {},
      );
    }, sealCheckMs);
    this.#timer.unref();
  }

  async append(ask: { readonly events: readonly KhienEvent[]; readonly upTo: JournalPosition }): Promise<Appended> {
    const encoded = this.#encoder.encode(ask.events);
    try {
      return await this.appendEncoded(encoded, ask.upTo);
    } catch (error) {
      this.#encoder.forget(encoded.newFieldNames);
      throw error;
    }
  }

  async appendEncoded(events: EncodedEvents, upTo: JournalPosition): Promise<Appended> {
    if (events.count > MAX_APPEND_EVENTS) {
      const limit = { events: events.count, limit: MAX_APPEND_EVENTS };
      throw new Fault("too_large", "lake.store.batch_too_large", "too many events in one batch", limit);
    }
    const appended = await this.#client.call("append", { batch: events, upTo });
    this.#learn(appended);
    return appended;
  }

  position(): JournalPosition {
    return this.#position;
  }

  trimmablePosition(): JournalPosition {
    return this.#trimmable;
  }

  async seal(): Promise<void> {
    this.#learn(await this.#client.call("seal", {}));
  }

  async search(ask: Parameters<LakeStore["search"]>[0]): Promise<SearchResponse> {
    const { limit = DEFAULT_SEARCH_ROWS, order = "newest", cursor } = ask;
    return await this.#client.call(
      "search",
      { ...filterOf(ask), limit: within(limit, MAX_SEARCH_ROWS), order, cursor },
      timed(ask),
    );
  }

  async count(ask: RangeAsk): Promise<CountResponse> {
    return await this.#client.call("count", filterOf(ask), timed(ask));
  }

  async histogram(ask: RangeAsk & { readonly buckets: number }): Promise<HistogramResponse> {
    const buckets = within(ask.buckets, MAX_HISTOGRAM_BUCKETS);
    return await this.#client.call("histogram", { ...filterOf(ask), buckets }, timed(ask));
  }

  async top(ask: RangeAsk & { readonly field: string; readonly limit: number }): Promise<TopResponse> {
    const limit = within(ask.limit, MAX_TOP_VALUES);
    return await this.#client.call("top", { ...filterOf(ask), field: ask.field, limit }, timed(ask));
  }

  async fieldSummary(ask: RangeAsk): Promise<FieldSummaryResponse> {
    return await this.#client.call("fieldSummary", filterOf(ask), timed(ask));
  }

  async around(ask: Parameters<LakeStore["around"]>[0]): Promise<AroundResponse> {
    const windowMs = within(ask.windowMs, MAX_AROUND_WINDOW_MS);
    return await this.#client.call("around", { id: ask.id, windowMs, near: ask.near }, timed(ask));
  }

  async event(id: string, ask: AskOptions & { readonly near?: Instant } = {}): Promise<StoredEvent | undefined> {
    return (await this.#client.call("event", { id, near: ask.near }, timed(ask))) ?? undefined;
  }

  stats(): Promise<LakeStats> {
    return this.#client.call("stats", {});
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.close();
  }

  #learn(state: { readonly position: JournalPosition; readonly trimmable: JournalPosition }): void {
    this.#position = Math.max(this.#position, state.position);
    this.#trimmable = Math.max(this.#trimmable, state.trimmable);
  }
}

function filterOf(ask: RangeAsk): { query: Query; from: Instant; to: Instant } {
  if (!Number.isSafeInteger(ask.from) || !Number.isSafeInteger(ask.to) || ask.from > ask.to) {
    throw new Fault("invalid", "lake.query.range", "the time range is not a range", { from: ask.from, to: ask.to });
  }
  if (typeof ask.query !== "string") return { query: ask.query, from: ask.from, to: ask.to };
  const parsed = parseQuery(ask.query);
  if (parsed.ok) return { query: parsed.query, from: ask.from, to: ask.to };
  const { code, from, to } = parsed.error;
  throw new Fault("invalid", `lake.${code}`, `the query is wrong at ${from}`, { from, to });
}

function timed(ask: AskOptions) {
  return { signal: ask.signal, timeoutMs: ask.timeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS };
}

function within(value: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(value)));
}
