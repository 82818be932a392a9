/** Worker entry: the engine lives here, so that its synchronous parts never hold up the main thread. */
import { parentPort } from "node:worker_threads";
import { Fault } from "../../../kernel/index.ts";
import { type Clock, systemClock } from "../../../platform/clock/index.ts";
import { MAX_LEFT_OUT_NAMED } from "../limits.ts";
import type { LeftOut } from "../schemas.ts";
import { isInvalidated, storeFault } from "./database.ts";
import { engineMemory } from "./engine-memory.ts";
import { EventStore } from "./event-store.ts";
import type { Parts } from "./shapes.ts";
import { fieldSummary } from "./field-summary.ts";
import { exportParquet } from "./parquet-export.ts";
import { runPipeline } from "./pipeline.ts";
import {
  type QueryCall,
  type StoreCall,
  type StoreCalls,
  type StoreMessage,
  type StoreReply,
  type StoreState,
  sendableFault,
} from "./protocol.ts";
import { around, count, event, histogram, type ReadContext, search, top } from "./queries.ts";
import type { TimeRange } from "./read-sql.ts";
import { QueryRunner } from "./runner.ts";
import { storeCost, storeStats } from "./stats.ts";
import { suggest } from "./suggest.ts";
import { Upkeep } from "./upkeep.ts";

type Ask<Call extends StoreCall> = StoreCalls[Call]["ask"];
type Answer<Call extends StoreCall> = Promise<StoreCalls[Call]["answer"]>;

const REOPEN_PAUSE_MS = 1_000;

class StoreWorker {
  readonly #clock: Clock;
  #asked: Ask<"open"> | undefined;
  #store: EventStore | undefined;
  #runner: QueryRunner | undefined;
  #reopenAfter = 0;
  readonly #upkeep = new Upkeep(() => this.#current());

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async handle(message: Exclude<StoreMessage, { call: "cancel" }>): Promise<unknown> {
    switch (message.call) {
      case "open":
        this.#asked = message.ask;
        await this.#open();
        return this.#state();
      case "append":
        return await this.#append(message.ask);
      case "seal":
        await this.#current().seal();
        return this.#state();
      case "sealIfDue":
        await this.#current().sealIfDue();
        return this.#state();
      case "stats":
        return await storeStats(this.#current());
      case "memory":
        return await engineMemory(this.#current());
      case "progress":
        return message.ask.ids.map((id) => this.#runner?.progress(id) ?? null);
      case "cost":
        return storeCost(this.#current(), message.ask);
      case "segments":
        return this.#upkeep.segments();
      case "witness":
        return await this.#upkeep.witness(message.ask);
      case "locate":
        return await this.#upkeep.locate(message.ask);
      case "held":
        return await this.#upkeep.held(message.ask);
      case "dropSegment":
        return await this.#upkeep.dropSegment(message.ask);
      case "mergeSegments":
        return await this.#upkeep.mergeSegments(message.ask);
      case "close":
        await this.#close();
        return null;
      default:
        return await this.#query(message);
    }
  }

  cancel(id: number): void {
    this.#runner?.cancel(id);
  }

  async #open(): Promise<void> {
    if (this.#asked === undefined) throw new Error("store not opened");
    const { dir, memoryLimitMb, limits } = this.#asked;
    this.#store = await EventStore.open({ dir, memoryLimitMb }, { clock: this.#clock, limits });
    this.#runner = new QueryRunner(this.#store);
  }

  /** Opening costs a good part of a second: on a disk that stays full it is not tried for every append. */
  async #reopen(): Promise<void> {
    if (performance.now() < this.#reopenAfter) throw closedFault();
    this.#reopenAfter = performance.now() + REOPEN_PAUSE_MS;
    await this.#open();
  }

  async #close(): Promise<void> {
    await this.#runner?.close();
    const store = this.#store;
    this.#store = undefined;
    await store?.close();
  }

  async #append(ask: Ask<"append">): Answer<"append"> {
    try {
      if (this.#store === undefined && this.#asked !== undefined) await this.#reopen();
      return await this.#current().append(ask.batch, ask);
    } catch (error) {
      // A failed write-ahead log leaves the engine unusable until it is opened again; the next append does that.
      if (isInvalidated(error) || this.#store?.isBroken === true) await this.#close().catch(() => {});
      throw error instanceof Fault ? error : storeFault(error);
    }
  }

  async #query(message: Extract<StoreMessage, { call: QueryCall }>): Promise<unknown> {
    const runner = this.#runner;
    const store = this.#current();
    if (runner === undefined) throw closedFault();
    const started = performance.now();
    const { id, timeoutMs } = message;
    const range = "from" in message.ask ? message.ask : undefined;
    const answer = await runner.run({ id, timeoutMs, range }, (run) =>
      answerQuery(message, {
        ...run,
        spellings: (name) => store.spellings(name),
        fieldNames: () => store.fieldNames(),
      }),
    );
    if (answer === null || message.call === "event") return answer;
    const tookMs = Math.round((performance.now() - started) * 10) / 10;
    return { ...answer, ...leftOut(store.parts(), range), tookMs };
  }

  #state(): StoreState {
    const { position, trimmable, problems } = this.#current();
    return { position, trimmable, problems };
  }

  #current(): EventStore {
    if (this.#store === undefined) throw closedFault();
    return this.#store;
  }
}

/** What the answer would also have come from, could it be read. */
function leftOut(parts: Parts, range: TimeRange | undefined): { leftOut?: LeftOut } {
  const missing = parts.isolated.filter(
    ({ summary }) => range === undefined || (summary.minTime < range.to && summary.maxTime >= range.from),
  );
  if (missing.length === 0) return {};
  const events = missing.reduce((sum, { summary }) => sum + summary.events, 0);
  return { leftOut: { segments: missing.slice(0, MAX_LEFT_OUT_NAMED).map(({ name }) => name), events } };
}

async function answerQuery(
  message: Extract<StoreMessage, { call: QueryCall }>,
  run: ReadContext,
): Promise<object | null> {
  switch (message.call) {
    case "search":
      return await search(run, message.ask);
    case "count":
      return await count(run, message.ask);
    case "histogram":
      return await histogram(run, message.ask);
    case "top":
      return await top(run, message.ask);
    case "fieldSummary":
      return await fieldSummary(run, message.ask);
    case "around":
      return await around(run, message.ask);
    case "pipeline":
      return await runPipeline(run, message.ask);
    case "exportParquet":
      return await exportParquet(run, message.ask);
    case "suggest":
      return await suggest(run, message.ask);
    case "event":
      return (await event(run, message.ask.id, message.ask.near)) ?? null;
  }
}

function closedFault(): Fault {
  return new Fault("unavailable", "lake.store.closed", "the event store is not open", {}, 5);
}

const port = parentPort;
if (port !== null) {
  const worker = new StoreWorker(systemClock);
  port.on("message", (message: StoreMessage) => {
    if (message.call === "cancel") {
      worker.cancel(message.id);
      return;
    }
    worker.handle(message).then(
      (answer) => {
        port.postMessage({ id: message.id, ok: true, answer } satisfies StoreReply);
        if (message.call === "close") port.close();
      },
      (error: unknown) =>
        port.postMessage({ id: message.id, ok: false, fault: sendableFault(error) } satisfies StoreReply),
    );
  });
}
