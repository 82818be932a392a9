import type { JournalPosition } from "../../kernel/index.ts";
import type { ThreadHeap } from "../../platform/heap.ts";
import { workerUrl } from "../../platform/worker.ts";
import { SNAPSHOT_EVERY_MS, SNAPSHOT_EVERY_RECORDS } from "./limits.ts";
import { OrderedThread } from "./ordered-thread.ts";
import type {
  Adopted,
  Correlated,
  CorrelatorAnswer,
  CorrelatorLoad,
  CorrelatorOrder,
  JournalExtent,
  Planned,
  Restored,
  Snapshotted,
  StreamItem,
} from "./protocol.ts";

const NOTHING_CARRIED: CorrelatorLoad = { held: 0, stats: [] };

export interface MemoryOptions {
  /** Folder of the snapshots. */
  readonly dir: string;
  /** Tests write snapshots more often. */
  readonly snapshotEveryMs?: number;
  readonly snapshotEveryRecords?: number;
}

/** What detection remembers, seen from the main thread: the correlator and its snapshots. */
export class DetectionMemory {
  readonly #options: MemoryOptions;
  #thread: OrderedThread<CorrelatorOrder, CorrelatorAnswer>;
  #load = NOTHING_CARRIED;
  /** Positions of the snapshots on disk, oldest first. */
  #snapshots: readonly JournalPosition[] = [];
  /** The last one asked for, and when. */
  #asked = { position: -1, atMs: performance.now() };

  constructor(options: MemoryOptions) {
    this.#options = options;
    this.#thread = this.#open();
  }

  get load(): CorrelatorLoad {
    return this.#load;
  }

  /** Back to what is stored, from the snapshots: the first step after a start and after anything broke. */
  async restore(place: { upTo: JournalPosition; oldest: JournalPosition; fallback: Planned }): Promise<Restored> {
    if (this.#thread.isDead) this.#thread = this.#open();
    const restored = (await this.#thread.ask({ kind: "restore", ...place })) as Restored;
    this.#load = NOTHING_CARRIED;
    this.#asked = { position: restored.position ?? -1, atMs: performance.now() };
    return restored;
  }

  /** From here on with other rules, for the first time. */
  adopt(planned: Planned): Promise<void> {
    return this.#adopt(planned, true);
  }

  /** The same on the way of a replay. */
  adoptAgain(planned: Planned): Promise<void> {
    return this.#adopt(planned, false);
  }

  async run(stream: readonly StreamItem[], upTo: JournalPosition): Promise<Correlated> {
    const done = (await this.#thread.ask({ kind: "run", stream, upTo })) as Correlated;
    this.#load = done.load;
    return done;
  }

  /** Time for a snapshot at `taken`? Whoever hears yes asks for it. Never while the one before is ahead of `stored`. */
  claimSnapshot(taken: JournalPosition, stored: JournalPosition): boolean {
    const { position, atMs } = this.#asked;
    if (taken <= position || position > stored) return false;
    const isDue =
      performance.now() - atMs >= (this.#options.snapshotEveryMs ?? SNAPSHOT_EVERY_MS) ||
      taken - position >= (this.#options.snapshotEveryRecords ?? SNAPSHOT_EVERY_RECORDS);
    if (isDue) this.#asked = { position: taken, atMs: performance.now() };
    return isDue;
  }

  /** Of everything given so far; `position` is the end of it. */
  async snapshot(position: JournalPosition, extent: JournalExtent): Promise<Snapshotted> {
    this.#asked = { position, atMs: performance.now() };
    const done = (await this.#thread.ask({ kind: "snapshot", extent })) as Snapshotted;
    this.#snapshots = done.positions;
    return done;
  }

  /** A restart may have to begin with the last snapshot but one: the journal is needed from there. */
  neededFrom(stored: JournalPosition): JournalPosition {
    return this.#snapshots.filter((position) => position <= stored).at(-2) ?? 0;
  }

  heaps(): Promise<readonly ThreadHeap[]> {
    return this.#thread.heap();
  }

  close(): Promise<void> {
    return this.#thread.close();
  }

  async #adopt(planned: Planned, isNew: boolean): Promise<void> {
    this.#load = ((await this.#thread.ask({ kind: "adopt", planned, isNew })) as Adopted).load;
  }

  #open(): OrderedThread<CorrelatorOrder, CorrelatorAnswer> {
    const data = { dir: this.#options.dir };
    return new OrderedThread("correlator", workerUrl("./correlator-worker", import.meta.url), data);
  }
}
