/** The store as the main thread sees it: calls over the worker's port, answers by number, cancel by signal. */
import { Worker } from "node:worker_threads";
import { Fault } from "../../../kernel/index.ts";
import { type HeapFigures, heapOf, THREAD_LIMITS } from "../../../platform/heap.ts";
import { workerUrl } from "../../../platform/worker.ts";
import { receivedFault, type StoreCall, type StoreCalls, type StoreMessage, type StoreReply } from "./protocol.ts";

interface Pending {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly release: () => void;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Told the call's number, by which its progress can be asked. */
  readonly onSent?: ((id: number) => void) | undefined;
}

/** Calls that are not queries end when the engine is done; the limit is not used for them. */
const NO_TIMEOUT = 0;

export class StoreClient {
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  #next = 1;
  #ended: Fault | undefined;

  constructor(onEnd: (fault: Fault) => void) {
    this.#worker = new Worker(workerUrl("./worker", import.meta.url), {
      name: "lake",
      resourceLimits: THREAD_LIMITS,
    });
    this.#worker.on("message", (reply: StoreReply) => this.#settle(reply));
    const end = (detail: string) => {
      if (this.#ended !== undefined) return;
      this.#ended = new Fault("unavailable", "lake.store.stopped", detail, {}, 5);
      for (const pending of this.#pending.values()) pending.reject(this.#ended);
      this.#pending.clear();
      onEnd(this.#ended);
    };
    this.#worker.on("error", (error) => end(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    this.#worker.on("exit", (code) => end(`worker ended with ${code}`));
  }

  call<Call extends StoreCall>(
    call: Call,
    ask: StoreCalls[Call]["ask"],
    options: CallOptions = {},
  ): Promise<StoreCalls[Call]["answer"]> {
    const { signal, timeoutMs = NO_TIMEOUT } = options;
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    if (signal?.aborted === true) return Promise.reject(cancelledFault());
    const id = this.#next++;
    return new Promise<StoreCalls[Call]["answer"]>((resolve, reject) => {
      const message = { id, call, ask, timeoutMs } as StoreMessage;
      const cancel = () => {
        this.#worker.postMessage({ id, call: "cancel" } satisfies StoreMessage);
        // The caller need not wait for the engine to notice.
        this.#settle({ id, ok: false, fault: { ...CANCELLED, params: {}, retryAfterSeconds: undefined } });
      };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#pending.set(id, {
        resolve: (answer) => resolve(answer as StoreCalls[Call]["answer"]),
        reject,
        release: () => signal?.removeEventListener("abort", cancel),
      });
      this.#worker.postMessage(message);
      options.onSent?.(id);
    });
  }

  /** Of the thread; what the engine holds is none of it. */
  heap(): Promise<HeapFigures | undefined> {
    return heapOf(this.#worker);
  }

  async close(): Promise<void> {
    if (this.#ended !== undefined) return;
    const closing = this.call("close", {});
    this.#ended = new Fault("unavailable", "lake.store.closed", "the event store is closed", {}, 5);
    const exited = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    await closing;
    // The worker ends by itself: terminating it while the engine finishes an answer aborts the whole process.
    await exited;
  }

  #settle(reply: StoreReply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    this.#pending.delete(reply.id);
    pending.release();
    if (reply.ok) pending.resolve(reply.answer);
    else pending.reject(receivedFault(reply.fault));
  }
}

const CANCELLED = { kind: "unavailable", code: "lake.query.cancelled", detail: "the search was cancelled" } as const;

function cancelledFault(): Fault {
  return new Fault(CANCELLED.kind, CANCELLED.code, CANCELLED.detail);
}
