/**
 * How far each watched file has been read, durable in one file.
 *
 * Invariants
 *  - A position is on disk before anything of its file is sent: the key, part of every id, survives a crash.
 *  - A position is moved only after the records before it are durable. After a crash some are read again, under the
 *    same key and at the same place, so with the same ids.
 */
import type { Instant } from "../../../../kernel/index.ts";
import { z } from "../../../../platform/schema/index.ts";
import { MAX_WATCHED_FILES, WATCH_REMEMBER_MS } from "../../limits.ts";
import { PositionFile, readPositionFile } from "../position-file.ts";

const Mark = z.object({ bytes: z.int().min(0), hash: z.string() });
const Position = z.object({
  /** Chosen by chance when the file was first seen; its copies and packed forms share it. */
  key: z.string().min(1),
  /** Device and inode. */
  node: z.string(),
  /** Where it was last seen, for people. */
  path: z.string(),
  offset: z.int().min(0),
  head: Mark,
  tail: Mark,
  /** Size and time of change of a file that was taken whole. */
  taken: z.object({ size: z.number(), changedAt: z.number() }).optional(),
  seenAt: z.number(),
});
export type Position = z.infer<typeof Position>;
export type Mark = z.infer<typeof Mark>;

const Content = z.object({ version: z.literal(1), positions: z.array(Position) });

/** Node of a position whose file is no longer there. */
const GONE = "";

export class Positions {
  readonly #file: PositionFile<typeof Content>;
  /** By node. */
  readonly #live = new Map<string, Position>();
  /** Files that are no longer there, or no longer what they were. */
  #former: Position[] = [];

  private constructor(path: string) {
    this.#file = new PositionFile(path, () => ({
      version: 1 as const,
      positions: [...this.#live.values(), ...this.#former],
    }));
  }

  /** Throws Fault when the file cannot be read: going on without it would send everything again. */
  static async open(path: string): Promise<Positions> {
    const positions = new Positions(path);
    const content = await readPositionFile(path, Content, {
      code: "ingest.watch.positions",
      message: `${path} is damaged: remove it to read the watched folders anew`,
    });
    for (const position of content?.positions ?? []) {
      if (position.node === GONE) positions.#former.push(position);
      else positions.#live.set(position.node, position);
    }
    return positions;
  }

  at(node: string): Position | undefined {
    return this.#live.get(node);
  }

  set(position: Position): void {
    this.#live.set(position.node, position);
    this.#file.touch();
  }

  /** The file under this node is another one now, or gone; what it was may turn up elsewhere. */
  retire(node: string, now: Instant): void {
    const position = this.#live.get(node);
    if (position === undefined) return;
    this.#live.delete(node);
    this.#former.push({ ...position, node: GONE, seenAt: now });
    this.#file.touch();
  }

  /** All that a file new to us could be a copy of, those read farthest first. */
  candidates(): Position[] {
    const all = [...this.#live.values(), ...this.#former];
    return all.filter(({ offset }) => offset > 0).sort((a, b) => b.offset - a.offset);
  }

  get size(): number {
    return this.#live.size;
  }

  /** Forgets what has been gone for long. `seen`: the nodes that are there. */
  prune(seen: ReadonlySet<string>, now: Instant): void {
    // A Map may lose entries while it is walked.
    for (const node of this.#live.keys()) if (!seen.has(node)) this.retire(node, now);
    const before = this.#former.length;
    this.#former = this.#former.filter(({ seenAt }) => now - seenAt < WATCH_REMEMBER_MS).slice(-MAX_WATCHED_FILES);
    if (this.#former.length !== before) this.#file.touch();
  }

  /** Resolves when everything set so far is on disk. */
  save(): Promise<void> {
    return this.#file.save();
  }
}
