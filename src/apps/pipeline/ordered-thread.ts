import { Worker } from "node:worker_threads";
import { heapOf, THREAD_LIMITS, type ThreadHeap } from "../../platform/heap.ts";

/** A worker thread seen from outside: orders are answered in the order they were given. */
export class OrderedThread<Order, Answer> {
  readonly #name: string;
  readonly #worker: Worker;
  readonly #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #failure: Error | undefined;

  constructor(name: string, entry: URL, workerData: unknown) {
    this.#name = name;
    this.#worker = new Worker(entry, { workerData, name, resourceLimits: THREAD_LIMITS });
    this.#worker.on("message", (answer: Answer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on("error", (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", (code) => this.#fail(new Error(`the ${name} thread ended with code ${code}`)));
  }

  /** `transferred` is the thread's from here on. */
  ask(order: Order, transferred: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(order, transferred);
    });
  }

  /** It ended, or failed: nothing will be answered any more. */
  get isDead(): boolean {
    return this.#failure !== undefined;
  }

  /** Nothing when it has ended. */
  async heap(): Promise<readonly ThreadHeap[]> {
    const heap = await heapOf(this.#worker);
    return heap === undefined ? [] : [{ thread: this.#name, heap }];
  }

  async close(): Promise<void> {
    this.#fail(new Error(`the ${this.#name} thread is closed`));
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}
