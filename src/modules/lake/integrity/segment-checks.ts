/**
 * Checks of all segments and of the audit log while the server runs, one at a time, in a thread of its own. What a check
 * found is an entry of the log: when, by whom, with which result.
 *
 * While it reads, nothing is dropped or merged: a segment that goes meanwhile would be told as missing.
 */
import { Worker } from "node:worker_threads";
import { Fault, toIso } from "../../../kernel/index.ts";
import type { Audit, AuditRecord, AuditVerification } from "../../../platform/audit/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Log } from "../../../platform/log/index.ts";
import { workerUrl } from "../../../platform/worker.ts";
import type { Integrity } from "./integrity.ts";
import { CheckDetails, type LastCheck, type RunningCheck } from "../schemas.ts";
import type { SegmentVerification } from "./verify.ts";

export interface CheckAsk {
  readonly dataDir: string;
  readonly segmentDir: string;
  readonly deep: boolean;
}
export type CheckReport =
  | { readonly kind: "segment" }
  | { readonly kind: "done"; readonly audit: AuditVerification; readonly segments: SegmentVerification };

interface Asker {
  readonly actor: AuditRecord["actor"];
  readonly peer: string | null;
}

const CHECKED = "lake.segments.checked";
/** The log holds the first findings; `khien verify` lists all of them. */
const MAX_TOLD_FINDINGS = 20;

export class SegmentChecks {
  readonly #deps: {
    readonly integrity: Integrity;
    readonly audit: Audit;
    readonly clock: Clock;
    readonly log: Log;
    readonly dataDir: string;
  };
  #running: { readonly told: RunningCheck; done: number } | undefined;
  #worker: Worker | undefined;
  #over: Promise<void> = Promise.resolve();

  constructor(deps: {
    readonly integrity: Integrity;
    readonly audit: Audit;
    readonly clock: Clock;
    readonly log: Log;
    readonly dataDir: string;
  }) {
    this.#deps = deps;
  }

  running(): RunningCheck | null {
    return this.#running === undefined ? null : { ...this.#running.told, segments: this.#running.done };
  }

  async last(): Promise<LastCheck | null> {
    const [entry] = await this.#deps.audit.list({ before: Number.MAX_SAFE_INTEGER, limit: 1, verb: CHECKED });
    const details = CheckDetails.safeParse(entry?.details);
    if (entry === undefined || !details.success) return null;
    return { ...details.data, at: entry.at, by: entry.actor.name };
  }

  /** Begins one; it goes on when its asker leaves. Fault lake.check.running. */
  async start({ deep }: { readonly deep: boolean }, asker: Asker): Promise<RunningCheck> {
    const { integrity, clock } = this.#deps;
    if (this.#running !== undefined) {
      const { startedAt, by } = this.#running.told;
      throw new Fault("conflict", "lake.check.running", "a check is running", { since: startedAt, by });
    }
    const told = { startedAt: toIso(clock.now()), by: asker.actor.name, deep, segments: 0, of: 0 };
    const running = { told, done: 0 };
    this.#running = running;
    const resume = await integrity.pause();
    const end = () => {
      resume();
      this.#running = undefined;
    };
    try {
      told.of = (await integrity.seals()).length;
    } catch (error) {
      end();
      throw error;
    }
    this.#over = this.#run(deep, asker).finally(end);
    return { ...told };
  }

  /** For whoever waits for the end of the one under way. */
  settled(): Promise<void> {
    return this.#over;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    await this.#over;
  }

  async #run(deep: boolean, asker: Asker): Promise<void> {
    const { audit, log } = this.#deps;
    const started = performance.now();
    const outcome = await this.#inThread(deep).catch((error: unknown) => String(error).slice(0, 500));
    const tookMs = Math.round(performance.now() - started);
    const details = typeof outcome === "string" ? brokenOff(deep, outcome) : detailsOf(deep, outcome);
    if (details.ok !== true) log.error({ ...details }, "the check of the segments did not end well");
    await audit
      .record({
        ...asker,
        verb: CHECKED,
        outcome: details.ok === true ? "ok" : "failed",
        details: { ...details, tookMs },
      })
      .catch((error: unknown) => log.error({ error: String(error) }, "the result of a check could not be told"));
  }

  #inThread(deep: boolean): Promise<Extract<CheckReport, { kind: "done" }>> {
    const { integrity, dataDir } = this.#deps;
    const workerData: CheckAsk = { dataDir, segmentDir: integrity.segmentDir, deep };
    const worker = new Worker(workerUrl("./check-worker", import.meta.url), { workerData, name: "check" });
    this.#worker = worker;
    return new Promise<Extract<CheckReport, { kind: "done" }>>((resolve, reject) => {
      worker.on("message", (report: CheckReport) => {
        if (report.kind === "done") resolve(report);
        else if (this.#running !== undefined) this.#running.done += 1;
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the thread ended with ${code}`)));
    }).finally(() => {
      this.#worker = undefined;
    });
  }
}

type Untimed = Omit<CheckDetails, "tookMs">;

function detailsOf(deep: boolean, { audit, segments }: Extract<CheckReport, { kind: "done" }>): Untimed {
  const { ok, events, findings } = segments;
  return {
    deep,
    ok: ok && audit.ok,
    segments: segments.segments,
    events,
    findings: findings.length,
    found: findings.slice(0, MAX_TOLD_FINDINGS).map(({ code, name }) => ({ code, name })),
    auditEntries: audit.size,
    auditFlaw: audit.firstBad,
    error: null,
  };
}

function brokenOff(deep: boolean, error: string): Untimed {
  const nothing = { segments: 0, events: 0, findings: 0, found: [], auditEntries: 0, auditFlaw: null };
  return { deep, ok: null, ...nothing, error };
}
