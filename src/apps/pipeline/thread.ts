import { Worker } from "node:worker_threads";
import type { JournalRecord } from "../../kernel/index.ts";
import type { Rule } from "../../modules/detection/matching.ts";
import { workerUrl } from "../../platform/worker.ts";
import type { Answer, BatchDone, Order, RulesDone } from "./protocol.ts";

/** The pipeline thread seen from the main one: orders are answered in the order they were given. */
export class PipelineThread {
  readonly #worker: Worker;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #failure: Error | undefined;
  #batches = 0;

  constructor(logSourcesDir: string) {
    this.#worker = new Worker(workerUrl("./worker", import.meta.url), { workerData: { logSourcesDir } });
    this.#worker.on("message", (answer: Answer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on("error", (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", (code) => this.#fail(new Error(`the pipeline thread ended with code ${code}`)));
  }

  async setRules(rules: readonly Rule[]): Promise<RulesDone> {
    return (await this.#ask({ kind: "rules", rules })) as RulesDone;
  }

  async run(records: readonly JournalRecord[]): Promise<BatchDone> {
    return (await this.#ask({ kind: "batch", number: this.#batches++, records })) as BatchDone;
  }

  async restart(): Promise<void> {
    await this.#ask({ kind: "restart" });
  }

  async close(): Promise<void> {
    this.#failure = new Error("the pipeline thread is closed");
    await this.#worker.terminate();
  }

  #ask(order: Order): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order);
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
