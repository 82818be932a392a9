/**
 * The door for files: folders that are looked at again and again. What is added to a file is read, across rotation by
 * renaming, by copying and truncating, and by packing; files of other kinds are taken whole when they are complete.
 *
 * Reading goes no faster than the journal: the next records are read when the last ones are durable.
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { type Instant, isFault, type JournalRecord } from "../../../../kernel/index.ts";
import type { Clock } from "../../../../platform/clock/index.ts";
import type { Log } from "../../../../platform/log/index.ts";
import { eventId } from "../../identity.ts";
import type { Sink } from "../../intake.ts";
import {
  MAX_WATCHED_FILES,
  SINK_BATCH_RECORDS,
  SINK_RETRY_MS,
  WATCH_HEAD_BYTES,
  WATCH_POLL_MS,
  WATCH_SAVE_MS,
  WATCH_SETTLED_MS,
} from "../../limits.ts";
import { listFiles, type ReadOptions } from "../../reading/source.ts";
import type { DoorCounters } from "../counters.ts";
import { continues, Head, NO_MARK } from "./marks.ts";
import { type Position, Positions } from "./positions.ts";
import { readAdded, type WatchedRecord } from "./tail.ts";
import { type Batch, holdsLines, type Kind, kindOf, originOf, readPacked, readWhole } from "./whole.ts";

export interface WatchedFolder {
  readonly sensor: string;
  readonly path: string;
}

export interface WatchOptions {
  readonly folders: readonly WatchedFolder[];
  /** Where the positions are kept. */
  readonly positionsFile: string;
  readonly sink: Sink;
  readonly clock: Clock;
  readonly counters: DoorCounters;
  readonly log: Log;
  readonly openArchive?: NonNullable<ReadOptions["openArchive"]>;
  readonly pollMs?: number;
  readonly settledMs?: number;
}

interface Seen {
  readonly node: string;
  readonly path: string;
  readonly sensor: string;
  readonly size: number;
  readonly changedAt: Instant;
}

/** Names under which a file is being written before it gets its own. */
const UNFINISHED = /(?:^|\/)\.|\.(?:tmp|part|partial|filepart|crdownload|swp)$|~$/iu;

export class FolderWatch {
  readonly #options: WatchOptions;
  readonly #positions: Positions;
  readonly #stop = new AbortController();
  /** Size and time of change at the last look, for files where nothing was left to do. */
  readonly #idle = new Map<string, string>();
  /** Why a file could not be read, so that it is told once. */
  readonly #told = new Map<string, string>();
  #running: Promise<void> = Promise.resolve();
  #savedAt = 0;

  private constructor(options: WatchOptions, positions: Positions) {
    this.#options = options;
    this.#positions = positions;
  }

  static async open(options: WatchOptions): Promise<FolderWatch> {
    const watch = new FolderWatch(options, await Positions.open(options.positionsFile));
    watch.#running = watch.#run();
    return watch;
  }

  get files(): number {
    return this.#positions.size;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const pollMs = this.#options.pollMs ?? WATCH_POLL_MS;
    while (!signal.aborted) {
      let waitMs = pollMs;
      try {
        if (await this.#round()) waitMs = 0;
      } catch (error) {
        // The journal says in its own log why it refuses; a bug must be seen, and must not end the watching.
        if (!isFault(error)) this.#options.log.error({ error: String(error) }, "watching folders failed");
        waitMs = SINK_RETRY_MS;
      }
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
    await this.#positions.save().catch((error: unknown) => {
      this.#options.log.error({ error: String(error) }, "positions of watched files could not be saved");
    });
  }

  /** One look at every file; true when there is more to read at once. */
  async #round(): Promise<boolean> {
    const { files, complete } = await this.#list();
    if (complete) this.#positions.prune(new Set(files.map(({ node }) => node)), this.#options.clock.now());
    let more = false;
    for (const file of files) {
      if (this.#stop.signal.aborted) return false;
      const state = `${file.size} ${file.changedAt}`;
      if (this.#idle.get(file.node) === state) continue;
      if (await this.#look(file)) more = true;
      await this.#save();
    }
    for (const node of this.#idle.keys()) if (this.#positions.at(node) === undefined) this.#idle.delete(node);
    return more;
  }

  async #save(): Promise<void> {
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#savedAt) < WATCH_SAVE_MS) return;
    this.#savedAt = now;
    await this.#positions.save();
  }

  async #list(): Promise<{ files: Seen[]; complete: boolean }> {
    const found: Seen[] = [];
    let complete = true;
    for (const { path: folder, sensor } of this.#options.folders) {
      try {
        for await (const path of listFiles(folder)) {
          if (UNFINISHED.test(path.slice(folder.length))) continue;
          if (found.length >= MAX_WATCHED_FILES) {
            this.#tell(folder, "too many files", { limit: MAX_WATCHED_FILES });
            complete = false;
            break;
          }
          const { dev, ino, size, mtimeMs } = await stat(path);
          found.push({ node: `${dev}:${ino}`, path, sensor, size, changedAt: Math.floor(mtimeMs) });
        }
      } catch (error) {
        // Folders that come later, and files that go while they are listed, are met again at the next look.
        complete = false;
        this.#tell(folder, "the folder cannot be read", { error: errorCode(error) });
      }
    }
    return { files: found, complete };
  }

  /** True when this file has more to be read at once. */
  async #look(seen: Seen): Promise<boolean> {
    let file: FileHandle;
    try {
      file = await open(seen.path, "r");
    } catch (error) {
      this.#tell(seen.path, "the file cannot be read", { error: errorCode(error) });
      return false;
    }
    try {
      const kind = await kindOf(file);
      return kind === "lines" ? await this.#follow(file, seen) : await this.#takeWhole(seen, kind);
    } finally {
      await file.close();
    }
  }

  async #follow(file: FileHandle, seen: Seen): Promise<boolean> {
    const head = await Head.read(file);
    const position = await this.#positionOf(file, seen, head);
    const idleMs = this.#options.clock.now() - seen.changedAt;
    const added = await readAdded(file, { offset: position.offset, size: seen.size, idleMs });
    await this.#send(seen, position.key, added);
    if (added.next !== position.offset) {
      const { next: offset, tail } = added;
      const known = position.head.bytes < WATCH_HEAD_BYTES ? head.mark : position.head;
      this.#positions.set({
        ...position,
        path: seen.path,
        offset,
        head: known,
        tail,
        seenAt: this.#options.clock.now(),
      });
    }
    const waits = added.next < seen.size;
    const progress = added.next !== position.offset;
    // What waits for the end of an audit event must be looked at again without any change of the file.
    if (!waits || (!progress && idleMs > WATCH_SETTLED_MS)) this.#idle.set(seen.node, `${seen.size} ${seen.changedAt}`);
    return waits && progress;
  }

  /** The file's own position; that of the file it is a copy of; or a new one, on disk before anything is sent. */
  async #positionOf(file: FileHandle, seen: Seen, head: Head): Promise<Position> {
    const is = { size: seen.size, head };
    const known = this.#positions.at(seen.node);
    if (known !== undefined) {
      if (await continues(file, is, known)) return known;
      // Truncated, or another file under the number of one that went.
      this.#positions.retire(seen.node, this.#options.clock.now());
    }
    for (const candidate of this.#followed()) {
      if (candidate.key !== known?.key && (await continues(file, is, candidate)))
        return this.#begin(seen, candidate, head.mark);
    }
    return this.#begin(seen, undefined, head.mark);
  }

  /** What a file new to us could be a copy or the packed form of. */
  #followed(): Position[] {
    return this.#positions.candidates().filter(({ taken }) => taken === undefined);
  }

  async #begin(seen: Seen, copied: Position | undefined, head: Position["head"]): Promise<Position> {
    const begun: Position = {
      key: copied?.key ?? randomUUID(),
      node: seen.node,
      path: seen.path,
      offset: copied?.offset ?? 0,
      head: copied?.head ?? head,
      tail: copied?.tail ?? NO_MARK,
      seenAt: this.#options.clock.now(),
    };
    this.#positions.set(begun);
    await this.#positions.save();
    return begun;
  }

  async #takeWhole(seen: Seen, kind: Kind): Promise<boolean> {
    const state = `${seen.size} ${seen.changedAt}`;
    const known = this.#positions.at(seen.node);
    if (known?.taken !== undefined && known.taken.size === seen.size && known.taken.changedAt === seen.changedAt) {
      this.#idle.set(seen.node, state);
      return false;
    }
    if (this.#options.clock.now() - seen.changedAt < (this.#options.settledMs ?? WATCH_SETTLED_MS)) return false;
    try {
      const position = await this.#wholePosition(seen, kind);
      const batches =
        kind === "packed" && (await holdsLines(seen.path))
          ? readPacked(seen.path, position.offset)
          : readWhole(
              seen.path,
              kind,
              this.#options.openArchive === undefined ? {} : { openArchive: this.#options.openArchive },
            );
      for await (const batch of batches) await this.#send(seen, position.key, batch);
      const taken = { size: seen.size, changedAt: seen.changedAt };
      this.#positions.set({ ...position, path: seen.path, taken, seenAt: this.#options.clock.now() });
    } catch (error) {
      if (isFault(error) && (error.kind === "busy" || error.kind === "unavailable")) throw error;
      this.#tell(seen.path, "the file could not be read to its end", { error: errorCode(error) });
    }
    this.#idle.set(seen.node, state);
    return false;
  }

  /** A packed file continues the one it was made of, also when it was met half written before. */
  async #wholePosition(seen: Seen, kind: Kind): Promise<Position> {
    const known = this.#positions.at(seen.node);
    const unread = known === undefined || (known.offset === 0 && known.taken === undefined);
    const origin = kind === "packed" && unread ? await originOf(seen.path, this.#followed()) : undefined;
    if (known !== undefined && origin === undefined) return known;
    return this.#begin(seen, origin, NO_MARK);
  }

  async #send(seen: Seen, key: string, batch: Batch): Promise<void> {
    const receivedAt = this.#options.clock.now();
    const { sensor } = seen;
    const records = batch.records.map((record) => toJournal(record, { sensor, key, receivedAt }));
    for (let at = 0; at < records.length; at += SINK_BATCH_RECORDS)
      await this.#options.sink(records.slice(at, at + SINK_BATCH_RECORDS));
    if (records.length + batch.skipped === 0) return;
    this.#options.counters.count("watch", sensor, {
      accepted: records.length,
      rejected: batch.skipped,
      bytes: records.reduce((sum, { raw }) => sum + raw.length, 0),
      at: receivedAt,
    });
  }

  #tell(path: string, what: string, details: object): void {
    if (this.#told.get(path) === what) return;
    if (this.#told.size >= MAX_WATCHED_FILES) this.#told.clear();
    this.#told.set(path, what);
    this.#options.log.warn({ path, ...details }, what);
  }
}

function toJournal(record: WatchedRecord, of: { sensor: string; key: string; receivedAt: Instant }): JournalRecord {
  const { raw, offset, format } = record;
  const { sensor, key, receivedAt } = of;
  const id = eventId({ sensor, source: `watch/${key}`, ordinal: `b${offset}`, content: raw });
  return { id, door: "watch", sensor, receivedAt, raw, ...(format === undefined ? {} : { format }) };
}

function errorCode(error: unknown): string {
  if (isFault(error)) return error.code;
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
