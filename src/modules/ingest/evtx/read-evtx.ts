/**
 * Windows event log files (.evtx), read as a stream of 64 KiB chunks. A damaged record costs that record, a damaged
 * chunk that chunk. Files of a machine that lost power are common: header counts are not trusted, records are
 * followed while they are in sequence.
 */
import { MAX_EVTX_RECORDS_PER_CHUNK } from "../limits.ts";
import { EvtxChunk } from "./binxml-nodes.ts";
import { renderRecord } from "./render.ts";

export interface EvtxRecord {
  /** Record number in the log (EventRecordID). */
  readonly number: number;
  /** The record as nested event JSON. */
  readonly json: string;
}

export interface EvtxProblem {
  /** Record number; 0 when the chunk or file is meant. */
  readonly record: number;
  /** Texts: content/i18n `ingest.evtx.*`. */
  readonly code: string;
  readonly detail: string;
}

export interface EvtxBatch {
  readonly records: readonly EvtxRecord[];
  readonly problems: readonly EvtxProblem[];
}

const CHUNK_BYTES = 65_536;
const CHUNK_HEADER = 512;
const RECORD_HEADER = 24;
const RECORD_MAGIC = 0x00002a2a;
const DEFAULT_HEADER_BLOCK = 4_096;
const NOTHING = Buffer.alloc(CHUNK_BYTES);

/** All records of one chunk of 64 KiB. Never throws. */
export function readChunk(bytes: Buffer, index: number): EvtxBatch {
  const records: EvtxRecord[] = [];
  const problems: EvtxProblem[] = [];
  if (bytes.toString("latin1", 0, 8) !== "ElfChnk\0") {
    // Space for chunks is set aside ahead of use; only a chunk with something in it is a loss.
    if (!bytes.equals(NOTHING)) {
      problems.push({ record: 0, code: "ingest.evtx.chunk", detail: String(index) });
    }
    return { records, problems };
  }
  const chunk = new EvtxChunk(bytes);
  const used = bytes.readUInt32LE(48);
  let at = CHUNK_HEADER;
  let previous = -1;
  while (at + RECORD_HEADER < bytes.length && records.length + problems.length < MAX_EVTX_RECORDS_PER_CHUNK) {
    if (bytes.readUInt32LE(at) !== RECORD_MAGIC) break;
    const size = bytes.readUInt32LE(at + 4);
    const number = Number(bytes.readBigUInt64LE(at + 8));
    if (size < RECORD_HEADER + 4 || at + size > bytes.length) {
      problems.push({ record: number, code: "ingest.evtx.record", detail: "size" });
      break;
    }
    // Behind the used part lie records of earlier rounds, unless the header is older than its records.
    if (at >= used && previous >= 0 && number !== previous + 1) break;
    try {
      records.push({ number, json: renderRecord(chunk, at + RECORD_HEADER, size - RECORD_HEADER - 4) });
    } catch (error) {
      problems.push({
        record: number,
        code: "ingest.evtx.record",
        detail: error instanceof Error ? error.message : "",
      });
    }
    previous = number;
    at += size;
  }
  return { records, problems };
}

/** Bytes of the header block before the first chunk. */
function headerBytes(head: Buffer): number {
  const stated = head.readUInt16LE(40);
  return stated >= 128 ? stated : DEFAULT_HEADER_BLOCK;
}

/** What is left of a copy cut short may still hold whole records. */
function readTail(tail: Buffer, index: number): EvtxBatch {
  const padded = Buffer.alloc(CHUNK_BYTES);
  tail.copy(padded);
  const { records, problems } = readChunk(padded, index);
  return {
    records,
    problems: [...problems, { record: 0, code: "ingest.evtx.truncated", detail: String(tail.length) }],
  };
}

/** The records of a file given as bytes in any chunking, one batch per EVTX chunk. */
export async function* readEvtx(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<EvtxBatch> {
  let held: Buffer = Buffer.alloc(0);
  let inHeader = true;
  let index = 0;
  for await (const piece of chunks) {
    held = Buffer.concat([held, piece]);
    if (inHeader) {
      if (held.length < DEFAULT_HEADER_BLOCK || held.length < headerBytes(held)) continue;
      held = held.subarray(headerBytes(held));
      inHeader = false;
    }
    let at = 0;
    for (; at + CHUNK_BYTES <= held.length; at += CHUNK_BYTES) {
      const batch = readChunk(held.subarray(at, at + CHUNK_BYTES), index++);
      if (batch.records.length > 0 || batch.problems.length > 0) yield batch;
    }
    held = held.subarray(at);
  }
  if (inHeader || held.length > 0) yield readTail(inHeader ? Buffer.alloc(0) : held, index);
}
