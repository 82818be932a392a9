/**
 * What a crash of the machine, not only of the process, can leave behind: writes that were under way are there in part,
 * followed by garbage, or not at all. Nothing here touches what had been synced and acknowledged, except `journal-cut`,
 * which is a disk that lost what it had promised: it says which records it took.
 */
import { appendFileSync, closeSync, ftruncateSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { copyFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RecordDecoder, readFrame } from "../../src/modules/lake/journal/frame.ts";
import { SEGMENT_HEADER_BYTES } from "../../src/modules/lake/journal/segment.ts";
import { type LineId, lineId } from "./three-doors.ts";

export const TEARS = [
  "none",
  "journal-garbage",
  "journal-half-frame",
  "journal-torn-tail",
  "journal-cut",
  "hot-torn",
  "hot-lost",
  "hot-leftover",
  "segment-half",
  "segment-leftover",
  "leaves-leftover",
  "lake-wal-zeroes",
  "lake-wal-garbage",
  "lake-wal-cut",
  "records-wal-zeroes",
  "snapshot-torn",
] as const;
export type Tear = (typeof TEARS)[number];

export interface TearOrder {
  readonly dataDir: string;
  readonly random: () => number;
  /** Lines somebody was told are safe. */
  readonly isAcknowledged: (id: LineId) => boolean;
}

export interface Torn {
  /** False when there was nothing to tear. */
  readonly done: boolean;
  /** Lines whose acknowledged record is gone. */
  readonly taken: ReadonlySet<LineId>;
}

const NOTHING: ReadonlySet<LineId> = new Set();
const PAGE_BYTES = 4_096;

export function tear(kind: Tear, order: TearOrder): Torn {
  const { dataDir, random } = order;
  const at = {
    journal: newest(join(dataDir, "lake", "journal"), /\.seg$/),
    hot: newest(join(dataDir, "lake", "events", "hot"), /\.parquet$/),
    segment: newest(join(dataDir, "lake", "events", "segments"), /\.parquet$/),
    lakeWal: present(join(dataDir, "lake", "events", "lake.duckdb.wal")),
    recordsWal: present(join(dataDir, "records.sqlite-wal")),
    snapshot: newest(join(dataDir, "detection"), /./),
  };
  const some = (most: number) => 1 + Math.floor(random() * most);
  const noise = (bytes: number) => Buffer.from(Array.from({ length: bytes }, () => Math.floor(random() * 256)));
  const on = (path: string | undefined, work: (path: string) => ReadonlySet<LineId> | void): Torn => {
    if (path === undefined) return { done: false, taken: NOTHING };
    return { done: true, taken: work(path) ?? NOTHING };
  };
  switch (kind) {
    case "none":
      return { done: true, taken: NOTHING };
    case "journal-garbage":
      return on(at.journal, (path) => appendFileSync(path, noise(some(6_000))));
    case "journal-half-frame":
      return on(at.journal, (path) => appendFileSync(path, halfFrame(path, random)));
    case "journal-torn-tail":
      return on(at.journal, (path) => cutJournal(path, order, "unacknowledged"));
    case "journal-cut":
      return on(at.journal, (path) => cutJournal(path, order, "anything"));
    case "hot-torn":
      return on(at.hot, (path) => truncateSync(path, Math.floor(statSync(path).size * random())));
    case "hot-lost":
      return on(at.hot, (path) => rmSync(path));
    case "hot-leftover":
      return on(at.hot, (path) => copyFileSync(path, `${path}.tmp`));
    case "segment-half":
      return on(at.segment, (path) => {
        const half = path.replace(/events-(\d+)-(\d+)/u, (_, sequence: string, upTo: string) => {
          return `events-${digits(Number(sequence) + 1, 8)}-${digits(Number(upTo) + some(50), 16)}`;
        });
        writeFileSync(half, readFileSync(path).subarray(0, Math.floor(statSync(path).size * random())));
      });
    case "segment-leftover":
      return on(at.segment, (path) => copyFileSync(path, `${path}.tmp`));
    case "leaves-leftover":
      return on(at.segment, (path) => writeFileSync(path.replace(/parquet$/u, "leaves.tmp"), noise(some(300))));
    case "lake-wal-zeroes":
      return on(at.lakeWal, (path) => appendFileSync(path, Buffer.alloc(PAGE_BYTES)));
    case "lake-wal-garbage":
      return on(at.lakeWal, (path) => appendFileSync(path, noise(some(PAGE_BYTES))));
    case "lake-wal-cut":
      return on(at.lakeWal, (path) => truncateSync(path, Math.floor(statSync(path).size * random())));
    case "records-wal-zeroes":
      return on(at.recordsWal, (path) => appendFileSync(path, Buffer.alloc(PAGE_BYTES)));
    case "snapshot-torn":
      return on(at.snapshot, (path) => truncateSync(path, Math.floor(statSync(path).size * random())));
  }
}

/** A whole record of the file up to a random byte, as if the next write had been the same and was cut short. */
function halfFrame(path: string, random: () => number): Buffer {
  const bytes = readFileSync(path);
  const read = readFrame(bytes, SEGMENT_HEADER_BYTES);
  const end = read.kind === "frame" ? read.end : Math.min(bytes.length, SEGMENT_HEADER_BYTES + 40);
  const frame = bytes.subarray(SEGMENT_HEADER_BYTES, end);
  return frame.subarray(0, Math.floor(frame.length * random()));
}

/** Cuts the newest segment: behind the last acknowledged record, or anywhere. */
function cutJournal(path: string, order: TearOrder, where: "unacknowledged" | "anything"): ReadonlySet<LineId> {
  const bytes = readFileSync(path);
  const records: { readonly position: number; readonly end: number; readonly id: LineId | undefined }[] = [];
  for (let offset = SEGMENT_HEADER_BYTES; ; ) {
    const read = readFrame(bytes, offset);
    if (read.kind !== "frame") break;
    records.push({ position: read.position, end: read.end, id: lineId(new RecordDecoder().decode(read.payload).raw) });
    offset = read.end;
  }
  const consumed = consumedUpTo(order.dataDir);
  // What is no line of the load may be a tick or a decoy: acknowledged as well. And only what is synced is ever read.
  const isSafe = ({ id, position }: (typeof records)[number]) =>
    id === undefined || position < consumed || order.isAcknowledged(id);
  const safe = records.findLast(isSafe)?.end ?? SEGMENT_HEADER_BYTES;
  const from = where === "anything" ? SEGMENT_HEADER_BYTES : safe;
  const cut = from + Math.floor(order.random() * (bytes.length - from + 1));
  const file = openSync(path, "r+");
  ftruncateSync(file, cut);
  closeSync(file);
  const gone = records.filter(({ end }) => end > cut);
  return new Set(gone.flatMap(({ id }) => (id === undefined ? [] : [id])));
}

/** How far the event store had read, as the names of its files say. */
function consumedUpTo(dataDir: string): number {
  const names = ["hot", "segments"].flatMap((dir) => readdirSync(join(dataDir, "lake", "events", dir)));
  return Math.max(0, ...names.map((name) => Number(/-(\d{16})(?:-[0-9a-f]{8})?\.parquet$/u.exec(name)?.[1] ?? 0)));
}

function newest(dir: string, names: RegExp): string | undefined {
  try {
    const name = readdirSync(dir)
      .filter((one) => names.test(one))
      .sort()
      .at(-1);
    return name === undefined ? undefined : join(dir, name);
  } catch {
    return undefined;
  }
}

function present(path: string): string | undefined {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0 ? path : undefined;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, "0");
}
