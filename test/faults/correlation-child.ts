/**
 * The victim of correlation-kill.ts: the live pipeline over a journal that is there already, with small batches and
 * frequent snapshots, until everything is found. Says "running" when it begins and "done" when nothing is left.
 */
import { writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Pipeline } from "../../src/apps/pipeline/pipeline.ts";
import { LOG_SOURCES_DIR } from "../../src/apps/places.ts";
import { migrations } from "../../src/apps/parts/records.ts";
import type { JournalPosition } from "../../src/kernel/index.ts";
import { Alerts, PLAIN_BOOK, Weighing } from "../../src/modules/alerts/index.ts";
import {
  DetectionProgress,
  FINDINGS_RAISED,
  type FindingsRaised,
  loadLogSources,
} from "../../src/modules/detection/index.ts";
import { Sensors } from "../../src/modules/ingest/index.ts";
import { type Journal, openLake, type ReadLimits } from "../../src/modules/lake/index.ts";
import { openAudit, RECORDS_FILE } from "../../src/platform/audit/index.ts";
import { systemClock as clock } from "../../src/platform/clock/index.ts";
import { openRecords } from "../../src/platform/db/index.ts";
import { LiveChannel } from "../../src/platform/live/index.ts";
import { openLog } from "../../src/platform/log/index.ts";
import { Outbox } from "../../src/platform/outbox/index.ts";
import { detectionOf } from "./correlation-content.ts";

export interface RunOptions {
  readonly dir: string;
  readonly threads: number;
  readonly batchRecords: number;
  readonly snapshotEveryRecords: number;
  /** Where the second version of the rules comes into force. */
  readonly changeAt: JournalPosition;
  /** How often of a hundred times the journal cannot be read, or the lake not be written. */
  readonly hiccups: number;
}

/** Runs to the end of the journal and closes everything. */
export async function runToEnd(options: RunOptions, running: () => void = () => undefined): Promise<void> {
  const { dir, changeAt } = options;
  const log = openLog(options.hiccups > 0 ? "silent" : "error");
  const lake = await openLake({ dir: join(dir, "lake"), clock });
  const records = openRecords({ file: join(dir, RECORDS_FILE), migrations });
  const live = new LiveChannel();
  const audit = await openAudit({ records, clock, dataDir: dir, log });
  const outbox = new Outbox({ records, clock, log });
  const weighing = new Weighing({ records, live, book: PLAIN_BOOK, importanceOf: async () => new Map() });
  const alerts = new Alerts({ records, clock, live, weighing, book: PLAIN_BOOK });
  outbox.on(FINDINGS_RAISED, (raised, seq) => alerts.absorb(raised as FindingsRaised, seq));
  const detection = new DetectionProgress({ records, outbox, clock });
  const stumble = (): void => {
    if (Math.random() * 100 < options.hiccups) throw new Error("a hiccup of the test");
  };
  const journal = new WindowedJournal(lake.journal, stumble);
  const pipeline = new Pipeline({
    journal,
    lake: new Proxy(lake.store, {
      get: (store, name) => {
        if (name === "appendEncoded") stumble();
        const member: unknown = Reflect.get(store, name);
        return typeof member === "function" ? member.bind(store) : member;
      },
    }),
    detection,
    sensors: new Sensors({ records, audit, clock, live }),
    records,
    outbox,
    clock,
    log,
    logSources: (await loadLogSources(LOG_SOURCES_DIR)).map,
    threads: options.threads,
    batchRecords: options.batchRecords,
    memory: { dir: join(dir, "detection"), snapshotEveryRecords: options.snapshotEveryRecords },
  });
  const changed = (await detection.position()) >= changeAt;
  if (!changed) journal.closeAt(changeAt);
  await pipeline.setRules(detectionOf(changed ? 2 : 1));
  await pipeline.start();
  running();
  while (pipeline.backlog > 0) await pause(5);
  if (!changed) {
    // The border of the change must be the same in every run: nothing beyond it is read before the change.
    await pipeline.setRules(detectionOf(2));
    journal.closeAt(Number.POSITIVE_INFINITY);
    while (pipeline.backlog > 0) await pause(5);
  }
  await outbox.wake();
  await pipeline.stop();
  await lake.close();
  await audit.close();
  await records.close();
}

/** The journal up to a place, and nothing is written to it: every run must read the same. */
class WindowedJournal implements Journal {
  readonly #journal: Journal;
  readonly #stumble: () => void;
  #end = Number.POSITIVE_INFINITY;
  #opened: (() => void)[] = [];

  constructor(journal: Journal, stumble: () => void) {
    this.#journal = journal;
    this.#stumble = stumble;
  }

  closeAt(end: JournalPosition): void {
    this.#end = end;
    for (const wake of this.#opened.splice(0)) wake();
  }

  append(): Promise<JournalPosition> {
    return Promise.resolve(this.end());
  }

  async read(from: JournalPosition, limits: ReadLimits) {
    const within = this.#within(from, limits);
    return within === undefined ? { records: [], next: from } : this.#journal.read(from, within);
  }

  async frames(from: JournalPosition, limits: ReadLimits) {
    const within = this.#within(from, limits);
    return within === undefined ? { chunks: [], count: 0, next: from } : this.#journal.frames(from, within);
  }

  recycle(buffers: readonly ArrayBuffer[]): void {
    this.#journal.recycle(buffers);
  }

  #within(from: JournalPosition, limits: ReadLimits): ReadLimits | undefined {
    this.#stumble();
    const records = Math.max(0, Math.min(limits.records, this.end() - from));
    return records === 0 ? undefined : { ...limits, records };
  }

  end(): JournalPosition {
    return Math.min(this.#end, this.#journal.end());
  }

  async waitBeyond(position: JournalPosition, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.end() > position) return;
    await new Promise<void>((resolve) => {
      this.#opened.push(resolve);
      signal.addEventListener("abort", () => resolve());
    });
  }

  trim(before: JournalPosition): Promise<void> {
    return this.#journal.trim(before);
  }

  stats() {
    return this.#journal.stats();
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}

if (import.meta.main) {
  await runToEnd(JSON.parse(process.argv[2] ?? "{}") as RunOptions, () => writeSync(1, "running\n"));
  writeSync(1, "done\n");
}
