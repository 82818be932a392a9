/**
 * A file, folder or archive as a bounded stream of records, each with its place in the uncompressed text. What cannot
 * be read is reported (file, line, code) and skipped; the rest goes on. Same input, same records in the same order.
 */
import { lstat, opendir } from "node:fs/promises";
import { join, sep } from "node:path";
import { Fault, isFault } from "../../../kernel/index.ts";
import { type Assembled, LineAssembler } from "../core/assembler.ts";
import { type EvtxRecord, readEvtx } from "../evtx/read-evtx.ts";
import {
  MAX_FILE_BYTES,
  MAX_FILES,
  MAX_FOLDER_DEPTH,
  MAX_LINE_BYTES,
  MAX_NESTING,
  MAX_UNPACK_RATIO,
} from "../limits.ts";
import { fileChunks } from "./file-chunks.ts";
import { JsonElementSplitter } from "./json-elements.ts";
import type { Line, LineScreen, Splitter, TextLine } from "./lines.ts";
import { isSkipped, LineSplitter, splitLines } from "./lines.ts";
import { type ByteRange, readRange } from "./parts.ts";
import { sniff, type Sniffed } from "./sniff.ts";
import { unpack } from "./unpack.ts";

export interface ReadRecord {
  readonly raw: string;
  /** As the caller named it, `/` between folders, `!` before the member of an archive. */
  readonly file: string;
  /** First line of the record, 1-based in the uncompressed text; for EVTX the record number. */
  readonly line: number;
  /** Where the record starts in the uncompressed text. */
  readonly byteOffset?: number;
  /** What the reading side knows and the record alone does not say: see JournalRecord.format. */
  readonly format?: string;
  /** See LineScreen; of a record that is one line. */
  readonly note?: object;
}

export interface ReadProblem {
  readonly file: string;
  /** 0 when the whole file is meant. */
  readonly line: number;
  /** Texts: content/i18n `ingest.read.*`. */
  readonly code: string;
  readonly detail: string;
}

/** One member of an archive. The stream must be read or left before the next member is asked for. */
export interface ArchiveMember {
  readonly name: string;
  readonly stream: AsyncIterable<Uint8Array>;
}

type OpenArchive = (path: string) => AsyncIterable<ArchiveMember>;

export interface ReadOptions {
  /** `openMembers` of platform/archive: .zip and tar. Without it a .zip is reported as unreadable. */
  readonly openArchive?: OpenArchive;
  readonly onProblem?: (problem: ReadProblem) => void;
  /** Bytes of the file on disk as they are read: for progress bars. */
  readonly onBytes?: (count: number) => void;
  /** Only the lines that begin in this range; for files that partsOf (parts.ts) cuts. */
  readonly range?: ByteRange;
  /** The thread has nothing else to do: it waits for the disk itself. */
  readonly atOnce?: boolean;
  /** Lines of the range, when it has been read. */
  readonly onLines?: (count: number) => void;
  /** Offered the lines of line-wise text before they are read; see lines.ts. */
  readonly screen?: LineScreen;
  readonly maxLineBytes?: number;
  readonly maxFileBytes?: number;
}

interface Place {
  readonly file: string;
  readonly options: ReadOptions;
  readonly nesting: number;
  /** The file on disk, should it prove to be an archive. */
  readonly openSelf?: (() => AsyncIterable<ArchiveMember>) | undefined;
}

function report(place: Place, line: number, code: string, detail: string): void {
  place.options.onProblem?.({ file: place.file, line, code, detail });
}

/** Files under a path in stable (byte-wise) order; the path itself when it is a file. Links are not followed. */
export async function* listFiles(path: string, depth = 0): AsyncGenerator<string> {
  const entry = await lstat(path);
  if (entry.isFile()) {
    yield path;
    return;
  }
  if (!entry.isDirectory())
    throw new Fault("invalid", "ingest.read.not_a_file", "neither a file nor a folder", { path });
  if (depth >= MAX_FOLDER_DEPTH)
    throw new Fault("too_large", "ingest.read.too_deep", "folders nest too deep", { path });
  const names: { name: string; folder: boolean }[] = [];
  for await (const child of await opendir(path)) {
    if (child.isFile() || child.isDirectory()) names.push({ name: child.name, folder: child.isDirectory() });
    if (names.length > MAX_FILES) throw new Fault("too_large", "ingest.read.too_many", "too many files", { path });
  }
  names.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, folder } of names) {
    if (folder) yield* listFiles(join(path, name), depth + 1);
    else yield join(path, name);
  }
}

function toRecords(place: Place, lines: readonly Line[], assembler: LineAssembler<TextLine> | undefined): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (const line of lines) {
    if (isSkipped(line)) {
      report(place, line.line, `ingest.read.${line.problem}`, String(line.bytes));
      continue;
    }
    if (line.replaced === true) report(place, line.line, "ingest.read.invalid_utf8", "");
    if (line.text === "") continue;
    if (assembler === undefined) {
      records.push({ raw: line.text, file: place.file, line: line.line, byteOffset: line.byteOffset });
      continue;
    }
    for (const done of assembler.push(line.text, line)) records.push(assembledRecord(place, done));
  }
  return records;
}

function assembledRecord(place: Place, { raw, tag, format, lines }: Assembled<TextLine>): ReadRecord {
  const { line, byteOffset, note } = tag;
  return { raw, file: place.file, line, byteOffset, format, ...(note !== undefined && lines === 1 ? { note } : {}) };
}

async function* readText(
  place: Place,
  chunks: AsyncIterable<Uint8Array>,
  splitter: Splitter,
  assembler?: LineAssembler<TextLine>,
): AsyncGenerator<ReadRecord[]> {
  for await (const lines of splitLines(chunks, splitter)) {
    const records = toRecords(place, lines, assembler);
    if (records.length > 0) yield records;
  }
  const rest = (assembler?.flush() ?? []).map((done) => assembledRecord(place, done));
  if (rest.length > 0) yield rest;
}

/** UTF-16 text as UTF-8, so that one splitter serves all. */
async function* fromUtf16(
  chunks: AsyncIterable<Uint8Array>,
  encoding: "utf-16le" | "utf-16be",
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }), "utf8");
  yield Buffer.from(decoder.decode(), "utf8");
}

/** Records that a screen does not settle; they are lines of JSON to it. */
function wanted(
  records: readonly EvtxRecord[],
  screen: LineScreen | undefined,
): readonly (EvtxRecord & { readonly note?: object })[] {
  if (screen === undefined || records.length === 0) return records;
  const lines = new LineSplitter(MAX_LINE_BYTES, { screen });
  return lines.push(Buffer.from(records.map(({ json }) => `${json}\n`).join(""))).map((line) => {
    const record = records[line.line - 1] as EvtxRecord;
    return isSkipped(line) || line.note === undefined ? record : { ...record, note: line.note };
  });
}

async function* readEvtxRecords(place: Place, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ReadRecord[]> {
  for await (const batch of readEvtx(chunks)) {
    for (const problem of batch.problems) report(place, problem.record, problem.code, problem.detail);
    const records = wanted(batch.records, place.options.screen).map(
      ({ json, number, note }): ReadRecord => ({
        raw: json,
        file: place.file,
        line: number,
        format: "evtx",
        ...(note === undefined ? {} : { note }),
      }),
    );
    if (records.length > 0) yield records;
  }
}

async function* readStream(place: Place, source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadRecord[]> {
  const sniffed = await sniff(source);
  try {
    yield* readSniffed(place, sniffed);
  } finally {
    await sniffed.close();
  }
}

async function* readSniffed(place: Place, { shape, chunks }: Sniffed): AsyncGenerator<ReadRecord[]> {
  const maxLine = place.options.maxLineBytes ?? MAX_LINE_BYTES;
  switch (shape.kind) {
    case "empty":
      return;
    case "gzip":
    case "zstd": {
      if (place.nesting >= MAX_NESTING) {
        report(place, 0, "ingest.read.nesting", shape.kind);
        return;
      }
      const limits = { maxBytes: place.options.maxFileBytes ?? MAX_FILE_BYTES, maxRatio: MAX_UNPACK_RATIO };
      yield* readStream({ ...place, nesting: place.nesting + 1 }, unpack(chunks, shape.kind, limits));
      return;
    }
    case "zip":
      // One inside another archive has no random access and stays closed.
      if (place.openSelf === undefined || place.nesting > 0) report(place, 0, "ingest.read.unsupported", "zip");
      else yield* readArchive(place, place.openSelf());
      return;
    case "unsupported":
      report(place, 0, "ingest.read.unsupported", shape.what);
      return;
    case "evtx":
      yield* readEvtxRecords(place, chunks);
      return;
    case "utf-16le":
    case "utf-16be":
      yield* readStream({ ...place, nesting: place.nesting + 1 }, fromUtf16(chunks, shape.kind));
      return;
    case "elements":
      yield* readText(place, chunks, new JsonElementSplitter(shape.depth, maxLine));
      return;
    case "lines":
      yield* readText(
        place,
        chunks,
        new LineSplitter(maxLine, { screen: place.options.screen }),
        new LineAssembler<TextLine>(),
      );
  }
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: ReadOptions["onBytes"],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

/** A tar has no magic at its start, and a packed one shows it only when unpacked: those go by name. */
const TAR_NAME = /\.(?:tar|tgz|tar\.gz)$/i;

/** What went wrong with a file, as a problem of that file; bugs go through. */
function reportFailure(place: Place, error: unknown): void {
  if (isFault(error)) report(place, 0, error.code, error.message);
  else if (error instanceof Error && "code" in error) report(place, 0, "ingest.read.failed", String(error.code));
  else throw error;
}

async function* readArchive(place: Place, members: AsyncIterable<ArchiveMember>): AsyncGenerator<ReadRecord[]> {
  for await (const member of members) {
    const inside: Place = { ...place, file: `${place.file}!${member.name}`, nesting: place.nesting + 1 };
    try {
      yield* readStream(inside, member.stream);
    } catch (error) {
      reportFailure(inside, error);
    }
  }
}

/** Cut files are lines of JSON: there is nothing to recognise. */
async function* readPart(place: Place, path: string, range: ByteRange): AsyncGenerator<ReadRecord[]> {
  const { maxLineBytes, screen, onLines, onBytes } = place.options;
  const splitter = new LineSplitter(maxLineBytes ?? MAX_LINE_BYTES, { screen });
  const chunks = counted(readRange(path, range), onBytes);
  yield* readText(place, chunks, splitter, new LineAssembler<TextLine>());
  onLines?.(splitter.line - 1);
}

/** The records of one file, in groups as they are read. */
export async function* readFileBatches(path: string, options: ReadOptions = {}): AsyncGenerator<ReadRecord[]> {
  const openSelf = options.openArchive && (() => (options.openArchive as OpenArchive)(path));
  const place: Place = { file: sep === "/" ? path : path.replaceAll(sep, "/"), options, nesting: 0, openSelf };
  try {
    if (options.range !== undefined) {
      yield* readPart(place, path, options.range);
    } else if (openSelf !== undefined && TAR_NAME.test(path)) {
      yield* readArchive(place, openSelf());
    } else {
      yield* readStream(place, counted(fileChunks(path, { atOnce: options.atOnce === true }), options.onBytes));
    }
  } catch (error) {
    reportFailure(place, error);
  }
}

/** The records of a file, a folder tree or an archive, one by one. */
export async function* readSource(path: string, options: ReadOptions = {}): AsyncGenerator<ReadRecord> {
  for await (const file of listFiles(path)) {
    for await (const batch of readFileBatches(file, options)) yield* batch;
  }
}
