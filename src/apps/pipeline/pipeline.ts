import { availableParallelism } from "node:os";
import type { JournalPosition } from "../../kernel/index.ts";
import { clockRecord } from "../../kernel/index.ts";
import type { DetectionProgress } from "../../modules/detection/index.ts";
import {
  type ActiveDetection,
  type LogSourceMap,
  NOTHING_ACTIVE,
  planCorrelations,
} from "../../modules/detection/matching.ts";
import type { Sensors } from "../../modules/ingest/index.ts";
import type { Journal, JournalFrames, LakeStore } from "../../modules/lake/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { ThreadHeap } from "../../platform/heap.ts";
import type { Log } from "../../platform/log/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import {
  BATCH_BYTES,
  BATCH_RECORDS,
  BATCHES_AHEAD,
  MAX_DEFAULT_THREADS,
  PROBLEMS_TOLD,
  RETRY_MS,
  SNAPSHOT_EVERY_MS,
  TICK_MS,
} from "./limits.ts";
import { Matchers } from "./matchers.ts";
import { DetectionMemory, type MemoryOptions } from "./memory.ts";
import type { BatchMatched, Correlated, JournalExtent, Planned, RulesTaken } from "./protocol.ts";
import { RateMeter } from "./rate-meter.ts";
import { recall } from "./recall.ts";
import { sameMemory } from "./stateful-part.ts";
import { BatchStore, type FinishedBatch } from "./batch-store.ts";

export interface PipelineDeps {
  readonly journal: Journal;
  readonly lake: LakeStore;
  readonly detection: DetectionProgress;
  readonly sensors: Sensors;
  readonly records: Records;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly logSources: LogSourceMap;
  /** Threads that parse and match. */
  readonly threads: number;
  readonly memory: MemoryOptions;
  /** Tests cut smaller batches. */
  readonly batchRecords?: number;
}

/** What the pipeline carries, for whoever watches it. */
export interface PipelineState {
  readonly threads: number;
  readonly correlations: number;
  /** Groups of all correlations together. */
  readonly groups: number;
  /** Events in windows. */
  readonly events: number;
  /** Above zero: something waits for time to pass. */
  readonly held: number;
}

/**
 * From the journal to lake and findings. The journal is the truth; this is a consumer with two positions, one in the
 * lake and one in the records, each moved in the transaction that stores its effect. After a crash it reads on from
 * the smaller one, and whoever is ahead skips: nothing is lost, nothing is done twice.
 *
 *     journal ─► matching threads, batches in turn ─► correlator thread, in order ─► lake, findings
 *
 * What correlations remember is a function of the journal as well: a snapshot with its position, and the journal from
 * there. Rules change between two batches; a snapshot marks the place.
 */
export class Pipeline {
  readonly #deps: PipelineDeps;
  readonly #matchers: Matchers;
  readonly #memory: DetectionMemory;
  readonly #store: BatchStore;
  readonly #rate: RateMeter;
  readonly #stop = new AbortController();
  #wanted: Planned = plannedOf(NOTHING_ACTIVE).planned;
  /** What batches read from here on are matched with. */
  #current: Planned = this.#wanted;
  #switched: { resolve: () => void; reject: (error: unknown) => void }[] = [];
  /** The correlator's work in the order of the journal. */
  #correlating: Promise<unknown> = Promise.resolve();
  /** Up to here the correlator has been, or is being, given everything. */
  #given: JournalPosition = 0;
  #broken = false;
  #wake: () => void = () => undefined;
  #done: Promise<void> | undefined;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
    this.#rate = new RateMeter(deps.clock);
    this.#matchers = new Matchers(deps.threads, deps.logSources);
    this.#memory = new DetectionMemory(deps.memory);
    this.#store = new BatchStore(deps);
  }

  /** Rules apply from the next batch on; resolves when they do. */
  setRules(active: ActiveDetection): Promise<void> {
    const { planned, rejected } = plannedOf(active);
    for (const problem of rejected.slice(0, PROBLEMS_TOLD))
      this.#deps.log.warn({ ...problem }, "correlation does not run");
    this.#wanted = planned;
    if (this.#done === undefined) return Promise.resolve();
    const switched = new Promise<void>((resolve, reject) => this.#switched.push({ resolve, reject }));
    this.#wake();
    return switched;
  }

  async start(): Promise<void> {
    await this.#store.open();
    try {
      await this.#recover();
    } catch (error) {
      // A full disk or a broken thread: the doors stay open, and it is tried again.
      this.#broken = true;
      this.#deps.log.error({ error: String(error) }, "the pipeline could not begin, will be tried again");
    }
    this.#done = this.#run();
  }

  /** What is in flight is stored, and the memory written down, so that the next start has nothing to replay. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#done;
    for (const { resolve } of this.#switched.splice(0)) resolve();
    await Promise.all([this.#matchers.close(), this.#memory.close()]);
  }

  /** Both consumers have taken everything before this. */
  get position(): JournalPosition {
    return this.#store.position;
  }

  /** The journal may forget what comes before this, as far as detection is concerned. */
  get neededFrom(): JournalPosition {
    return Math.min(this.position, this.#memory.neededFrom(this.#store.detectionPosition));
  }

  get backlog(): number {
    return Math.max(0, this.#deps.journal.end() - this.position);
  }

  get eventsPerSecond(): number {
    return this.#rate.perSecond();
  }

  get state(): PipelineState {
    const { held, stats } = this.#memory.load;
    return {
      threads: this.#matchers.count,
      correlations: stats.length,
      groups: stats.reduce((sum, { groups }) => sum + groups, 0),
      events: stats.reduce((sum, one) => sum + one.held, 0),
      held,
    };
  }

  /** What its threads hold. */
  async heaps(): Promise<readonly ThreadHeap[]> {
    return (await Promise.all([this.#matchers.heaps(), this.#memory.heaps()])).flat();
  }

  async #run(): Promise<void> {
    const { log } = this.#deps;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#broken) await this.#recover();
        failures = 0;
        await this.#consume();
        await this.#snapshotAtEnd();
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#broken = true;
        log.error({ position: this.position, error: String(error) }, "pipeline step failed, will be tried again");
        await this.#pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? TICK_MS);
        failures += 1;
      }
    }
  }

  /** Brings threads and memory to where the findings stand: after a start, and after anything broke. */
  async #recover(): Promise<void> {
    await this.#store.open();
    const stored = this.#store.detectionPosition;
    // Nothing of what was under way may reach the memory after it is set back.
    await this.#correlating.catch(() => undefined);
    await this.#matchers.revive();
    const planned = await recall(
      { ...this.#deps, matchers: this.#matchers, memory: this.#memory },
      { stored, wanted: this.#wanted },
    );
    await this.#memory.run([], stored);
    this.#correlating = Promise.resolve();
    this.#given = stored;
    this.#current = this.#wanted;
    this.#tellCompiled(await this.#matchers.rules(this.#current));
    if (planned === undefined || !sameMemory(planned, this.#current)) await this.#adopt(this.#current, stored);
    this.#broken = false;
    for (const { resolve } of this.#switched.splice(0)) resolve();
  }

  /** Reads, matches, correlates and stores until stopped; the next batches are matched while this one is stored. */
  async #consume(): Promise<void> {
    const { signal } = this.#stop;
    const ahead: Promise<FinishedBatch>[] = [];
    let next = this.position;
    for (;;) {
      while (!signal.aborted && ahead.length < this.#depth) {
        const read = await this.#read(next);
        if (this.#current !== this.#wanted) this.#switchRules();
        if (read === undefined) break;
        const finished = this.#dispatch(read);
        // A batch whose turn never comes must not be an unhandled rejection.
        finished.catch(() => undefined);
        ahead.push(finished);
        next = read.next;
        this.#snapshotIfDue();
      }
      const batch = await ahead.shift();
      if (this.#store.isLakeBehind) throw new Error("the lake begins again where its files were damaged");
      if (batch !== undefined) await this.#storeUntilDone(batch);
      else if (signal.aborted) return;
      else await this.#idle(next);
    }
  }

  get #depth(): number {
    return this.#matchers.count + BATCHES_AHEAD;
  }

  async #read(from: JournalPosition) {
    // While one consumer lags behind the other, batches end where they meet.
    const meeting = Math.max(this.#store.lakePosition, this.#store.detectionPosition);
    const most = this.#deps.batchRecords ?? BATCH_RECORDS;
    const records = from < meeting ? Math.min(most, meeting - from) : most;
    const read = await this.#deps.journal.frames(from, { records, bytes: BATCH_BYTES });
    return read.next === from ? undefined : read;
  }

  async #dispatch(read: JournalFrames): Promise<FinishedBatch> {
    const planned = this.#current;
    const matching = this.#matchers.batch(read.chunks, { withColumns: this.#deps.lake.isWatched() });
    // Its turn may never come; then this failure is told by what broke the turn.
    matching.catch(() => undefined);
    const upTo = read.next;
    // The lake may be behind: what the correlator knows already it must not be told again.
    const isNew = upTo > this.#given;
    this.#given = Math.max(this.#given, upTo);
    const turn = this.#inTurn(async (): Promise<{ matched: BatchMatched; correlated: Correlated | undefined }> => {
      const matched = await matching;
      this.#deps.journal.recycle(matched.spent);
      return { matched, correlated: isNew ? await this.#memory.run(matched.stream, upTo) : undefined };
    });
    return { planned, upTo, ...(await turn) };
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#correlating.then(work);
    this.#correlating = turn;
    turn.catch(() => undefined);
    return turn;
  }

  /** A batch that cannot be stored is tried again as it is: it and those behind it are matched already. */
  async #storeUntilDone(batch: FinishedBatch): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        await this.#store.store(batch);
        this.#rate.add(batch.matched.events.count);
        return;
      } catch (error) {
        if (this.#stop.signal.aborted || this.#store.isLakeBehind) throw error;
        this.#deps.log.error(
          { position: this.position, error: String(error) },
          "a batch could not be stored, will be tried again",
        );
        await this.#pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? TICK_MS);
      }
    }
  }

  /** Between two batches, for matching and correlating alike. */
  #switchRules(): void {
    const planned = this.#wanted;
    const position = this.#given;
    const waiting = this.#switched.splice(0);
    this.#current = planned;
    const compiled = this.#matchers.rules(planned).then((taken) => this.#tellCompiled(taken));
    const adopted = this.#inTurn(() => this.#adopt(planned, position));
    Promise.all([compiled, adopted]).then(
      () => waiting.forEach(({ resolve }) => resolve()),
      (error: unknown) => waiting.forEach(({ reject }) => reject(error)),
    );
  }

  /** The snapshot is on disk before anything is found with the new rules, so that a replay knows which to use. */
  async #adopt(planned: Planned, position: JournalPosition): Promise<void> {
    await this.#memory.adopt(planned);
    const { failure } = await this.#memory.snapshot(position, this.#extent);
    if (failure !== undefined) throw new Error(`the snapshot for new rules could not be written: ${failure}`);
  }

  get #extent(): JournalExtent {
    return { oldest: this.#deps.journal.stats().first, stored: this.#store.detectionPosition };
  }

  #snapshotIfDue(): void {
    if (!this.#memory.claimSnapshot(this.#given, this.#store.detectionPosition)) return;
    const position = this.#given;
    void this.#inTurn(async () => {
      const { failure, bytes, tookMs } = await this.#memory.snapshot(position, this.#extent);
      if (failure === undefined) this.#deps.log.debug({ position, bytes, tookMs }, "snapshot of detection's memory");
      else this.#deps.log.error({ failure }, "the snapshot of detection's memory could not be written");
    });
  }

  async #snapshotAtEnd(): Promise<void> {
    await this.#correlating;
    if (this.#given === this.#store.detectionPosition) await this.#memory.snapshot(this.#given, this.#extent);
  }

  /** Nothing to read. Time must still pass for what waits for it, and it passes in the journal. */
  async #idle(next: JournalPosition): Promise<void> {
    const { journal, clock, log } = this.#deps;
    const waits = this.#memory.load.held > 0;
    await this.#waitBeyond(next, waits ? TICK_MS : SNAPSHOT_EVERY_MS);
    if (this.#stop.signal.aborted || journal.end() > next || this.#current !== this.#wanted) return;
    this.#snapshotIfDue();
    if (!waits) return;
    try {
      await journal.append([clockRecord(clock.now())]);
    } catch (error) {
      log.warn({ error: String(error) }, "no tick could be written; correlations wait for the next record");
    }
  }

  /** Until something lies beyond, rules change, the pipeline stops, or the time is over. */
  async #waitBeyond(position: JournalPosition, ms: number): Promise<void> {
    const over = new AbortController();
    const timer = setTimeout(() => over.abort(), ms);
    this.#wake = () => over.abort();
    if (this.#stop.signal.aborted || this.#current !== this.#wanted) over.abort();
    await this.#deps.journal.waitBeyond(position, over.signal);
    clearTimeout(timer);
  }

  #pause(ms: number): Promise<void> {
    return this.#stop.signal.aborted
      ? Promise.resolve()
      : new Promise((resolve) => {
          const timer = setTimeout(resolve, ms);
          this.#stop.signal.addEventListener(
            "abort",
            () => {
              clearTimeout(timer);
              resolve();
            },
            { once: true },
          );
        });
  }

  #tellCompiled({ count, rejected, tookMs }: RulesTaken): void {
    const { log } = this.#deps;
    for (const problem of rejected.slice(0, PROBLEMS_TOLD)) log.warn({ ...problem }, "rule does not compile");
    const correlations = this.#current.plan.nodes.length;
    log.info({ rules: count, correlations, rejected: rejected.length, tookMs: Math.round(tookMs) }, "rules compiled");
  }
}

function plannedOf(active: ActiveDetection) {
  const { plan, rejected } = planCorrelations(active.correlations, active.rules);
  return { planned: { active, plan }, rejected };
}

/** One processor is left to the main thread and the stores, which need it as much. */
export function defaultThreads(): number {
  return Math.min(MAX_DEFAULT_THREADS, Math.max(1, availableParallelism() - 1));
}
