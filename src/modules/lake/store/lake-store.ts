/** The store's door: events in, answers out. Checks and parses on this side, so that bad input never reaches SQL. */
import { resolve } from "node:path";
import { Fault, isFault, type Instant, type JournalPosition, type KhienEvent } from "../../../kernel/index.ts";
import type { ThreadHeap } from "../../../platform/heap.ts";
import { parsePipeline } from "../core/query/parse-pipes.ts";
import type { Pipeline } from "../core/query/pipes.ts";
import type { Query } from "../core/query/tree.ts";
import { eventFilter, pipelineAt } from "../core/query/settle.ts";
import { intersection, timeBounds } from "../core/query/time-words.ts";
import {
  DEFAULT_QUERY_TIMEOUT_MS,
  DEFAULT_SEARCH_ROWS,
  MAX_APPEND_EVENTS,
  MAX_AROUND_WINDOW_MS,
  MAX_HISTOGRAM_BUCKETS,
  MAX_PARQUET_ROWS,
  MAX_PIPE_ROWS,
  MAX_QUERY_CHARACTERS,
  MAX_SEARCH_ROWS,
  MAX_TOP_VALUES,
} from "../limits.ts";
import type {
  AroundResponse,
  CostResponse,
  CountResponse,
  EngineMemory,
  FieldSummaryResponse,
  HistogramResponse,
  LakeStats,
  PipelineResponse,
  SearchResponse,
  StoredEvent,
  SuggestResponse,
  TopResponse,
} from "../schemas.ts";
import { EventEncoder, type EncodedEvents } from "./encoded-events.ts";
import { StoreClient } from "./client.ts";
import type { Appended, SealLimits, Stretch } from "./shapes.ts";
import type { ExportedFile } from "./parquet-export.ts";
import type { StoreState } from "./protocol.ts";
import type { QueryProgress } from "./runner.ts";
import { type TailListener, Tails } from "./tail.ts";
import type { UpkeepCall, UpkeepCalls } from "./upkeep.ts";

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
  /** Told the call's number, for `progress`. */
  readonly onSent?: (call: number) => void;
}

/** `from` included, `to` excluded, both in ms. The query is text of the search language, or a tree. */
export interface RangeAsk extends AskOptions {
  readonly query: string | Query | Pipeline;
  readonly from: Instant;
  readonly to: Instant;
  /** What `now` in the query stands for; the present unless given. */
  readonly now?: Instant;
}

export interface LakeStore {
  /** Events and position at once; ids stored before are dropped and told. */
  append(batch: { readonly events: readonly KhienEvent[]; readonly upTo: JournalPosition }): Promise<Appended>;
  /**
   * The same for a batch encoded elsewhere, where its events were parsed. After a failure use a new encoder. With `from`,
   * Fault lake.store.behind when events before it are missing: `position` says where to begin again.
   */
  appendEncoded(batch: EncodedEvents, stretch: JournalPosition | Stretch): Promise<Appended>;
  /** Somebody looks at events as they are stored: batches encoded elsewhere must bring their columns. */
  isWatched(): boolean;
  /** Where the consumer of the journal resumes. */
  position(): JournalPosition;
  /** The journal may be trimmed up to here: everything before it lies in sealed segments. */
  trimmablePosition(): JournalPosition;
  /** Seals what is hot now, whatever its size. */
  seal(): Promise<void>;
  search(
    ask: RangeAsk & { readonly limit?: number; readonly cursor?: string; readonly order?: "newest" | "oldest" },
  ): Promise<SearchResponse>;
  /** A search with its commands; without any it is the newest events. Count, histogram and fields take its filters. */
  pipeline(ask: RangeAsk & { readonly limit?: number }): Promise<PipelineResponse>;
  count(ask: RangeAsk): Promise<CountResponse>;
  histogram(ask: RangeAsk & { readonly buckets: number }): Promise<HistogramResponse>;
  top(ask: RangeAsk & { readonly field: string; readonly limit: number }): Promise<TopResponse>;
  fieldSummary(ask: RangeAsk): Promise<FieldSummaryResponse>;
  around(
    ask: AskOptions & { readonly id: string; readonly windowMs: number; readonly near?: Instant },
  ): Promise<AroundResponse>;
  event(id: string, ask?: AskOptions & { readonly near?: Instant }): Promise<StoredEvent | undefined>;
  /** The answer as a Parquet file, which the caller removes. */
  exportParquet(ask: RangeAsk & { readonly limit: number }): Promise<ExportedFile>;
  /** What a search of the range reads at most. */
  cost(ask: RangeAsk): Promise<CostResponse>;
  /** How far calls are, by their numbers; null for those that are over. */
  progress(calls: readonly number[]): Promise<readonly (QueryProgress | null)[]>;
  /** What may be written at a place of a query. */
  suggest(
    ask: AskOptions & { readonly query: string; readonly cursor: number; readonly from: Instant; readonly to: Instant },
  ): Promise<SuggestResponse>;
  /** New events that match, from now on, as they are stored; the function it gives ends it. */
  tail(query: string, listener: TailListener): () => void;
  stats(): Promise<LakeStats>;
  /** What is done to whole segments; for integrity and retention of this module, one call at a time. */
  upkeep<Call extends UpkeepCall>(call: Call, ask: UpkeepCalls[Call]["ask"]): Promise<UpkeepCalls[Call]["answer"]>;
  /** What the engine and the thread around it occupy. */
  memory(): Promise<{ readonly engine: EngineMemory; readonly heaps: readonly ThreadHeap[] }>;
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
  readonly #tails = new Tails();
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
    const encoded = this.#encoder.encode(ask.events, { withColumns: this.isWatched() });
    try {
      return await this.appendEncoded(encoded, ask.upTo);
    } catch (error) {
      this.#encoder.forget(encoded.newFieldNames);
      throw error;
    }
  }

  async appendEncoded(events: EncodedEvents, stretch: JournalPosition | Stretch): Promise<Appended> {
    if (events.count > MAX_APPEND_EVENTS) {
      const limit = { events: events.count, limit: MAX_APPEND_EVENTS };
      throw new Fault("too_large", "lake.store.batch_too_large", "too many events in one batch", limit);
    }
    // What is looked at stays on this side.
    const batch = { ...events, columns: undefined };
    const place = typeof stretch === "number" ? { upTo: stretch } : stretch;
    const appended = await this.#client.call("append", { batch, ...place }).catch((error: unknown) => {
      if (isFault(error) && error.code === "lake.store.behind") this.#position = Number(error.params["position"]);
      throw error;
    });
    this.#learn(appended);
    this.#tails.take(events, appended.duplicateIndexes);
    return appended;
  }

  isWatched(): boolean {
    return this.#tails.isWatched;
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
    refuseCommands(pipelineOf(ask));
    return await this.#client.call(
      "search",
      { ...filterOf(ask), limit: within(limit, MAX_SEARCH_ROWS), order, cursor },
      timed(ask),
    );
  }

  async pipeline(ask: RangeAsk & { readonly limit?: number }): Promise<PipelineResponse> {
    const pipeline = pipelineOf(ask);
    const limit = within(ask.limit ?? DEFAULT_SEARCH_ROWS, MAX_PIPE_ROWS);
    return await this.#client.call("pipeline", { pipeline, from: ask.from, to: ask.to, limit }, timed(ask));
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

  async exportParquet(ask: RangeAsk & { readonly limit: number }): Promise<ExportedFile> {
    const limit = within(ask.limit, MAX_PARQUET_ROWS);
    return await this.#client.call(
      "exportParquet",
      { pipeline: pipelineOf(ask), from: ask.from, to: ask.to, limit },
      timed(ask),
    );
  }

  async cost(ask: RangeAsk): Promise<CostResponse> {
    const { from, to } = filterOf(ask);
    return await this.#client.call("cost", { from, to });
  }

  progress(calls: readonly number[]): Promise<readonly (QueryProgress | null)[]> {
    return this.#client.call("progress", { ids: calls });
  }

  async suggest(ask: Parameters<LakeStore["suggest"]>[0]): Promise<SuggestResponse> {
    const query = ask.query.slice(0, MAX_QUERY_CHARACTERS);
    const cursor = Math.max(0, Math.min(query.length, ask.cursor));
    return await this.#client.call("suggest", { query, cursor, from: ask.from, to: ask.to }, timed(ask));
  }

  tail(query: string, listener: TailListener): () => void {
    return this.#tails.add(pipelineOf({ query, from: 0, to: 0 }), listener);
  }

  stats(): Promise<LakeStats> {
    return this.#client.call("stats", {});
  }

  upkeep<Call extends UpkeepCall>(call: Call, ask: UpkeepCalls[Call]["ask"]): Promise<UpkeepCalls[Call]["answer"]> {
    return this.#client.call(call, ask as never) as Promise<UpkeepCalls[Call]["answer"]>;
  }

  async memory(): ReturnType<LakeStore["memory"]> {
    const [engine, heap] = await Promise.all([this.#client.call("memory", {}), this.#client.heap()]);
    return { engine, heaps: heap === undefined ? [] : [{ thread: "lake", heap }] };
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#client.close();
  }

  /** The position goes back when a hot file turns out to be damaged: the journal is read again from there. */
  #learn(state: { readonly position: JournalPosition; readonly trimmable: JournalPosition }): void {
    this.#position = state.position;
    this.#trimmable = Math.max(this.#trimmable, state.trimmable);
  }
}

/** The events before any command changes them, in the part of the range where the query can find any. */
function filterOf(ask: RangeAsk): { query: Query; from: Instant; to: Instant } {
  const query = eventFilter(pipelineOf(ask));
  const { from, to } = intersection(ask, timeBounds(query));
  return { query, from: Math.min(from, ask.to), to: Math.max(to, Math.min(from, ask.to)) };
}

function pipelineOf(ask: RangeAsk): Pipeline {
  if (!Number.isSafeInteger(ask.from) || !Number.isSafeInteger(ask.to) || ask.from > ask.to) {
    throw new Fault("invalid", "lake.query.range", "the time range is not a range", { from: ask.from, to: ask.to });
  }
  return pipelineAt(askedPipeline(ask.query), ask.now ?? Date.now());
}

/** Pages of events have no commands; `pipeline` answers those. */
function refuseCommands({ stages }: Pipeline): void {
  const [first] = stages;
  if (first === undefined) return;
  const detail = "this place takes a search without commands";
  throw new Fault("invalid", "lake.query.pipe_unexpected", detail, { command: first.kind });
}

function askedPipeline(query: RangeAsk["query"]): Pipeline {
  if (typeof query !== "string") return "kind" in query ? { filter: query, stages: [] } : query;
  const parsed = parsePipeline(query);
  if (parsed.ok) return parsed.pipeline;
  const { code, from, to, suggestion = null } = parsed.error;
  throw new Fault("invalid", `lake.${code}`, `the query is wrong at ${from}`, { from, to, suggestion });
}

function timed(ask: AskOptions) {
  return { signal: ask.signal, onSent: ask.onSent, timeoutMs: ask.timeoutMs ?? DEFAULT_QUERY_TIMEOUT_MS };
}

function within(value: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(value)));
}
