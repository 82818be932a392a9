import type { LogSourceMap } from "../../modules/detection/matching.ts";
import type { FrameChunk } from "../../modules/lake/encoding.ts";
import type { ThreadHeap } from "../../platform/heap.ts";
import { workerUrl } from "../../platform/worker.ts";
import { OrderedThread } from "./ordered-thread.ts";
import type { BatchMatched, MatchAnswer, MatchOrder, Planned, RulesTaken, StreamItem } from "./protocol.ts";

type MatchThread = OrderedThread<MatchOrder, MatchAnswer>;

/** The matching threads. Batches go round among them; whoever asks keeps the order of the answers. */
export class Matchers {
  readonly #map: LogSourceMap;
  #threads: MatchThread[];
  #turn = 0;

  constructor(count: number, map: LogSourceMap) {
    this.#map = map;
    this.#threads = Array.from({ length: count }, () => this.#open());
  }

  get count(): number {
    return this.#threads.length;
  }

  /** Every batch given from here on is matched with these; resolves with the slowest thread's account. */
  async rules(planned: Planned): Promise<RulesTaken> {
    const taken = await Promise.all(
      this.#threads.map(async (thread) => (await thread.ask({ kind: "rules", planned })) as RulesTaken),
    );
    return taken.reduce((slowest, one) => (one.tookMs > slowest.tookMs ? one : slowest));
  }

  /** The bytes go over to the thread. */
  async batch(chunks: readonly FrameChunk[], { withColumns }: { withColumns: boolean }): Promise<BatchMatched> {
    return (await this.#next().ask({ kind: "batch", chunks, withColumns }, buffersOf(chunks))) as BatchMatched;
  }

  async replay(chunks: readonly FrameChunk[]): Promise<readonly StreamItem[]> {
    const answer = await this.#next().ask({ kind: "replay", chunks }, buffersOf(chunks));
    return answer.kind === "replay" ? answer.stream : [];
  }

  /** After a failure: threads that ended are replaced, the others forget what they told the lake. Rules must follow. */
  async revive(): Promise<void> {
    this.#threads = this.#threads.map((thread) => (thread.isDead ? this.#open() : thread));
    await Promise.all(this.#threads.map((thread) => thread.ask({ kind: "restart" })));
  }

  async heaps(): Promise<readonly ThreadHeap[]> {
    return (await Promise.all(this.#threads.map((thread) => thread.heap()))).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  #next(): MatchThread {
    const thread = this.#threads[this.#turn++ % this.#threads.length];
    if (thread === undefined) throw new Error("no matching thread");
    return thread;
  }

  #open(): MatchThread {
    return new OrderedThread("matching", workerUrl("./match-worker", import.meta.url), { map: this.#map });
  }
}

function buffersOf(chunks: readonly FrameChunk[]): ArrayBuffer[] {
  return chunks.flatMap(({ bytes, ranges }) => [bytes.buffer, ranges.buffer]);
}
