/** Names and headers of journal segment files, and the check of one segment from its first byte. */
import { crc32 } from "node:zlib";
import type { JournalPosition } from "../../../kernel/index.ts";
import { findFrame, readFrame } from "./frame.ts";

export const SEGMENT_HEADER_BYTES = 32;
const MAGIC = "KHIENJNL";
const VERSION = 1;
const NAME = /^journal-(\d{16})\.seg$/;

/** 16 digits: names sort like positions. */
export function segmentName(first: JournalPosition): string {
  return `journal-${String(first).padStart(16, "0")}.seg`;
}

export function firstPositionOf(name: string): JournalPosition | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function segmentHeader(first: JournalPosition): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.write(MAGIC, 0, "latin1");
  header.writeUInt32LE(VERSION, 8);
  header.writeBigUInt64LE(BigInt(first), 16);
  header.writeUInt32LE(crc32(header.subarray(0, 28)), 28);
  return header;
}

export function isHeaderOf(buffer: Buffer, first: JournalPosition): boolean {
  return buffer.length >= SEGMENT_HEADER_BYTES && buffer.subarray(0, SEGMENT_HEADER_BYTES).equals(segmentHeader(first));
}

/** A damaged stretch with valid records behind it. Positions [position, resumes) are lost. */
export interface Gap {
  readonly offset: number;
  readonly bytes: number;
  readonly position: JournalPosition;
  readonly resumes: JournalPosition;
}

export interface SegmentCheck {
  readonly headerOk: boolean;
  /** Position after the last valid record. */
  readonly end: JournalPosition;
  /** Bytes up to the end of the last valid record; what follows is a torn write. */
  readonly validBytes: number;
  readonly gaps: readonly Gap[];
}

/** Walks a whole segment. A bad stretch is a gap when something valid follows and a torn tail when nothing does. */
export function checkSegment(buffer: Buffer, first: JournalPosition): SegmentCheck {
  const headerOk = isHeaderOf(buffer, first);
  const gaps: Gap[] = [];
  let offset = Math.min(SEGMENT_HEADER_BYTES, buffer.length);
  let position = first;
  while (offset < buffer.length) {
    const read = readFrame(buffer, offset);
    if (read.kind === "frame" && read.position >= position) {
      if (read.position > position) gaps.push({ offset, bytes: 0, position, resumes: read.position });
      position = read.position + 1;
      offset = read.end;
      continue;
    }
    const next = findFrame(buffer, offset + 1, { atLeast: position, below: position + buffer.length });
    if (next === undefined) break;
    const resumes = Number(buffer.readBigUInt64LE(next + 8));
    gaps.push({ offset, bytes: next - offset, position, resumes });
    position = resumes;
    offset = next;
  }
  return { headerOk, end: position, validBytes: offset, gaps };
}
