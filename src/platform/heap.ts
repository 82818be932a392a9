/** What JavaScript holds, thread by thread: each has a heap of its own, and the process's figures show only the sum. */
import { type HeapInfo, getHeapStatistics } from "node:v8";
import type { ResourceLimits, Worker } from "node:worker_threads";

/**
 * How much that is young a thread of the server may hold before it looks for garbage. On a machine with 16 GB and more
 * V8 takes 100 to 190 MB for it in every thread, and fills them whatever is alive: half of what the server occupied.
 * Matching 4,000 rules costs the same with a quarter of that, and more with an eighth.
 */
export const THREAD_LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 48 };

/** Bytes. */
export interface HeapFigures {
  /** Living objects, and garbage not yet collected. */
  readonly used: number;
  /** What the heap occupies. */
  readonly resident: number;
  /** Buffers and other memory outside the heap that its objects hold. */
  readonly external: number;
  /** `resident` does not grow beyond this much of long-lived objects: the thread would end. */
  readonly limit: number;
}

export interface ThreadHeap {
  readonly thread: string;
  readonly heap: HeapFigures;
}

export function ownHeap(): HeapFigures {
  return figuresOf(getHeapStatistics());
}

/** Undefined when the thread has ended. It answers as soon as it is between two pieces of work. */
export async function heapOf(worker: Worker): Promise<HeapFigures | undefined> {
  return await worker.getHeapStatistics().then(figuresOf, () => undefined);
}

function figuresOf(heap: HeapInfo): HeapFigures {
  return {
    used: heap.used_heap_size,
    resident: heap.total_physical_size,
    external: heap.external_memory,
    limit: heap.heap_size_limit,
  };
}
