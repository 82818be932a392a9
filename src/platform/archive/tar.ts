/** Members of a .tar or .tar.gz file, streamed. Only plain files; links and devices are refused. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { Fault } from "../../kernel/index.ts";
import { Budget, memberFault } from "./budget.ts";
import { nameRefusal } from "./names.ts";
import type { Member, OpenOptions } from "./zip.ts";

export async function* openTar(
  path: string,
  compression: "none" | "gzip",
  options: OpenOptions = {},
): AsyncGenerator<Member> {
  const budget = new Budget((await stat(path)).size, options.limits);
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
      const refused =
        type === "file" || type === "contiguous-file"
          ? nameRefusal(name)
          : type === "directory"
            ? undefined
            : `a ${type}`;
      if (refused !== undefined) {
        options.onRefused?.({
          name,
          code: refused.startsWith("a ") ? "archive.member.refused" : "archive.name.refused",
          detail: refused,
        });
      } else if (type !== "directory" && options.accept?.(name) !== false)
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
