/** Files that are taken whole, once they are complete: event logs, XML exports, archives, packed and UTF-16 text. */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { EventXmlSplitter, looksLikeEventXml } from "./event-xml.ts";
import { LineAssembler } from "../../core/assembler.ts";
import { MAX_FILE_BYTES, MAX_UNPACK_RATIO, SNIFF_BYTES, WATCH_HEAD_BYTES, WATCH_TAIL_BYTES } from "../../limits.ts";
import { isSkipped, LineSplitter, splitLines } from "../../reading/lines.ts";
import { shapeOf } from "../../reading/sniff.ts";
import { readFileBatches, type ReadOptions } from "../../reading/source.ts";
import { unpack } from "../../reading/unpack.ts";
import { markOf, readAt } from "./marks.ts";
import type { Mark, Position } from "./positions.ts";
import type { WatchedRecord } from "./tail.ts";

/** `packed`: gzip or zstd, which may hold the rotated form of a file we know. */
export type Kind = "lines" | "packed" | "event-xml" | "other";

export async function kindOf(file: FileHandle): Promise<Kind> {
  const head = await readAt(file, 0, SNIFF_BYTES);
  const shape = shapeOf(head);
  if (shape.kind === "gzip" || shape.kind === "zstd") return "packed";
  if (shape.kind === "lines" || shape.kind === "empty") {
    return looksLikeEventXml(head.subarray(0, WATCH_HEAD_BYTES).toString("utf8")) ? "event-xml" : "lines";
  }
  return "other";
}

export interface Batch {
  readonly records: readonly WatchedRecord[];
  /** Lines and records that could not be read. */
  readonly skipped: number;
}

async function unpacked(path: string): Promise<AsyncIterable<Buffer>> {
  const source: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: 256 * 1024 });
  let first: Buffer | undefined;
  for await (const piece of createReadStream(path, { end: 3 })) first = piece as Buffer;
  const packing = first?.[0] === 0x1f ? "gzip" : "zstd";
  return unpack(source, packing, { maxBytes: MAX_FILE_BYTES, maxRatio: MAX_UNPACK_RATIO });
}

/** Whether a packed file holds lines: anything else in it is taken as such a file would be. */
export async function holdsLines(path: string): Promise<boolean> {
  const head: Buffer[] = [];
  let bytes = 0;
  for await (const piece of await unpacked(path)) {
    head.push(piece);
    bytes += piece.length;
    if (bytes >= SNIFF_BYTES) break;
  }
  const start = Buffer.concat(head).subarray(0, SNIFF_BYTES);
  return shapeOf(start).kind === "lines" && !looksLikeEventXml(start.subarray(0, WATCH_HEAD_BYTES).toString("utf8"));
}

/** The position of the file that this packed one was made of: it holds what was read of it. The farthest of several. */
export async function originOf(path: string, candidates: readonly Position[]): Promise<Position | undefined> {
  let open = [...candidates];
  let found: Position | undefined;
  let held: Buffer = Buffer.alloc(0);
  let heldFrom = 0;
  for await (const piece of await unpacked(path)) {
    if (open.length === 0) break;
    held = Buffer.concat([held, piece]);
    const end = heldFrom + held.length;
    // Until all heads have been compared, everything is held.
    if (heldFrom === 0) open = open.filter(({ head }) => end < head.bytes || sameBytes(held, 0, head));
    const reached = open.filter(({ offset, head }) => offset <= end && head.bytes <= end);
    for (const one of reached)
      if (one.offset > (found?.offset ?? 0) && sameBytes(held, one.offset - one.tail.bytes - heldFrom, one.tail))
        found = one;
    open = open.filter((one) => !reached.includes(one));
    const keep = end < WATCH_HEAD_BYTES ? held.length : Math.min(held.length, WATCH_TAIL_BYTES);
    heldFrom = end - keep;
    held = Buffer.from(held.subarray(held.length - keep));
  }
  return found;
}

function sameBytes(bytes: Buffer, at: number, mark: Mark): boolean {
  return at >= 0 && markOf(bytes.subarray(at, at + mark.bytes)).hash === mark.hash;
}

/** The lines of a packed file that begin at or after `from`; the last one also without its line feed: nothing follows. */
export async function* readPacked(path: string, from: number): AsyncGenerator<Batch> {
  const assembler = new LineAssembler<number>();
  const toRecord = (done: { raw: string; tag: number; format?: string }): WatchedRecord => ({
    raw: done.raw,
    offset: done.tag,
    format: done.format,
  });
  for await (const lines of splitLines(await unpacked(path), new LineSplitter())) {
    const records: WatchedRecord[] = [];
    let skipped = 0;
    for (const line of lines) {
      const ours = line.byteOffset >= from;
      if (isSkipped(line)) skipped += ours ? 1 : 0;
      else if (line.text !== "" && (ours || line.text.startsWith("#")))
        records.push(
          ...assembler
            .push(line.text, line.byteOffset)
            .filter(({ tag }) => tag >= from)
            .map(toRecord),
        );
    }
    yield { records, skipped };
  }
  yield { records: assembler.flush().map(toRecord), skipped: 0 };
}

/** Everything else the reading side knows, in its own order; the place is the record's number where there is no offset. */
export async function* readWhole(path: string, kind: Kind, options: ReadOptions): AsyncGenerator<Batch> {
  if (kind === "event-xml") {
    for await (const cut of splitLines(createReadStream(path), new EventXmlSplitter())) {
      const records = cut.flatMap((one) =>
        isSkipped(one) ? [] : [{ raw: one.text, offset: one.byteOffset, format: undefined }],
      );
      yield { records, skipped: cut.length - records.length };
    }
    return;
  }
  let problems = 0;
  const onProblem: ReadOptions["onProblem"] = (problem) => {
    problems++;
    options.onProblem?.(problem);
  };
  for await (const batch of readFileBatches(path, { ...options, onProblem })) {
    const records = batch.map(({ raw, byteOffset, line, format }) => ({ raw, offset: byteOffset ?? line, format }));
    yield { records, skipped: problems };
    problems = 0;
  }
  yield { records: [], skipped: problems };
}
