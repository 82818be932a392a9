import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Fault } from "../../kernel/index.ts";
import { workerUrl } from "../worker.ts";
import { MAX_HEAP_MB, MAX_PRINT_MS, MAX_WAITING } from "./limits.ts";
import type { Paper } from "./model.ts";
import { drawablePaper } from "./text.ts";

export type Form = "pdf" | "docx";

/**
 * Lays papers out one after the other, each in a thread of its own that ends with it: a long paper takes seconds and
 * must not hold up the server. Faults: documents.paper.large, documents.press.busy, documents.press.slow.
 */
export class Press {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  async print(paper: Paper, form: Form): Promise<Buffer> {
    const drawable = drawablePaper(paper);
    if (this.#waiting >= MAX_WAITING)
      throw new Fault(
        "unavailable",
        "documents.press.busy",
        "too many papers are being laid out: try again in a minute",
      );
    this.#waiting += 1;
    const printed = this.#last.then(() => printInThread(drawable, form));
    this.#last = printed.catch(() => undefined);
    try {
      return await printed;
    } finally {
      this.#waiting -= 1;
    }
  }
}

async function printInThread(paper: Paper, form: Form): Promise<Buffer> {
  const worker = new Worker(workerUrl("./press-worker", import.meta.url), {
    workerData: { paper, form },
    name: "documents",
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  try {
    const [bytes] = (await once(worker, "message", { signal: AbortSignal.timeout(MAX_PRINT_MS) })) as [Uint8Array];
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (error) {
    if (!(error instanceof Error && error.name === "AbortError")) throw error;
    const seconds = MAX_PRINT_MS / 1000;
    throw new Fault(
      "unavailable",
      "documents.press.slow",
      `laying out took more than ${seconds} s: take the JSON, or a part`,
      {
        seconds,
      },
    );
  } finally {
    await worker.terminate();
  }
}
