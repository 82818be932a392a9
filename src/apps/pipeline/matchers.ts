import type { JournalRecord } from "../../kernel/index.ts";
import type { LogSourceMap } from "../../modules/detection/matching.ts";
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

  async batch(records: readonly JournalRecord[], { withColumns }: { withColumns: boolean }): Promise<BatchMatched> {
    return (await this.#next().ask({ kind: "batch", records, withColumns })) as BatchMatched;
  }

  async replay(records: readonly JournalRecord[]): Promise<readonly StreamItem[]> {
    const answer = await this.#next().ask({ kind: "replay", records });
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
