import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { openMembers } from "../../../platform/archive/index.ts";
import type { ReadOptions, ReadProblem, ReadRecord } from "./source.ts";
import { listFiles, readSource } from "./source.ts";

const folder = mkdtempSync(join(tmpdir(), "khien-read-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function read(
  name: string,
  content?: string | Buffer,
  options: ReadOptions = {},
): Promise<{ records: ReadRecord[]; problems: ReadProblem[] }> {
  if (content !== undefined) writeFileSync(join(folder, name), content);
  const records: ReadRecord[] = [];
  const problems: ReadProblem[] = [];
  const onProblem = (problem: ReadProblem): void => void problems.push(problem);
  for await (const record of readSource(join(folder, name), { onProblem, ...options })) records.push(record);
  return { records, problems };
}

/** Of the test's folder; only Linux tells. */
function openFiles(): string[] {
  if (!existsSync("/proc/self/fd")) return [];
  const links = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith(folder));
}

const raws = ({ records }: { records: readonly ReadRecord[] }): string[] => records.map(({ raw }) => raw);
const NUMBERS = Array.from({ length: 20_000 }, (_, index) => `${(index * 7_919) % 99_991}\n`).join("");
const NDJSON = '{"a":1}\n\n{"b":2}\r\n';

describe("shapes are told by content, not by name", () => {
  test.each<[string, string | Buffer, string[]]>([
    ["plain.bin", NDJSON, ['{"a":1}', '{"b":2}']],
    ["gzip.json", gzipSync(NDJSON), ['{"a":1}', '{"b":2}']],
    ["zstd.log", zstdCompressSync(NDJSON), ['{"a":1}', '{"b":2}']],
    ["twice.gz", gzipSync(gzipSync(NDJSON)), ['{"a":1}', '{"b":2}']],
    ["two-members.gz", Buffer.concat([gzipSync('{"a":1}\n'), gzipSync('{"b":2}')]), ['{"a":1}', '{"b":2}']],
    ["array.json", '[\n {"a":1},\n {"b":2}\n]', ['{"a":1}', '{"b":2}']],
    ["wrapped.json", '{"Records":[{"a":1},{"b":2}]}', ['{"a":1}', '{"b":2}']],
    ["pretty.json", '{\n"a":1\n}\n{\n"b":2\n}', ['{\n"a":1\n}', '{\n"b":2\n}']],
    ["brackets.log", "[2026-01-02 03:04:05] started\n[x]", ["[2026-01-02 03:04:05] started", "[x]"]],
    ["broken-first.ndjson", '{"a":\n{"b":2}', ['{"a":', '{"b":2}']],
    ["utf16.txt", Buffer.from("\ufeffa é\r\nb", "utf16le"), ["a é", "b"]],
    ["bom.ndjson", `\ufeff${NDJSON}`, ['{"a":1}', '{"b":2}']],
    ["empty.json", "", []],
  ])("%s", async (name, content, expected) => {
    const result = await read(name, content);
    expect(raws(result)).toEqual(expected);
    expect(result.problems).toEqual([]);
  });

  test("lines are numbered in the uncompressed text", async () => {
    const { records } = await read("numbers.gz", gzipSync(NDJSON));
    expect(records.map(({ line, byteOffset }) => [line, byteOffset])).toEqual([
      [1, 0],
      [3, 9],
    ]);
  });
});

describe("what cannot be read is told and the rest goes on", () => {
  test("an overlong line", async () => {
    const { records, problems } = await read("long.log", `a\n${"x".repeat(99)}\nb`, { maxLineBytes: 10 });
    expect(raws({ records })).toEqual(["a", "b"]);
    expect(problems).toMatchObject([{ line: 2, code: "ingest.read.line.too_long", detail: "99" }]);
  });

  test.each<[string, Buffer, string]>([
    ["truncated.gz", gzipSync("x\n".repeat(100_000)).subarray(0, 150), "ingest.unpack.truncated"],
    ["bomb.gz", gzipSync(Buffer.alloc(40 * 1024 * 1024, `${"x".repeat(999)}\n`)), "ingest.unpack.ratio"],
    ["nested.gz", gzipSync(gzipSync(gzipSync(gzipSync("a")))), "ingest.read.nesting"],
    ["x.xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), "ingest.read.unsupported"],
    ["cut.evtx", Buffer.from("ElfFile\0 and nothing more"), "ingest.evtx.truncated"],
    [
      "noise.evtx",
      Buffer.concat([Buffer.from("ElfFile\0"), Buffer.alloc(4088), Buffer.alloc(65_536, 7)]),
      "ingest.evtx.chunk",
    ],
  ])("%s", async (name, content, code) => {
    const { problems } = await read(name, content);
    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});

describe("folders and archives", () => {
  test("folders are read in stable order, links are not followed", async () => {
    mkdirSync(join(folder, "tree/b"), { recursive: true });
    for (const name of ["tree/c.log", "tree/b/z.log", "tree/a.log"]) writeFileSync(join(folder, name), name);
    symlinkSync("/", join(folder, "tree/link"));
    expect(raws(await read("tree"))).toEqual(["tree/a.log", "tree/b/z.log", "tree/c.log"]);
    await expect(listFiles(join(folder, "tree/link")).next()).rejects.toMatchObject({ kind: "invalid" });
  });

  test("members of an archive are named after it; one broken member does not end it", async () => {
    async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
      yield bytes;
    }
    async function* openArchive(): AsyncGenerator<{ name: string; stream: AsyncIterable<Uint8Array> }> {
      yield { name: "x/bad.gz", stream: once(gzipSync("a").subarray(0, 12)) };
      yield { name: "x/good.log", stream: once(Buffer.from("hello")) };
    }
    const { records, problems } = await read("a.zip", Buffer.from("PK\x03\x04"), { openArchive });
    expect(records).toMatchObject([{ raw: "hello", line: 1, file: join(folder, "a.zip!x/good.log") }]);
    expect(problems).toMatchObject([{ file: join(folder, "a.zip!x/bad.gz"), code: "ingest.unpack.truncated" }]);
    expect(openFiles()).toEqual([]);
  });

  test.each<[string, Buffer]>([
    ["of a kind that is not read", Buffer.concat([Buffer.from("\xfd7zXZ", "latin1"), Buffer.alloc(1024 * 1024)])],
    ["that is broken inside", gzipSync(NUMBERS.repeat(20)).fill(0xff, 500)],
    ["of which only the begin is wanted", Buffer.from("line\n".repeat(200_000))],
    ["of many chunks", Buffer.from(`${"x".repeat(90)}\n`.repeat(10_000))],
  ])("a file %s is let go of", async (_, content) => {
    const path = join(folder, "let-go");
    writeFileSync(path, content);
    for (const atOnce of [false, true]) {
      for await (const { raw } of readSource(path, { atOnce })) if (raw === "line") break;
      expect(openFiles()).toEqual([]);
    }
  });
});

/** One file of a POSIX tar: a header block of 512 bytes, the content padded to whole blocks. */
function tarEntry(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        0", 148);
  header.write("ustar\x0000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

describe("with the program's own archive reader", () => {
  test("a tar is read by member", async () => {
    const tar = Buffer.concat([
      tarEntry("logs/a.ndjson", Buffer.from(NDJSON)),
      tarEntry("logs/b.gz", gzipSync("hello")),
      Buffer.alloc(1_024),
    ]);
    const { records, problems } = await read("logs.tgz", gzipSync(tar), { openArchive: openMembers });
    expect(problems).toEqual([]);
    expect(raws({ records })).toEqual(['{"a":1}', '{"b":2}', "hello"]);
  });
});
