import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { type ReadRecord, readFileBatches } from "../reading/source.ts";
import { fileTime } from "./binxml-values.ts";
import { readChunk, readEvtx } from "./read-evtx.ts";

const folder = mkdtempSync(join(tmpdir(), "khien-evtx-"));
afterAll(() => rmSync(folder, { recursive: true }));

const CHUNK = 65_536;
const FIRST_RECORD = 512;

const u16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8]);
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const wide = (text: string): Buffer => Buffer.from(text, "utf16le");

/** Writes BinXML at a known offset of the chunk, names and templates inline, as Windows does at first use. */
class BinXml {
  #bytes: Buffer = Buffer.alloc(0);
  readonly #base: number;

  constructor(base: number) {
    this.#base = base;
  }

  get at(): number {
    return this.#base + this.#bytes.length;
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  put(...parts: readonly (Buffer | number)[]): this {
    this.#bytes = Buffer.concat([
      this.#bytes,
      ...parts.map((part) => (typeof part === "number" ? Buffer.from([part]) : part)),
    ]);
    return this;
  }

  name(name: string): this {
    return this.put(u32(this.at + 4), u32(0), u16(0), u16(name.length), wide(name), u16(0));
  }

  open(name: string, attribute?: { name: string; value: string }): this {
    this.put(attribute === undefined ? 0x01 : 0x41, u16(0xffff), u32(0)).name(name);
    if (attribute === undefined) return this.put(0x02);
    this.put(u32(0), 0x06).name(attribute.name).text(attribute.value);
    return this.put(0x02);
  }

  text(text: string): this {
    return this.put(0x05, 0x01, u16(text.length), wide(text));
  }

  value(index: number, type: number): this {
    return this.put(0x0e, u16(index), type);
  }

  close(): this {
    return this.put(0x04);
  }
}

/** One record with one template: System with EventID and Channel, EventData with a text, a hex number and a null. */
function chunkWithOneRecord(number = 42): Buffer {
  const start = FIRST_RECORD + 24;
  const head = 4 + 10;
  const body = new BinXml(start + head + 24);
  body.put(0x0f, 1, 1, 0).open("Event").open("System").open("EventID").value(0, 0x06).close();
  body.open("Channel").text("Security").close().close();
  body.open("EventData").open("Data", { name: "Name", value: "User" }).value(1, 0x01).close();
  body.open("Data", { name: "Name", value: "Access" }).value(2, 0x14).close();
  body.open("Data", { name: "Name", value: "None" }).value(3, 0x00).close().close().close().put(0x00);
  const user = wide("an & co");
  const values = [u16(4624), user, u32(0x1410), Buffer.alloc(0)];
  const types = [0x06, 0x01, 0x14, 0x00];
  const descriptors = values.map((value, i) => Buffer.concat([u16(value.length), Buffer.from([types[i] ?? 0, 0])]));
  const instance = Buffer.concat([Buffer.from([0x0f, 1, 1, 0, 0x0c, 1]), u32(7), u32(start + head)]);
  const template = Buffer.concat([u32(0), Buffer.alloc(16), u32(body.bytes.length), body.bytes]);
  const xml = Buffer.concat([instance, template, u32(values.length), ...descriptors, ...values]);
  const size = 24 + xml.length + 4;
  const record = Buffer.concat([u32(0x2a2a), u32(size), u32(number), u32(0), Buffer.alloc(8), xml, u32(size)]);
  const chunk = Buffer.alloc(CHUNK);
  chunk.write("ElfChnk\0", "latin1");
  chunk.writeUInt32LE(FIRST_RECORD + size, 48);
  record.copy(chunk, FIRST_RECORD);
  return chunk;
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(4_096);
  header.write("ElfFile\0", "latin1");
  header.writeUInt16LE(4_096, 40);
  return header;
}

const EXPECTED = {
  Event: { System: { EventID: 4624, Channel: "Security" }, EventData: { User: "an & co", Access: "0x1410", None: "" } },
};

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe("EVTX", () => {
  test("a record with a template, substitutions of several types and attributes", () => {
    const { records, problems } = readChunk(chunkWithOneRecord(), 0);
    expect(problems).toEqual([]);
    expect(records.map(({ number, json }) => [number, JSON.parse(json)])).toEqual([[42, EXPECTED]]);
  });

  test.each([1_000, 65_536, 1_000_000])(
    "a file in pieces of %d bytes; empty and damaged chunks do not end it",
    async (size) => {
      const chunk = chunkWithOneRecord();
      const file = Buffer.concat([
        fileHeader(),
        chunk,
        Buffer.alloc(CHUNK),
        Buffer.alloc(CHUNK, 7),
        chunk,
        chunk.subarray(0, 3_000),
      ]);
      const batches = [];
      for await (const batch of readEvtx(pieces(file, size))) batches.push(batch);
      expect(batches.flatMap(({ records }) => records.map(({ number }) => number))).toEqual([42, 42, 42]);
      expect(batches.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual([
        "ingest.evtx.chunk",
        "ingest.evtx.truncated",
      ]);
    },
  );

  test("damage anywhere costs records, never an exception", () => {
    const chunk = chunkWithOneRecord();
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { minLength: 1, maxLength: 8 }), (flips) => {
        const damaged = Buffer.from(chunk);
        for (const [at, value] of flips) damaged[at] = value;
        const { records } = readChunk(damaged, 0);
        for (const { json } of records) JSON.parse(json);
      }),
      { numRuns: 2_000 },
    );
  });

  test("a screen settles records as it does lines, and its notes go with the others", async () => {
    const path = join(folder, "screened.evtx");
    writeFileSync(path, Buffer.concat([fileHeader(), ...[1, 2, 3, 4].map(chunkWithOneRecord)]));
    const offered: string[] = [];
    const note = { seen: true };
    let bytes = Buffer.alloc(0);
    const screen = {
      note,
      load: (chunk: Uint8Array) => {
        bytes = Buffer.from(chunk);
        return true;
      },
      settle: (start: number) => {
        const end = bytes.indexOf("\n", start);
        offered.push(bytes.toString("utf8", start, end));
        return offered.length % 2 === 0 ? end : -1;
      },
    };
    const left: ReadRecord[] = [];
    for await (const batch of readFileBatches(path, { screen })) left.push(...batch);
    expect(offered.map((json) => JSON.parse(json) as unknown)).toEqual(Array.from({ length: 4 }, () => EXPECTED));
    expect(left).toEqual([1, 3].map((line) => ({ raw: offered[0], file: path, line, format: "evtx", note })));
  });

  test("times carry all seven digits", () => {
    expect(fileTime(132_008_398_458_688_632n)).toMatch(/^2019-04-27T\d\d:\d\d:\d\d\.8688632Z$/);
    expect(fileTime(0n)).toBe("1601-01-01T00:00:00.0000000Z");
  });
});
