import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { serialize } from "node:v8";
import { Worker } from "node:worker_threads";
import {
  packForMatching,
  type Placeholders,
  type ReadRuleFile,
  type RuleFileReader,
  unpackFiles,
} from "../../modules/detection/matching.ts";
import { type ByteRange, partsOf } from "../../modules/ingest/parsing.ts";
import { workerUrl } from "../../platform/worker.ts";
import type {
  RulesOrder,
  ScanAnswer,
  ScanFinding,
  ScanOrder,
  ScanProblem,
  ScanSetup,
  WrittenSetup,
} from "./protocol.ts";

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

/** What is held for parts whose turn has not come; beyond it reading waits for the slow part ahead. */
const MAX_HELD = 200_000;

/**
 * Bytes of JSON lines from which one more thread pays: each compiles the rules and learns for itself, and on two
 * processors keeps the other from reading meanwhile.
 */
const BYTES_PER_THREAD = 1024 ** 3;
/** What is not cut is packed, or of a kind that has to be parsed: a byte of it takes about so many times as long. */
const UNCUT_WEIGHT = 8;

/** What one thread reads at a time. */
interface Part {
  readonly path: string;
  readonly range: ByteRange | undefined;
  readonly endsFile: boolean;
  /** What there is to do, in bytes of JSON lines. */
  readonly weight: number;
}

/** What a part told before its turn to be heard. */
interface Held {
  readonly findings: ScanFinding[];
  readonly problems: ScanProblem[];
}

/**
 * Reads files on several threads, large ones in parts, and hands over what they tell in the order of the files, so that
 * two runs of the same scan print the same, whatever thread was faster. The threads load their code while the caller
 * begins to read the rules, and then read rules with it.
 */
export class ScanPool {
  readonly #parts: readonly Part[];
  readonly #threads: readonly ScanThread[];

  /** Without a number as many threads as pay, at most one per processor. */
  static async open(files: readonly string[], threads: number | undefined): Promise<ScanPool> {
    const parts: Part[] = [];
    for (const file of files) parts.push(...(await partsOfFile(file)));
    const work = parts.reduce((sum, { weight }) => sum + weight, 0);
    const wanted = threads ?? Math.min(availableParallelism(), 1 + Math.floor(work / BYTES_PER_THREAD));
    return new ScanPool(parts, Math.max(1, Math.min(wanted, parts.length)));
  }

  private constructor(parts: readonly Part[], threads: number) {
    this.#parts = parts;
    this.#threads = Array.from({ length: threads }, () => new ScanThread());
  }

  /** For `loadRules`. */
  ruleReaders(placeholders: Placeholders): readonly RuleFileReader[] {
    return this.#threads.map((thread) => (files) => thread.readRules({ files, placeholders }));
  }

  async scan({ setup, listener }: { setup: ScanSetup; listener: ScanListener }): Promise<ScanTally> {
    const run = new ScanRun(this.#parts, listener);
    const given: WrittenSetup = { ...setup, rules: setup.rules.map(packForMatching) };
    const written = shared(serialize(given));
    await Promise.all(this.#threads.map((thread) => run.serve(thread, written)));
    return run.tally;
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}

/** Where all threads see it, without a copy for each. */
function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** Compiled rules outlive the young generation, and are copied in it again and again when it is small. */
const YOUNG_GENERATION_MB = 96;

class ScanThread {
  readonly #worker = new Worker(workerUrl("./worker", import.meta.url), {
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
  });
  readonly #ready = nextAnswer(this.#worker, "ready", () => undefined);

  constructor() {
    // A thread that fails before anybody waits for it is heard of when somebody does.
    this.#ready.catch(() => undefined);
  }

  async readRules(order: RulesOrder): Promise<readonly ReadRuleFile[]> {
    let read: readonly ReadRuleFile[] = [];
    this.#worker.postMessage(order);
    await nextAnswer(this.#worker, "rules", (answer) => {
      if (answer.kind === "rules") read = unpackFiles(answer.read);
    });
    return read;
  }

  async begin(written: Uint8Array): Promise<void> {
    this.#worker.postMessage(written);
    await this.#ready;
  }

  async read(order: ScanOrder, hear: (answer: ScanAnswer) => void): Promise<void> {
    this.#worker.postMessage(order);
    await nextAnswer(this.#worker, "done", hear);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }
}

async function partsOfFile(path: string): Promise<Part[]> {
  const ranges = await partsOf(path);
  const size = await stat(path).then(
    (entry) => entry.size,
    () => 0,
  );
  return ranges.map((range, index) => ({
    path,
    range,
    endsFile: index === ranges.length - 1,
    weight: range === undefined ? UNCUT_WEIGHT * size : range.end - range.start,
  }));
}

class ScanRun {
  readonly #parts: readonly Part[];
  readonly #listener: ScanListener;
  readonly #held = new Map<number, Held>();
  /** Lines of the parts that are done and not yet printed. */
  readonly #finished = new Map<number, number>();
  #nextToRead = 0;
  #nextToPrint = 0;
  /** Lines of the file before the part that is printed. */
  #linesBefore = 0;
  #heldCount = 0;
  #room: (() => void)[] = [];
  tally: ScanTally = { files: 0, events: 0, unparsed: 0, outsideTime: 0 };

  constructor(parts: readonly Part[], listener: ScanListener) {
    this.#parts = parts;
    this.#listener = listener;
  }

  /** One thread's life: part after part until none is left. */
  async serve(thread: ScanThread, setup: Uint8Array): Promise<void> {
    await thread.begin(setup);
    for (let number = await this.#take(); number !== undefined; number = await this.#take()) {
      const { path, range } = this.#parts[number] as Part;
      await thread.read({ number, path, range }, (answer) => this.#hear(answer));
    }
  }

  async #take(): Promise<number | undefined> {
    // The thread that reads the part to be printed next never waits: it is not in here.
    while (this.#heldCount > MAX_HELD) await new Promise<void>((resolve) => this.#room.push(resolve));
    return this.#nextToRead < this.#parts.length ? this.#nextToRead++ : undefined;
  }

  #hear(answer: ScanAnswer): void {
    if (answer.kind === "progress") this.#listener.onProgress(answer.bytes, answer.events);
    if (answer.kind === "problems") this.#takeFrom(answer.number, { findings: [], problems: answer.problems });
    if (answer.kind === "findings") this.#takeFrom(answer.number, { findings: answer.findings, problems: [] });
    if (answer.kind === "done") {
      const { events, unparsed, outsideTime } = answer;
      this.tally = {
        files: this.tally.files + (this.#parts[answer.number]?.endsFile === true ? 1 : 0),
        events: this.tally.events + events,
        unparsed: this.tally.unparsed + unparsed,
        outsideTime: this.tally.outsideTime + outsideTime,
      };
      this.#finished.set(answer.number, answer.lines);
      this.#printFinished();
    }
  }

  #takeFrom(number: number, told: { findings: readonly ScanFinding[]; problems: readonly ScanProblem[] }): void {
    if (number === this.#nextToPrint) {
      this.#print(told);
      return;
    }
    const held = this.#held.get(number) ?? { findings: [], problems: [] };
    held.findings.push(...told.findings);
    held.problems.push(...told.problems);
    this.#held.set(number, held);
    this.#heldCount += told.findings.length + told.problems.length;
  }

  #print({ findings, problems }: { findings: readonly ScanFinding[]; problems: readonly ScanProblem[] }): void {
    if (problems.length > 0) this.#listener.onProblems(this.#placed(problems));
    if (findings.length > 0) this.#listener.onFindings(this.#placed(findings));
  }

  /** A thread counts lines from where its part begins; line 0 means the file. */
  #placed<T extends { readonly line: number }>(found: readonly T[]): readonly T[] {
    const before = this.#linesBefore;
    return before === 0 ? found : found.map((one) => (one.line === 0 ? one : { ...one, line: one.line + before }));
  }

  #printFinished(): void {
    for (let lines = this.#finished.get(this.#nextToPrint); lines !== undefined; ) {
      this.#finished.delete(this.#nextToPrint);
      this.#linesBefore = this.#parts[this.#nextToPrint]?.endsFile === true ? 0 : this.#linesBefore + lines;
      this.#nextToPrint += 1;
      const held = this.#held.get(this.#nextToPrint);
      this.#held.delete(this.#nextToPrint);
      if (held !== undefined) {
        this.#heldCount -= held.findings.length + held.problems.length;
        this.#print(held);
      }
      lines = this.#finished.get(this.#nextToPrint);
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
