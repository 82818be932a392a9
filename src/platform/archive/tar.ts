/** Members of a .tar or .tar.gz file. Only plain files; links and devices are refused. */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip, gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { Fault } from "../../kernel/index.ts";
import { Budget, memberFault } from "./budget.ts";
import { MAX_PACKED_AT_ONCE, MAX_UNPACKED_AT_ONCE } from "./limits.ts";
import { nameRefusal } from "./names.ts";
import { type PlainEntry, readPlainTar } from "./plain-tar.ts";
import type { Member, OpenOptions } from "./zip.ts";

export async function* openTar(
  path: string,
  compression: "none" | "gzip",
  options: OpenOptions = {},
): AsyncGenerator<Member> {
  const { size } = await stat(path);
  const budget = new Budget(size, options.limits);
  const plain = size > MAX_PACKED_AT_ONCE ? undefined : plainEntries(await readFile(path), compression);
  yield* plain === undefined ? streamed(path, compression, { options, budget }) : read(plain, { options, budget });
}

/** Undefined: the streaming reader decides, and says what is wrong. */
function plainEntries(bytes: Buffer, compression: "none" | "gzip"): readonly PlainEntry[] | undefined {
  if (compression === "none") return readPlainTar(bytes);
  try {
    return readPlainTar(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_AT_ONCE }));
  } catch {
    return undefined;
  }
}

interface Opening {
  readonly options: OpenOptions;
  readonly budget: Budget;
}

async function* read(entries: readonly PlainEntry[], { options, budget }: Opening): AsyncGenerator<Member> {
  for (const { name, content } of entries) {
    budget.nextEntry();
    if (content === undefined) continue;
    const bytes = (): Buffer => {
      budget.take(content.length);
      return content;
    };
    if (isHandedOut({ name, type: "file" }, options)) yield { name, stream: once(bytes), bytes };
    if (budget.exceeded !== undefined) throw budget.exceeded;
  }
}

async function* once(bytes: () => Buffer): AsyncGenerator<Uint8Array> {
  yield bytes();
}

/** Tells of what is refused. */
function isHandedOut({ name, type }: { name: string; type: string }, options: OpenOptions): boolean {
  if (type === "directory") return false;
  const refused = type === "file" || type === "contiguous-file" ? nameRefusal(name) : `a ${type}`;
  if (refused === undefined) return options.accept?.(name) !== false;
  const code = refused.startsWith("a ") ? "archive.member.refused" : "archive.name.refused";
  options.onRefused?.({ name, code, detail: refused });
  return false;
}

async function* streamed(
  path: string,
  compression: "none" | "gzip",
  { options, budget }: Opening,
): AsyncGenerator<Member> {
  const unpacked = extract();
  const source = createReadStream(path);
  // The error surfaces where the members are iterated.
  const done = (): void => undefined;
  if (compression === "gzip") pipeline(source, createGunzip(), unpacked, done);
  else pipeline(source, unpacked, done);
  try {
    for await (const entry of unpacked) {
      budget.nextEntry();
      const { name, type } = entry.header;
      if (isHandedOut({ name, type: String(type) }, options))
        yield { name, stream: contentOf(entry as AsyncIterable<Uint8Array>, budget) };
      if (budget.exceeded !== undefined) throw budget.exceeded;
      entry.resume();
    }
  } catch (error) {
    if (error instanceof Fault) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new Fault("invalid", "archive.tar.unreadable", `not a readable tar archive: ${detail}`, { path });
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

/**
 * Leaving a member early must not destroy it: the archive behind it could not be read on. The rest is skipped, but
 * not the rest of a bomb: nothing of an archive that has outgrown its bounds is unpacked any more.
 */
async function* contentOf(entry: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Uint8Array> {
  const chunks = entry[Symbol.asyncIterator]();
  const take = (): Promise<IteratorResult<Uint8Array>> =>
    chunks.next().catch((error: unknown) => {
      throw memberFault(error);
    });
  let next = await take();
  try {
    for (; next.done !== true; next = await take()) {
      budget.take(next.value.length);
      yield next.value;
    }
  } finally {
    while (next.done !== true && budget.exceeded === undefined) next = await take();
  }
}
