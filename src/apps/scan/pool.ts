import { Worker } from "node:worker_threads";
import { workerUrl } from "../../platform/worker.ts";
import type { ScanAnswer, ScanFinding, ScanProblem, ScanSetup } from "./protocol.ts";

export interface ScanTally {
  readonly files: number;
  readonly events: number;
  readonly unparsed: number;
  readonly outsideTime: number;
}

export interface ScanListener {
  /** In the order of the files given, and within a file in the order of its records. */
  onFindings(findings: readonly ScanFinding[]): void;
  onProgress(bytes: number, events: number): void;
  onProblems(problems: readonly ScanProblem[]): void;
}

/** Findings held for files whose turn has not come; beyond it reading waits for the slow file ahead. */
const MAX_HELD_FINDINGS = 200_000;

/**
 * Reads files on several threads and hands findings over in the order of the files, so that two runs of the same
 * scan print the same, whatever thread was faster.
 */
export async function scanFiles(
  files: readonly string[],
  options: { setup: ScanSetup; threads: number; listener: ScanListener },
): Promise<ScanTally> {
  const run = new ScanRun(files, options.listener);
  const threads = Math.max(1, Math.min(options.threads, files.length));
  await Promise.all(Array.from({ length: threads }, () => run.serve(options.setup)));
  return run.tally;
}

class ScanRun {
  readonly #files: readonly string[];
  readonly #listener: ScanListener;
  readonly #held = new Map<number, ScanFinding[]>();
  readonly #finished = new Set<number>();
  #nextToRead = 0;
  #nextToPrint = 0;
  #heldCount = 0;
  #room: (() => void)[] = [];
  tally: ScanTally = { files: 0, events: 0, unparsed: 0, outsideTime: 0 };

  constructor(files: readonly string[], listener: ScanListener) {
    this.#files = files;
    this.#listener = listener;
  }

  /** One thread's life: file after file until none is left. */
  async serve(setup: ScanSetup): Promise<void> {
    const worker = new Worker(workerUrl("./worker", import.meta.url), { workerData: setup });
    try {
      await nextAnswer(worker, "ready", () => undefined);
      for (let number = await this.#take(); number !== undefined; number = await this.#take()) {
        worker.postMessage({ number, path: this.#files[number] });
        await nextAnswer(worker, "done", (answer) => this.#hear(answer));
      }
    } finally {
      await worker.terminate();
    }
  }

  async #take(): Promise<number | undefined> {
    // The thread that reads the file to be printed next never waits: it is not in here.
    while (this.#heldCount > MAX_HELD_FINDINGS) await new Promise<void>((resolve) => this.#room.push(resolve));
    return this.#nextToRead < this.#files.length ? this.#nextToRead++ : undefined;
  }

  #hear(answer: ScanAnswer): void {
    if (answer.kind === "progress") this.#listener.onProgress(answer.bytes, answer.events);
    if (answer.kind === "problems") this.#listener.onProblems(answer.problems);
    if (answer.kind === "findings") this.#takeFindings(answer.number, answer.findings);
    if (answer.kind === "done") {
      const { events, unparsed, outsideTime } = answer;
      this.tally = {
        files: this.tally.files + 1,
        events: this.tally.events + events,
        unparsed: this.tally.unparsed + unparsed,
        outsideTime: this.tally.outsideTime + outsideTime,
      };
      this.#finished.add(answer.number);
      this.#printFinished();
    }
  }

  #takeFindings(number: number, findings: readonly ScanFinding[]): void {
    if (number === this.#nextToPrint) {
      this.#listener.onFindings(findings);
      return;
    }
    const held = this.#held.get(number) ?? [];
    held.push(...findings);
    this.#held.set(number, held);
    this.#heldCount += findings.length;
  }

  #printFinished(): void {
    while (this.#finished.delete(this.#nextToPrint)) {
      this.#nextToPrint += 1;
      const held = this.#held.get(this.#nextToPrint);
      if (held === undefined) continue;
      this.#held.delete(this.#nextToPrint);
      this.#heldCount -= held.length;
      this.#listener.onFindings(held);
    }
    for (const resume of this.#room.splice(0)) resume();
  }
}

/** Hands every answer to `hear` until one of `kind` has come; rejects when the thread dies first. */
function nextAnswer(worker: Worker, kind: ScanAnswer["kind"], hear: (answer: ScanAnswer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      worker.off("message", onMessage);
      worker.off("error", onError);
      worker.off("exit", onExit);
    };
    const onError = (error: unknown): void => {
      stop();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onExit = (code: number): void => onError(new Error(`a scan thread ended with code ${code}`));
    const onMessage = (answer: ScanAnswer): void => {
      hear(answer);
      if (answer.kind !== kind) return;
      stop();
      resolve();
    };
    worker.on("message", onMessage);
    worker.on("error", onError);
    worker.on("exit", onExit);
  });
}
