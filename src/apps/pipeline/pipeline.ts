import type { JournalPosition, JournalRecord } from "../../kernel/index.ts";
import type { DetectionProgress, Rule, RuleMatch } from "../../modules/detection/index.ts";
import type { Sensors } from "../../modules/ingest/index.ts";
import type { Journal, LakeStore } from "../../modules/lake/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Log } from "../../platform/log/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import type { BatchDone } from "./protocol.ts";
import { RateMeter } from "./rate-meter.ts";
import { PipelineThread } from "./thread.ts";

const BATCH_RECORDS = 2_000;
const BATCH_BYTES = 8 * 1024 * 1024;
/** After a failed step the same records are tried again, a little later each time. */
const RETRY_MS = [200, 1_000, 5_000, 15_000];

interface Deps {
  readonly journal: Journal;
  readonly lake: LakeStore;
  readonly detection: DetectionProgress;
  readonly sensors: Sensors;
  readonly records: Records;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly logSourcesDir: string;
}

/**
 * From the journal to lake and findings. The journal is the truth; this is a consumer with two positions, one in the
 * lake and one in the records, each moved in the transaction that stores its effect. After a crash it reads on from
 * the smaller one, and whoever is ahead skips: nothing is lost, nothing is done twice.
 */
export class Pipeline {
  readonly #deps: Deps;
  readonly #thread: PipelineThread;
  readonly #stop = new AbortController();
  readonly #rate: RateMeter;
  #rules: readonly Rule[] = [];
  #done: Promise<void> | undefined;
  #lakePosition: JournalPosition = 0;
  #detectionPosition: JournalPosition = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
    this.#rate = new RateMeter(deps.clock);
    this.#thread = new PipelineThread(deps.logSourcesDir);
  }

  /** Rules apply from the next batch on. */
  async setRules(rules: readonly Rule[]): Promise<void> {
    const { log } = this.#deps;
    const compiled = this.#thread.setRules(rules);
    // Orders are answered in order, so every batch sent from here on is matched with these.
    this.#rules = rules;
    const done = await compiled;
    for (const problem of done.rejected.slice(0, 20)) log.warn({ ...problem }, "rule does not compile");
    log.info({ rules: done.count, rejected: done.rejected.length, tookMs: Math.round(done.tookMs) }, "rules compiled");
  }

  async start(): Promise<void> {
    this.#lakePosition = this.#deps.lake.position();
    this.#detectionPosition = await this.#deps.detection.position();
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
    await this.#thread.close();
  }

  /** Both consumers have taken everything before this; the journal may forget what the lake has sealed of it. */
  get position(): JournalPosition {
    return Math.min(this.#lakePosition, this.#detectionPosition);
  }

  get backlog(): number {
    return Math.max(0, this.#deps.journal.end() - this.position);
  }

  get eventsPerSecond(): number {
    return this.#rate.perSecond();
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#consume();
        failures = 0;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#deps.log.error(
          { position: this.position, error: String(error) },
          "pipeline step failed, will be tried again",
        );
        await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 1_000, this.#stop.signal);
        failures += 1;
        await this.#thread
          .restart()
          .catch((dead: unknown) =>
            this.#deps.log.error({ error: String(dead) }, "the pipeline thread does not answer"),
          );
      }
    }
  }

  /** Reads, parses and stores until stopped; the next batch is parsed while this one is stored. */
  async #consume(): Promise<void> {
    const signal = this.#stop.signal;
    let parsed: Promise<ParsedBatch | undefined> = this.#parseNext(this.position);
    // A batch parsed ahead whose turn never comes must not be an unhandled rejection.
    parsed.catch(() => undefined);
    while (!signal.aborted) {
      const batch = await parsed;
      if (batch === undefined) {
        await this.#deps.journal.waitBeyond(this.position, signal);
        parsed = this.#parseNext(this.position);
        parsed.catch(() => undefined);
        continue;
      }
      parsed = this.#parseNext(batch.upTo);
      parsed.catch(() => undefined);
      await this.#store(batch);
    }
  }

  async #parseNext(from: JournalPosition): Promise<ParsedBatch | undefined> {
    // While one consumer lags behind the other, batches end where they meet.
    const ahead = Math.max(this.#lakePosition, this.#detectionPosition);
    const records = from < ahead ? Math.min(BATCH_RECORDS, ahead - from) : BATCH_RECORDS;
    const read = await this.#deps.journal.read(from, { records, bytes: BATCH_BYTES });
    if (read.next === from) return undefined;
    return {
      from,
      upTo: read.next,
      rules: this.#rules,
      records: read.records,
      done: await this.#thread.run(read.records),
    };
  }

  async #store(batch: ParsedBatch): Promise<void> {
    const { lake } = this.#deps;
    if (batch.upTo > this.#lakePosition) {
      await lake.appendEncoded(batch.done.events, batch.upTo);
      this.#lakePosition = batch.upTo;
    }
    if (batch.upTo > this.#detectionPosition) await this.#storeFindings(batch);
    this.#rate.add(batch.records.length);
  }

  async #storeFindings(batch: ParsedBatch): Promise<void> {
    const { records, detection, sensors, outbox } = this.#deps;
    const matches = batch.done.matches.flatMap((match): RuleMatch[] => {
      const rule = batch.rules[match.rule];
      if (rule === undefined) return [];
      return [{ rule, event: match.event, ...(match.groupBy === undefined ? {} : { groupBy: match.groupBy }) }];
    });
    await records.transaction(async (tx) => {
      await detection.commit(tx, { matches, sources: batch.done.sources, upTo: batch.upTo });
      await sensors.count(tx, batch.done.sensors);
    });
    this.#detectionPosition = batch.upTo;
    if (matches.length > 0) void outbox.wake();
  }
}

interface ParsedBatch {
  readonly from: JournalPosition;
  readonly upTo: JournalPosition;
  /** The rules the batch was matched with: indexes in it mean these. */
  readonly rules: readonly Rule[];
  readonly records: readonly JournalRecord[];
  readonly done: BatchDone;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
