/** Stretches of a journal that nobody needs to have open; one file of it is held at a time. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { RecordDecoder, readFrame } from "../journal/frame.ts";
import { firstPositionOf, SEGMENT_HEADER_BYTES } from "../journal/segment.ts";

export interface JournalEntry {
  readonly id: string;
  readonly raw: string;
}

/** Without files that hold no record yet: one that was begun on a full disk says nothing about those before it. */
export async function journalNames(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => firstPositionOf(name) !== undefined);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(dir, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return names.filter((_, at) => (sizes[at] ?? 0) > SEGMENT_HEADER_BYTES).sort();
}

interface Frame {
  readonly position: number;
  readonly payload: Buffer;
}

export class JournalStretches {
  readonly #dir: string;
  #name = "";
  #size = -1;
  #frames: readonly Frame[] = [];

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Records of [from, upTo) that became events; those of damaged frames are not among them. */
  async entries({ from, upTo }: { readonly from: number; readonly upTo: number }): Promise<readonly JournalEntry[]> {
    const names = await journalNames(this.#dir);
    const entries: JournalEntry[] = [];
    for (const [at, name] of names.entries()) {
      const next = names[at + 1];
      const isBefore = next !== undefined && (firstPositionOf(next) ?? 0) <= from;
      if (isBefore || (firstPositionOf(name) ?? 0) >= upTo) continue;
      await this.#open(name);
      const decoder = new RecordDecoder();
      for (const { position, payload } of this.#frames) {
        if (position < from || position >= upTo) continue;
        const { id, raw, door } = decoder.decode(payload);
        if (door !== "clock") entries.push({ id, raw });
      }
    }
    return entries;
  }

  /** The newest file grows while a server runs: it is read again when it has. */
  async #open(name: string): Promise<void> {
    const path = join(this.#dir, name);
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    if (name === this.#name && size === this.#size) return;
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    const frames: Frame[] = [];
    for (let offset = SEGMENT_HEADER_BYTES; ; ) {
      const read = readFrame(bytes, offset);
      if (read.kind !== "frame") break;
      frames.push({ position: read.position, payload: read.payload });
      offset = read.end;
    }
    this.#name = name;
    this.#size = size;
    this.#frames = frames;
  }
}
