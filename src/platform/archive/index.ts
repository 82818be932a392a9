/**
 * Folders and archives as a stream of members: .zip, .tar, .tar.gz, .tgz, a folder tree or one file. Nothing is ever
 * written to disk, everything is counted while it is unpacked, climbing names are refused and reported.
 */
import { createReadStream } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { Budget } from "./budget.ts";
import { MAX_DEPTH } from "./limits.ts";
import { openTar } from "./tar.ts";
import { openZip } from "./zip.ts";
import type { Member, OpenOptions } from "./zip.ts";

export type { ArchiveLimits, Refusal } from "./names.ts";
export { packTar, type PackedFile } from "./pack-tar.ts";
export { openTar } from "./tar.ts";
export { openZip } from "./zip.ts";
export type { Member, OpenOptions } from "./zip.ts";

/** Every accepted member of whatever the path is, with `/` between folders. Folders come in stable order. */
export async function* openMembers(path: string, options: OpenOptions = {}): AsyncGenerator<Member> {
  const found = await stat(path);
  const name = path.toLowerCase();
  if (found.isDirectory()) yield* openFolder(path, options);
  else if (name.endsWith(".zip")) yield* openZip(path, options);
  else if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) yield* openTar(path, "gzip", options);
  else if (name.endsWith(".tar")) yield* openTar(path, "none", options);
  else if (options.accept?.(basename(path)) !== false) {
    yield { name: basename(path), stream: new Budget(found.size, options.limits).metered(createReadStream(path)) };
  }
}

/** The members of one archive file: tar by its name, everything else as zip. */
export function openArchive(path: string, options: OpenOptions = {}): AsyncGenerator<Member> {
  return /\.(?:tar|tgz|tar\.gz)$/iu.test(path) ? openMembers(path, options) : openZip(path, options);
}

async function* openFolder(root: string, options: OpenOptions): AsyncGenerator<Member> {
  const budget = new Budget(Number.POSITIVE_INFINITY, options.limits);
  for await (const name of namesBelow(root, "", 0)) {
    if (options.accept?.(name) === false) continue;
    budget.nextEntry();
    yield { name, stream: budget.metered(createReadStream(join(root, name))) };
  }
}

/** Symbolic links are not followed. */
async function* namesBelow(root: string, folder: string, depth: number): AsyncGenerator<string> {
  const entries = [];
  for await (const entry of await opendir(join(root, folder))) entries.push(entry);
  entries.sort((one, two) => (one.name < two.name ? -1 : 1));
  for (const entry of entries) {
    const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isFile()) yield name;
    else if (entry.isDirectory() && depth < MAX_DEPTH) yield* namesBelow(root, name, depth + 1);
  }
}

export async function bytesOfMember(member: Member): Promise<Buffer> {
  if (member.bytes !== undefined) return member.bytes();
  const chunks: Uint8Array[] = [];
  for await (const chunk of member.stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The whole member as text; what is not UTF-8 becomes replacement characters. */
export async function textOfMember(member: Member): Promise<string> {
  return (await bytesOfMember(member)).toString("utf8");
}
