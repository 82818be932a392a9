/**
 * One journal record on disk.
 *
 *   crc32  u32 LE   over everything that follows
 *   length u32 LE   of the payload
 *   position u64 LE so that reading can find its place again behind a damaged stretch
 *   payload         u16 LE length of meta, meta (JSON), raw text (UTF-8)
 *
 * `raw` is outside the JSON so that it is neither escaped nor parsed. Text that UTF-8 cannot hold
 * (lone surrogates) goes into meta, where JSON escapes it: what was acknowledged comes back exactly.
 */
import { crc32 } from "node:zlib";
import { ByteRecord, type EventId, Fault, type JournalPosition, type JournalRecord } from "../../../kernel/index.ts";
import { MAX_RECORD_BYTES } from "../limits.ts";

export const FRAME_HEADER_BYTES = 16;
const META_LENGTH_BYTES = 2;
const MAX_META_BYTES = 0xffff;

interface Encoded {
  readonly meta: string;
  readonly metaBytes: number;
  readonly raw: string | Uint8Array;
  readonly rawBytes: number;
}

/**
 * Frames of several records in one buffer; positions and checksums are filled in by `stampFrames` when written.
 * `take` gives a buffer of at least so many bytes.
 */
export function encodeFrames(
  records: readonly JournalRecord[],
  take: (bytes: number) => Buffer = Buffer.allocUnsafe,
): Buffer {
  const metas = new MetaWriter();
  const encoded: Encoded[] = [];
  let total = 0;
  for (const record of records) {
    const one = encodeRecord(record, metas);
    encoded.push(one);
    total += FRAME_HEADER_BYTES + META_LENGTH_BYTES + one.metaBytes + one.rawBytes;
  }
  const buffer = take(total).subarray(0, total);
  let offset = 0;
  for (const one of encoded) {
    const length = META_LENGTH_BYTES + one.metaBytes + one.rawBytes;
    buffer.writeUInt32LE(length, offset + 4);
    const payload = offset + FRAME_HEADER_BYTES;
    buffer.writeUInt16LE(one.metaBytes, payload);
    buffer.write(one.meta, payload + META_LENGTH_BYTES, one.metaBytes, "utf8");
    const rawAt = payload + META_LENGTH_BYTES + one.metaBytes;
    if (typeof one.raw === "string") buffer.write(one.raw, rawAt, one.rawBytes, "utf8");
    else buffer.set(one.raw, rawAt);
    offset = payload + length;
  }
  return buffer;
}

function encodeRecord(record: JournalRecord, metas: MetaWriter): Encoded {
  const { rawBytes: bytes } = record;
  const fitsUtf8 = bytes !== undefined || record.raw.isWellFormed();
  const meta = fitsUtf8 ? metas.write(record) : JSON.stringify({ ...metaOf(record), raw: record.raw });
  const metaBytes = Buffer.byteLength(meta);
  const raw = bytes ?? (fitsUtf8 ? record.raw : "");
  const rawBytes = typeof raw === "string" ? Buffer.byteLength(raw) : raw.length;
  if (metaBytes > MAX_META_BYTES || rawBytes > MAX_RECORD_BYTES - META_LENGTH_BYTES - metaBytes) {
    throw new Fault("too_large", "lake.journal.record_too_large", "a record is larger than the journal accepts", {
      bytes: metaBytes + rawBytes,
      limit: MAX_RECORD_BYTES,
    });
  }
  return { meta, metaBytes, raw, rawBytes };
}

type Meta = Omit<JournalRecord, "raw" | "rawBytes">;

function metaOf({ id, door, sensor, receivedAt, format, peer, exerciseId }: JournalRecord): Meta {
  return {
    id,
    door,
    sensor,
    receivedAt,
    ...(format === undefined ? {} : { format }),
    ...(peer === undefined ? {} : { peer }),
    ...(exerciseId === undefined ? {} : { exerciseId }),
  };
}

/** What stands before everything else but the id: the records of one request differ in nothing else. */
const ID_PREFIX = '{"id":"';
const PLAIN_ID = /^[0-9a-f]{32}$/;
const TAIL_AT = ID_PREFIX.length + 32;

class MetaWriter {
  #last: JournalRecord | undefined;
  #tail = "";

  write(record: JournalRecord): string {
    if (!PLAIN_ID.test(record.id)) return JSON.stringify(metaOf(record));
    if (this.#last === undefined || !isAlike(this.#last, record)) {
      this.#last = record;
      this.#tail = JSON.stringify({ ...metaOf(record), id: "" }).slice(ID_PREFIX.length);
    }
    return ID_PREFIX + record.id + this.#tail;
  }
}

function isAlike(one: JournalRecord, other: JournalRecord): boolean {
  return (
    one.receivedAt === other.receivedAt &&
    one.sensor === other.sensor &&
    one.door === other.door &&
    one.format === other.format &&
    one.peer === other.peer &&
    one.exerciseId === other.exerciseId
  );
}

/** Gives the frames of `buffer` consecutive positions from `first`; returns how many there were. */
export function stampFrames(buffer: Buffer, first: JournalPosition): number {
  let offset = 0;
  let position = first;
  while (offset < buffer.length) {
    const end = offset + FRAME_HEADER_BYTES + buffer.readUInt32LE(offset + 4);
    buffer.writeBigUInt64LE(BigInt(position), offset + 8);
    buffer.writeUInt32LE(crc32(buffer.subarray(offset + 4, end)), offset);
    offset = end;
    position += 1;
  }
  return position - first;
}

export type FrameRead =
  | { readonly kind: "frame"; readonly position: JournalPosition; readonly payload: Buffer; readonly end: number }
  /** The buffer ends before the frame does. */
  | { readonly kind: "short" }
  | { readonly kind: "damaged" };

export function readFrame(buffer: Buffer, offset: number): FrameRead {
  if (offset + FRAME_HEADER_BYTES > buffer.length) return { kind: "short" };
  const length = buffer.readUInt32LE(offset + 4);
  if (length < META_LENGTH_BYTES || length > MAX_RECORD_BYTES) return { kind: "damaged" };
  const end = offset + FRAME_HEADER_BYTES + length;
  if (end > buffer.length) return { kind: "short" };
  if (crc32(buffer.subarray(offset + 4, end)) !== buffer.readUInt32LE(offset)) return { kind: "damaged" };
  const position = Number(buffer.readBigUInt64LE(offset + 8));
  return { kind: "frame", position, payload: buffer.subarray(offset + FRAME_HEADER_BYTES, end), end };
}

/**
 * First offset at or after `from` where a whole valid frame with a position in [atLeast, below) starts.
 * The position test comes first: it costs nothing and spares a checksum at nearly every byte.
 */
export function findFrame(
  buffer: Buffer,
  from: number,
  window: { readonly atLeast: JournalPosition; readonly below: JournalPosition },
): number | undefined {
  for (let offset = from; offset + FRAME_HEADER_BYTES <= buffer.length; offset++) {
    // Positions stay far below 2^48, so the two highest bytes are zero in every real frame.
    if (buffer[offset + 14] !== 0 || buffer[offset + 15] !== 0) continue;
    const position = buffer.readUIntLE(offset + 8, 6);
    if (position < window.atLeast || position >= window.below) continue;
    if (readFrame(buffer, offset).kind === "frame") return offset;
  }
  return undefined;
}

/** Reads payloads one after the other; the text of a record is made when somebody asks for it. */
export class RecordDecoder {
  #tail = "";
  #last: Meta | undefined;

  /** The record keeps pointing into `payload`. */
  decode(payload: Buffer): JournalRecord {
    const metaEnd = META_LENGTH_BYTES + payload.readUInt16LE(0);
    const text = payload.toString("utf8", META_LENGTH_BYTES, metaEnd);
    const isPlain = text.startsWith(ID_PREFIX) && text[TAIL_AT] === '"';
    if (isPlain && this.#last !== undefined && text.slice(TAIL_AT) === this.#tail) {
      const id = text.slice(ID_PREFIX.length, TAIL_AT) as EventId;
      return new ByteRecord({ ...this.#last, id }, payload.subarray(metaEnd));
    }
    const { raw, ...meta } = JSON.parse(text) as Meta & { raw?: string };
    if (raw !== undefined) return { ...metaOf({ ...meta, raw }), raw };
    if (isPlain) {
      this.#last = meta;
      this.#tail = text.slice(TAIL_AT);
    }
    return new ByteRecord(meta, payload.subarray(metaEnd));
  }
}
