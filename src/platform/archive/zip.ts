/** Members of a .zip file, one after the other, straight from disk. */
import { stat } from "node:fs/promises";
import { Fault } from "../../kernel/index.ts";
import type { Entry, ZipFile } from "yauzl";
import { getFileNameLowLevel, openPromise } from "yauzl";
import { Budget } from "./budget.ts";
import type { ArchiveLimits, Refusal } from "./names.ts";
import { nameRefusal } from "./names.ts";

export interface Member {
  readonly name: string;
  /** Must be read or left before the next member is asked for. */
  readonly stream: AsyncIterable<Uint8Array>;
  /** The same at once, of an archive that lies in memory. */
  readonly bytes?: () => Buffer;
}

export interface OpenOptions {
  /** Members whose name is not accepted are not opened. */
  readonly accept?: (name: string) => boolean;
  readonly limits?: Partial<ArchiveLimits>;
  /** Members that are not handed out, and why. */
  readonly onRefused?: (refusal: Refusal) => void;
}

const ENCRYPTED = 0x1;

export async function* openZip(path: string, options: OpenOptions = {}): AsyncGenerator<Member> {
  const budget = new Budget((await stat(path)).size, options.limits);
  const zip = await openOrFault(path);
  try {
    for await (const entry of entriesOf(zip, path)) {
      budget.nextEntry();
      const name = nameOf(entry);
      if (name.endsWith("/")) continue;
      const refused = nameRefusal(name) ?? ((entry.generalPurposeBitFlag & ENCRYPTED) === 0 ? undefined : "encrypted");
      if (refused !== undefined) {
        options.onRefused?.({
          name,
          code: refused === "encrypted" ? "archive.member.refused" : "archive.name.refused",
          detail: refused,
        });
        continue;
      }
      if (options.accept?.(name) === false) continue;
      const stream = await opened(zip, entry);
      if (typeof stream === "string") options.onRefused?.({ name, code: "archive.member.refused", detail: stream });
      else yield { name, stream: budget.metered(stream) };
      if (budget.exceeded !== undefined) throw budget.exceeded;
    }
  } finally {
    zip.close();
  }
}

/** The unpacked bytes of a member, or why there are none (an unknown method, a place outside the file). */
async function opened(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Uint8Array> | string> {
  try {
    return await zip.openReadStreamPromise(entry);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function openOrFault(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { lazyEntries: true, autoClose: false, decodeStrings: false });
  } catch (error) {
    throw unreadable(error, path);
  }
}

async function* entriesOf(zip: ZipFile, path: string): AsyncGenerator<Entry> {
  const entries = zip.eachEntry()[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Entry>;
    try {
      next = await entries.next();
    } catch (error) {
      throw unreadable(error, path);
    }
    if (next.done === true) return;
    yield next.value;
  }
}

function unreadable(error: unknown, path: string): Fault {
  const detail = error instanceof Error ? error.message : String(error);
  return new Fault("invalid", "archive.zip.unreadable", `not a readable zip archive: ${detail}`, { path });
}

/** With `decodeStrings: false` the name arrives as bytes; climbing names must reach our own check, not an exception. */
function nameOf(entry: Entry): string {
  const { generalPurposeBitFlag, fileNameRaw, extraFields } = entry;
  return getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false).replaceAll("\\", "/");
}
