/** Files for `khien scan` and `khien ingest`: what each should be reported as. */
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { hostileArchives } from "./archives.ts";
import { CARRIERS, INJECTIONS } from "./payloads.ts";

export interface FileCase {
  readonly name: string;
  readonly file: string;
  readonly bytes: () => Buffer;
  /** Code of a problem that must be reported for it; `none`: it must be read without one. */
  readonly problem?: string;
}

const MIB = 1024 * 1024;
const line = Buffer.from('{"EventID":4688,"Channel":"Security","Hostname":"h","CommandLine":"whoami"}\n');

/** One record per injection and format, to be found by a rule that takes everything. */
export const injectionLines: readonly string[] = Object.values(CARRIERS).flatMap((carrier) =>
  Object.values(INJECTIONS).map((text) => carrier.line(text)),
);

export const fileCases: readonly FileCase[] = [
  {
    name: "truncated gzip",
    file: "cut.ndjson.gz",
    bytes: () => gzipSync(line.toString().repeat(5_000)).subarray(0, -100),
    problem: "ingest.unpack.truncated",
  },
  {
    name: "gzip with a wrong checksum",
    file: "crc.ndjson.gz",
    bytes: () => Buffer.from(gzipSync(line).map((byte, n, all) => (n === all.length - 6 ? byte ^ 0xff : byte))),
    problem: "ingest.unpack.corrupt",
  },
  {
    name: "truncated zstd",
    file: "cut.ndjson.zst",
    bytes: () => zstdCompressSync(line.toString().repeat(5_000)).subarray(0, -5),
    problem: "ingest.unpack.truncated",
  },
  {
    name: "gzip bomb of 10 GiB",
    file: "bomb.log.gz",
    bytes: () => Buffer.concat(Array.from({ length: 160 }, () => ZEROS)),
    problem: "ingest.unpack.ratio",
  },
  {
    name: "gzip in gzip in gzip in gzip",
    file: "russian.gz",
    bytes: () => gzipSync(gzipSync(gzipSync(gzipSync(line)))),
    problem: "ingest.read.nesting",
  },
  {
    name: "a line of 100 MB",
    file: "long.ndjson",
    bytes: () => Buffer.concat([Buffer.alloc(100 * MIB, 0x78), Buffer.from("\n"), line]),
    problem: "ingest.read.line.too_long",
  },
  {
    name: "JSON 100,000 deep",
    file: "deep.ndjson",
    bytes: () => Buffer.from(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}\n`),
    problem: "none",
  },
  {
    name: "JSON of 60,000 keys",
    file: "wide.ndjson",
    bytes: () => Buffer.from(`{${Array.from({ length: 60_000 }, (_, n) => `"k${n}":${n}`).join()}}\n`),
    problem: "none",
  },
  {
    name: "no UTF-8",
    file: "bytes.log",
    bytes: () => Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0x0a]).subarray(1),
    problem: "ingest.read.invalid_utf8",
  },
  { name: "UTF-16 with a lone surrogate", file: "utf16.log", bytes: () => Buffer.from("\ufeffabc\ud800\n", "utf16le") },
  {
    name: "an event log cut off",
    file: "cut.evtx",
    bytes: () => Buffer.concat([Buffer.from("ElfFile\0"), Buffer.alloc(100)]),
  },
  {
    name: "an event log of random bytes",
    file: "random.evtx",
    bytes: () =>
      Buffer.concat([
        Buffer.from("ElfFile\0"),
        Buffer.alloc(4088),
        Buffer.from("ElfChnk\0"),
        Buffer.from(Array.from({ length: 65_528 }, (_, n) => (n * 2_654_435_761) % 256)),
      ]),
  },
  {
    name: "an unclosed JSON array",
    file: "array.json",
    bytes: () => Buffer.from('[{"a":1},{"b":2'),
    problem: "ingest.read.json.truncated",
  },
  { name: "nothing", file: "empty.log", bytes: () => Buffer.alloc(0), problem: "none" },
  {
    name: "a name that is a terminal title",
    file: "\u001b]0;owned\u0007.log.gz",
    bytes: () => gzipSync(line).subarray(0, 12),
    problem: "ingest.unpack.truncated",
  },
  { name: "a name that is HTML", file: "<img src=x onerror=alert(1)>.ndjson", bytes: () => line, problem: "none" },
  {
    name: "every injection in every format",
    file: "injections.log",
    bytes: () => Buffer.from(`${injectionLines.join("\n")}\n`),
    problem: "none",
  },
  ...hostileArchives(line, "ndjson").map(({ name, file, bytes }) => ({ name, file, bytes })),
];

const ZEROS = gzipSync(Buffer.alloc(64 * MIB));

/** Writes all of them, and a link out of the folder that must not be followed. */
export function writeFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const { file, bytes } of fileCases) writeFileSync(join(folder, file), bytes());
  symlinkSync("/etc/passwd", join(folder, "link.log"));
}
