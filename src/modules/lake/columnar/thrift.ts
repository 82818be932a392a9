/**
 * Apache Thrift's compact protocol, as far as Parquet's metadata needs it: values as a tree, to bytes and back.
 * A tree that is read and written again keeps what this program knows nothing about.
 */

export type ThriftValue =
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "byte" | "i16" | "i32" | "i64"; readonly value: number }
  | { readonly kind: "double" | "binary"; readonly value: Uint8Array }
  | { readonly kind: "list"; readonly of: Kind; readonly items: readonly ThriftValue[] }
  | { readonly kind: "struct"; readonly fields: ThriftStruct };
type Kind = ThriftValue["kind"];

/** Values by field number, ascending. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>;

const CODES: Readonly<Record<Kind, number>> = {
  bool: 1,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  struct: 12,
};
const KINDS = new Map(Object.entries(CODES).map(([kind, code]) => [code, kind as Kind]));
const FALSE_FIELD = 2;
const STOP = 0;
const MAX_DEPTH = 16;

export const i32 = (value: number): ThriftValue => ({ kind: "i32", value });
export const i64 = (value: number): ThriftValue => ({ kind: "i64", value });
export const binary = (value: Uint8Array): ThriftValue => ({ kind: "binary", value });
export const text = (value: string): ThriftValue => binary(Buffer.from(value));
export const list = (of: Kind, items: readonly ThriftValue[]): ThriftValue => ({ kind: "list", of, items });

/** Fields in ascending order of their numbers; undefined ones are left out. */
export function struct(...fields: readonly (readonly [number, ThriftValue | undefined])[]): ThriftValue {
  const present = fields.flatMap(([id, value]): [number, ThriftValue][] => (value === undefined ? [] : [[id, value]]));
  return { kind: "struct", fields: new Map(present) };
}

export function encodeStruct(fields: ThriftStruct): Uint8Array {
  const out: number[] = [];
  const parts: Uint8Array[] = [];
  writeStruct({ out, parts }, fields);
  flush({ out, parts });
  return Buffer.concat(parts);
}

interface Sink {
  readonly out: number[];
  readonly parts: Uint8Array[];
}

function flush({ out, parts }: Sink): void {
  if (out.length > 0) parts.push(Uint8Array.from(out.splice(0)));
}

function writeStruct(sink: Sink, fields: ThriftStruct): void {
  let last = 0;
  for (const [id, value] of fields) {
    const code = value.kind === "bool" && !value.value ? FALSE_FIELD : CODES[value.kind];
    const step = id - last;
    if (step > 0 && step <= 15) sink.out.push((step << 4) | code);
    else {
      sink.out.push(code);
      writeVarint(sink, zigzag(id));
    }
    // The value of a boolean field is in its header.
    if (value.kind !== "bool") writeValue(sink, value);
    last = id;
  }
  sink.out.push(STOP);
}

function writeValue(sink: Sink, value: ThriftValue): void {
  switch (value.kind) {
    case "bool":
      sink.out.push(value.value ? 1 : FALSE_FIELD);
      return;
    case "byte":
      sink.out.push(value.value & 0xff);
      return;
    case "i16":
    case "i32":
    case "i64":
      writeVarint(sink, zigzag(value.value));
      return;
    case "binary":
      writeVarint(sink, value.value.length);
      flush(sink);
      sink.parts.push(value.value);
      return;
    case "double":
      sink.out.push(...value.value);
      return;
    case "list":
      if (value.items.length < 15) sink.out.push((value.items.length << 4) | CODES[value.of]);
      else {
        sink.out.push(0xf0 | CODES[value.of]);
        writeVarint(sink, value.items.length);
      }
      for (const item of value.items) writeValue(sink, item);
      return;
    case "struct":
      writeStruct(sink, value.fields);
  }
}

/** Numbers here stay below 2^53, beyond what bit operators can do. */
function writeVarint({ out }: Sink, value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Throws on anything that is not whole and within bounds: the caller takes the file as damaged. */
export function decodeStruct(bytes: Uint8Array): ThriftStruct {
  return new Reader(bytes).struct(0);
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  struct(depth: number): ThriftStruct {
    if (depth > MAX_DEPTH) throw new Error("metadata nested too deeply");
    const fields = new Map<number, ThriftValue>();
    let last = 0;
    for (;;) {
      const header = this.#byte();
      if (header === STOP) return fields;
      const code = header & 15;
      last = header >> 4 === 0 ? this.#signed() : last + (header >> 4);
      const isBool = code === CODES.bool || code === FALSE_FIELD;
      fields.set(last, isBool ? { kind: "bool", value: code === CODES.bool } : this.#value(code, depth));
    }
  }

  #value(code: number, depth: number): ThriftValue {
    const kind = code === FALSE_FIELD ? "bool" : KINDS.get(code);
    switch (kind) {
      case "bool":
        return { kind, value: this.#byte() === 1 };
      case "byte":
        return { kind, value: this.#byte() };
      case "i16":
      case "i32":
      case "i64":
        return { kind, value: this.#signed() };
      case "double":
        return { kind, value: this.#take(8) };
      case "binary":
        return { kind, value: this.#take(this.#varint()) };
      case "list":
        return this.#list(depth + 1);
      case "struct":
        return { kind, fields: this.struct(depth + 1) };
      case undefined:
        throw new Error(`unknown type ${code} in metadata`);
    }
  }

  #list(depth: number): ThriftValue {
    if (depth > MAX_DEPTH) throw new Error("metadata nested too deeply");
    const header = this.#byte();
    const code = header & 15;
    const length = header >> 4 === 15 ? this.#varint() : header >> 4;
    // Every item takes at least a byte.
    if (length > this.#bytes.length - this.#at) throw new Error("metadata ends early");
    const items = Array.from({ length }, () => this.#value(code, depth));
    const of = code === FALSE_FIELD ? "bool" : KINDS.get(code);
    if (of === undefined) throw new Error(`unknown type ${code} in metadata`);
    return { kind: "list", of, items };
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new Error("metadata ends early");
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return part;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Error("metadata ends early");
    this.#at += 1;
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) break;
    }
    if (!Number.isSafeInteger(value)) throw new Error("number out of range in metadata");
    return value;
  }

  #signed(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
