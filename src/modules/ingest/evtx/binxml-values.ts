/** Substitution values as Windows writes them in event XML; whole numbers that fit stay numbers. */
import type { EvtxChunk, RawValue } from "./binxml-nodes.ts";
import { BinXmlError, utf16 } from "./binxml-nodes.ts";

export type EvtxScalar = string | number | null;
export type EvtxValue = EvtxScalar | EvtxScalar[];

/** 100-ns ticks between 1601-01-01 and 1970-01-01. */
const EPOCH_TICKS = 116_444_736_000_000_000n;

/** ISO time with all seven digits of the FILETIME. */
export function fileTime(ticks: bigint): string {
  const sinceEpoch = ticks - EPOCH_TICKS;
  const ms = sinceEpoch / 10_000n;
  if (ms > 8_640_000_000_000_000n) return String(ticks);
  const date = new Date(Number(ms));
  const rest = sinceEpoch % 10_000_000n;
  const digits = String(rest < 0n ? rest + 10_000_000n : rest).padStart(7, "0");
  return `${date.toISOString().slice(0, 19)}.${digits}Z`;
}

function systemTime(bytes: Buffer, at: number): string {
  const part = (index: number, width = 2): string => String(bytes.readUInt16LE(at + index * 2)).padStart(width, "0");
  return `${part(0, 4)}-${part(1)}-${part(3)}T${part(4)}:${part(5)}:${part(6)}.${part(7, 3)}Z`;
}

function guid(bytes: Buffer, at: number): string {
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, "0");
  const head = `${hex(bytes.readUInt32LE(at), 8)}-${hex(bytes.readUInt16LE(at + 4), 4)}-${hex(bytes.readUInt16LE(at + 6), 4)}`;
  const tail = bytes.toString("hex", at + 8, at + 16);
  return `{${head}-${tail.slice(0, 4)}-${tail.slice(4)}}`.toUpperCase();
}

function sid(bytes: Buffer, at: number, size: number): string {
  if (size < 8) return "";
  const count = Math.min(bytes.readUInt8(at + 1), Math.floor((size - 8) / 4));
  let text = `S-${bytes.readUInt8(at)}-${bytes.readUIntBE(at + 2, 6)}`;
  for (let i = 0; i < count; i++) text += `-${bytes.readUInt32LE(at + 8 + i * 4)}`;
  return text;
}

function whole(value: bigint): EvtxScalar {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

function trimmed(text: string): string {
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** Bytes of one element of a fixed-size type; 0 for the others. */
const SIZES: Readonly<Record<number, number>> = {
  0x03: 1,
  0x04: 1,
  0x05: 2,
  0x06: 2,
  0x07: 4,
  0x08: 4,
  0x09: 8,
  0x0a: 8,
  0x0b: 4,
  0x0c: 8,
  0x0d: 4,
  0x0f: 16,
  0x11: 8,
  0x12: 16,
  0x14: 4,
  0x15: 8,
};

function scalar(bytes: Buffer, type: number, at: number, size: number): EvtxScalar {
  switch (type) {
    case 0x00:
      return null;
    case 0x01:
      return trimmed(utf16(bytes, at, size));
    case 0x02:
      return trimmed(bytes.toString("latin1", at, at + size));
    case 0x03:
      return bytes.readInt8(at);
    case 0x04:
      return bytes.readUInt8(at);
    case 0x05:
      return bytes.readInt16LE(at);
    case 0x06:
      return bytes.readUInt16LE(at);
    case 0x07:
      return bytes.readInt32LE(at);
    case 0x08:
      return bytes.readUInt32LE(at);
    case 0x09:
      return whole(bytes.readBigInt64LE(at));
    case 0x0a:
      return whole(bytes.readBigUInt64LE(at));
    case 0x0b:
      return finite(bytes.readFloatLE(at));
    case 0x0c:
      return finite(bytes.readDoubleLE(at));
    case 0x0d:
      return bytes.readUInt32LE(at) === 0 ? "false" : "true";
    case 0x0e:
      return bytes.toString("hex", at, at + size).toUpperCase();
    case 0x0f:
      return guid(bytes, at);
    case 0x10:
      return size === 8 ? hex64(bytes, at) : hex32(bytes, at);
    case 0x11:
      return fileTime(bytes.readBigUInt64LE(at));
    case 0x12:
      return systemTime(bytes, at);
    case 0x13:
      return sid(bytes, at, size);
    case 0x14:
      return hex32(bytes, at);
    case 0x15:
      return hex64(bytes, at);
    default:
      return bytes.toString("hex", at, at + size).toUpperCase();
  }
}

function finite(value: number): EvtxScalar {
  return Number.isFinite(value) ? value : String(value);
}

function hex32(bytes: Buffer, at: number): string {
  return `0x${bytes.readUInt32LE(at).toString(16)}`;
}

function hex64(bytes: Buffer, at: number): string {
  return `0x${bytes.readBigUInt64LE(at).toString(16)}`;
}

/** Each string of a list ends with NUL, the last one often without. */
function stringList(text: string): string[] {
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0", 4_096);
}

function list(bytes: Buffer, type: number, value: RawValue): EvtxScalar[] {
  if (type === 0x01) return stringList(utf16(bytes, value.at, value.size));
  const size = SIZES[type];
  if (size === undefined) return [bytes.toString("hex", value.at, value.at + value.size).toUpperCase()];
  const values: EvtxScalar[] = [];
  for (let at = value.at; at + size <= value.at + value.size; at += size) values.push(scalar(bytes, type, at, size));
  return values;
}

/** The value of a substitution; null when the record leaves it out. BinXML values (0x21) are the caller's. */
export function valueOf(chunk: EvtxChunk, value: RawValue): EvtxValue {
  if (value.type === 0x00 || (value.size === 0 && value.type !== 0x01)) return null;
  if ((value.type & 0x80) !== 0) return list(chunk.bytes, value.type & 0x7f, value);
  // Booleans of one byte exist; a number shorter than its type would read its neighbour.
  const needed = SIZES[value.type] ?? 0;
  if (value.type === 0x0d && value.size === 1) return chunk.bytes.readUInt8(value.at) === 0 ? "false" : "true";
  if (value.size < needed) throw new BinXmlError("a value is shorter than its type");
  return scalar(chunk.bytes, value.type, value.at, value.size);
}
