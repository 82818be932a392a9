import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalRecord } from "../../kernel/index.ts";
import { Fault } from "../../kernel/index.ts";
import { BatchIdentity } from "./identity.ts";
import type { Receipt } from "./intake.ts";
import type { Delivery } from "./receive.ts";
import { receiveBatch } from "./receive.ts";

async function* chunked(bytes: Buffer, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function receive(
  body: string | Buffer,
  options: Partial<Omit<Delivery, "body">> & { chunk?: number } = {},
): Promise<{ receipt: Receipt; records: JournalRecord[] }> {
  const records: JournalRecord[] = [];
  const receipt = await receiveBatch({
    body: chunked(Buffer.isBuffer(body) ? body : Buffer.from(body), options.chunk),
    contentType: "application/x-ndjson",
    contentEncoding: undefined,
    sensor: "s",
    receivedAt: 1_000,
    sink: async (batch) => void records.push(...batch),
    ...options,
  });
  return { receipt, records };
}

const many = (count: number): string => Array.from({ length: count }, (_, i) => `{"n":${i}}`).join("\n");

describe("lines", () => {
  test("good ones are taken, bad ones are told by number", async () => {
    const body = `{"a":1}\n\nnope\n[1]\n5\n{"b":2}\r\n${"x".repeat(50)}\n{"c":3}`;
    const { receipt, records } = await receive(body, { limits: { maxLineBytes: 20 } });
    expect(records.map(({ raw }) => raw)).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
    expect(receipt).toMatchObject({ accepted: 3, rejectedTotal: 4 });
    expect(receipt.rejected.map(({ line, code }) => [line, code])).toEqual([
      [3, "ingest.line.not_json"],
      [4, "ingest.line.not_object"],
      [5, "ingest.line.not_object"],
      [7, "ingest.line.too_long"],
    ]);
  });

  test("plain text is kept as it is; audit lines of one event become one record", async () => {
    const audit = "type=SYSCALL msg=audit(1.000:1): a=1\ntype=PROCTITLE msg=audit(1.000:1): proctitle=6100\n";
    const { receipt, records } = await receive(`${audit}<13>hello\n{`, { contentType: "text/plain; charset=utf-8" });
    expect(records.map(({ raw }) => raw)).toEqual(["<13>hello", "{", audit.trimEnd()]);
    expect(receipt).toMatchObject({ accepted: 4, rejectedTotal: 0 });
  });

  test.each([
    ["an object", '{\n "a": 1\n}', ['{\n "a": 1\n}']],
    ["an array", '[{"a":1},\n{"b":2}, 7]', ['{"a":1}', '{"b":2}']],
    ["a wrapped array", '{"Records":[{"a":1},{"b":2}]}', ['{"a":1}', '{"b":2}']],
    ["NDJSON under the wrong name", '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ])("application/json: %s", async (_, body, expected) => {
    const { records } = await receive(body, { contentType: "application/json", chunk: 3 });
    expect(records.map(({ raw }) => raw)).toEqual(expected);
  });

  test("invalid UTF-8 is replaced and counted", async () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}\n{"b":1}')]);
    expect((await receive(body)).receipt).toMatchObject({ accepted: 2, replacedUtf8: 1 });
  });
});

describe("ids", () => {
  test("a retried batch has the same ids, equal lines in it stay distinct, chunking does not matter", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('{"a":1}', '{"b":2}', '{"c":"é"}'), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 30 }),
        async (lines, chunk) => {
          const once = await receive(lines.join("\n"));
          const again = await receive(lines.join("\n"), { chunk });
          const ids = once.records.map(({ id }) => id);
          expect(again.records.map(({ id }) => id)).toEqual(ids);
          expect(new Set(ids).size).toBe(lines.length);
          expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("with source and first line the id is that of the line, however the file is cut into requests", async () => {
    const whole = await receive('{"a":1}\n{"a":1}\n{"a":1}', { source: "f", firstLine: 1 });
    const tail = await receive('{"a":1}\n{"a":1}', { source: "f", firstLine: 2 });
    expect(tail.records.map(({ id }) => id)).toEqual(whole.records.slice(1).map(({ id }) => id));
    expect((await receive('{"a":1}', { source: "g", firstLine: 1 })).records[0]?.id).not.toBe(whole.records[0]?.id);
    expect((await receive('{"a":1}', { sensor: "t" })).records[0]?.id).not.toBe(
      (await receive('{"a":1}')).records[0]?.id,
    );
  });
});

describe("encodings", () => {
  test.each([
    ["gzip", gzipSync(many(5_000))],
    ["zstd", zstdCompressSync(many(5_000))],
  ])("%s", async (contentEncoding, body) => {
    expect((await receive(body, { contentEncoding })).receipt).toMatchObject({ accepted: 5_000, rejectedTotal: 0 });
  });

  test.each([
    ["gzip", gzipSync(many(50_000))],
    ["zstd", zstdCompressSync(many(50_000))],
  ])("truncated %s: what was whole stays accepted, and the line reached is told", async (contentEncoding, body) => {
    const { receipt, records } = await receive(body.subarray(0, Math.floor(body.length / 2)), { contentEncoding });
    expect(receipt.stopped).toMatchObject({ kind: "invalid", code: "ingest.unpack.truncated" });
    expect(receipt.accepted).toBeGreaterThan(1_000);
    expect(receipt.accepted).toBe(records.length);
    expect(receipt.stoppedAtLine).toBe(receipt.accepted + 1);
  });

  test("gzip with a wrong checksum", async () => {
    const body = gzipSync(many(50_000));
    body[body.length - 6] = (body[body.length - 6] ?? 0) ^ 0xff;
    const { receipt } = await receive(body, { contentEncoding: "gzip" });
    expect(receipt.stopped?.code).toBe("ingest.unpack.corrupt");
    // zlib keeps back the block it was in.
    expect(receipt.accepted).toBeGreaterThan(49_000);
  });

  test.each([
    ["gzip", gzipSync(Buffer.alloc(64 * 1024 * 1024))],
    ["zstd", zstdCompressSync(Buffer.alloc(64 * 1024 * 1024))],
  ])("a %s bomb is stopped", async (contentEncoding, body) => {
    const before = process.memoryUsage().arrayBuffers;
    const { receipt } = await receive(body, { contentEncoding });
    expect(receipt.stopped).toMatchObject({ kind: "too_large" });
    expect(receipt.accepted).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });

  test.each([
    [{ contentEncoding: "br" }, "ingest.body.content_encoding"],
    [{ contentType: "text/html" }, "ingest.body.content_type"],
  ])("%o is refused before anything is read", async (options, code) => {
    await expect(receive("{}", options)).rejects.toMatchObject({ kind: "unsupported", code });
  });

  test.each([
    [{ maxBodyBytes: 100 }, "ingest.body.too_large"],
    [{ maxLines: 10 }, "ingest.body.too_many_lines"],
  ])("limit %o", async (limits, code) => {
    const { receipt } = await receive(many(1_000), { limits, chunk: 40 });
    expect(receipt.stopped?.code).toBe(code);
    expect(receipt.accepted).toBeGreaterThan(0);
    expect(receipt.accepted).toBeLessThan(20);
  });
});

describe("damage", () => {
  test("flipped bytes in compressed data end the body with a fault or pass as text, and never hang", async () => {
    const packed = { gzip: gzipSync(many(3_000)), zstd: zstdCompressSync(many(3_000)) };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<"gzip" | "zstd">("gzip", "zstd"),
        fc.array(fc.tuple(fc.nat(20_000), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (contentEncoding, flips) => {
          const body = Buffer.from(packed[contentEncoding]);
          for (const [at, bits] of flips) body[at % body.length] = (body[at % body.length] ?? 0) ^ bits;
          const { receipt, records } = await receive(body, { contentEncoding });
          expect(receipt.accepted).toBe(records.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("the sink", () => {
  test("a line counts only when it is durable; a busy journal stops the batch and says where", async () => {
    let calls = 0;
    const sink = async (): Promise<void> => {
      if (++calls > 2) throw new Fault("busy", "lake.journal.full", "full", {}, 3);
    };
    const { receipt } = await receive(many(5_000), { sink });
    expect(receipt).toMatchObject({ accepted: 2_000, stoppedAtLine: 2_001 });
    expect(receipt.stopped).toMatchObject({ kind: "busy", retryAfterSeconds: 3 });
  });

  test("a bug in the sink is not swallowed", async () => {
    const sink = (): Promise<void> => Promise.reject(new TypeError("bug"));
    await expect(receive("{}", { sink })).rejects.toThrow("bug");
  });

  test("a connection that breaks off leaves what was whole", async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"a":1}\n{"b"');
      throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    }
    const taken: JournalRecord[] = [];
    const receipt = await receiveBatch({
      body: body(),
      contentType: undefined,
      contentEncoding: undefined,
      sensor: "s",
      receivedAt: 0,
      sink: async (records) => void taken.push(...records),
    });
    expect(receipt).toMatchObject({ accepted: 1, stoppedAtLine: 2, stopped: { code: "ingest.body.broken" } });
    expect(taken).toHaveLength(1);
  });
});

test("a record that came as bytes is the one its text makes: id, text, bytes", async () => {
  const line = fc
    .dictionary(fc.string({ maxLength: 4 }), fc.string({ unit: "grapheme", maxLength: 8 }))
    .map((one) => JSON.stringify(one));
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
      async (lines, chunk) => {
        const body = `${lines.join("\n")}\n`;
        const { records } = await receive(body, { chunk });
        expect(records.map(({ raw }) => raw)).toEqual(lines);
        const identity = new BatchIdentity("s");
        expect(records.map(({ id }) => id)).toEqual(lines.map((one, at) => identity.next(one, at + 1)));
        for (const { raw, rawBytes } of records) expect(Buffer.from(rawBytes ?? []).toString()).toBe(raw);
      },
    ),
  );
});
