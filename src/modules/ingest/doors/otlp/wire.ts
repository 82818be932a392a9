/**
 * The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding/), read only and as far as
 * OTLP needs it: varint, 64-bit, length-delimited and 32-bit fields. Works on views of the one buffer; every length is
 * checked against what is there.
 */
import { Fault } from "../../../../kernel/index.ts";

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const MAX_VARINT_BYTES = 10;

export function malformed(what: string): Fault {
  return new Fault("invalid", "ingest.otlp.malformed", `the message is no protocol buffer: ${what}`, { what });
}

/** One message: `while (reader.next()) switch (reader.field) …`; a field that is not read is skipped. */
export class WireReader {
  readonly #bytes: Buffer;
  #at = 0;
  #unread = false;
  field = 0;
  type = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Goes to the next field; false at the end of the message. */
  next(): boolean {
    if (this.#unread) this.#skip();
    if (this.#at >= this.#bytes.length) return false;
    const tag = this.#small();
    this.field = Math.floor(tag / 8);
    this.type = tag % 8;
    if (this.field < 1 || this.field > 536_870_911) throw malformed("field number");
    this.#unread = true;
    return true;
  }

  /** True when the current field is this one in this wire type; of another type it is skipped, as an unknown one is. */
  is(field: number, type: number): boolean {
    return this.field === field && this.type === type;
  }

  varint(): bigint {
    this.#unread = false;
    return this.#varint();
  }

  fixed64(): bigint {
    this.#unread = false;
    return this.#bytes.readBigUInt64LE(this.#take(8));
  }

  double(): number {
    this.#unread = false;
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  fixed32(): number {
    this.#unread = false;
    return this.#bytes.readUInt32LE(this.#take(4));
  }

  bytes(): Buffer {
    this.#unread = false;
    const length = this.#small();
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  message(): WireReader {
    return new WireReader(this.bytes());
  }

  #skip(): void {
    if (this.type === VARINT) this.varint();
    else if (this.type === FIXED64) this.fixed64();
    else if (this.type === BYTES) this.bytes();
    else if (this.type === FIXED32) this.fixed32();
    else throw malformed("wire type");
  }

  #take(count: number): number {
    const start = this.#at;
    if (start + count > this.#bytes.length) throw malformed("ends early");
    this.#at = start + count;
    return start;
  }

  /** Tags and lengths: seldom more than two bytes, so no big number is made for them. */
  #small(): number {
    let value = 0;
    for (let scale = 1, i = 0; i < 5; i++, scale *= 128) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw malformed("length");
  }

  #varint(): bigint {
    let value = 0n;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw malformed("varint");
  }
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return bytes;
}

/** A varint field; zero is the default and not written. */
export function varintField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([...varintBytes(field * 8 + VARINT), ...varintBytes(value)]);
}

export function bytesField(field: number, value: Buffer | string): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([Buffer.from([...varintBytes(field * 8 + BYTES), ...varintBytes(bytes.length)]), bytes]);
}
