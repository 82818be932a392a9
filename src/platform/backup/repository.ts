/** Snapshots of files in a repository: taken, listed, put back. */
import { createHash } from "node:crypto";
import { chmod, mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Fault } from "../../kernel/index.ts";
import { z } from "../schema/index.ts";
import { blockName, openBlock, sealBlock } from "./block.ts";
import { keysFor, newHeader, type OwnerSecret, RepositoryHeader, type RepositoryKeys } from "./key.ts";
import { BLOCK_BYTES, MAX_SNAPSHOT_BYTES } from "./limits.ts";
import { type BackupPlace, openPlace } from "./place.ts";

/** Relative, with `/`, without a way out of its folder. */
const SafePath = z
  .string()
  .min(1)
  .max(1_000)
  .refine((path) => !path.startsWith("/") && !path.includes("\\") && !path.includes("\0"))
  .refine((path) => path.split("/").every((part) => part !== "" && part !== "." && part !== ".."));
const ObjectName = z.string().regex(/^[0-9a-f]{64}$/u);

export const Snapshot = z.object({
  format: z.literal("khien-snapshot-1"),
  at: z.string(),
  /** Of the program that took it. */
  version: z.string(),
  files: z.array(
    z.object({ path: SafePath, bytes: z.int(), sha256: z.string(), mode: z.int(), blocks: z.array(ObjectName) }),
  ),
  /** What the taker wants to say: the audit head, counts. */
  notes: z.record(z.string(), z.unknown()),
});
export type Snapshot = z.infer<typeof Snapshot>;

export interface SourceFile {
  /** In the backup. */
  readonly path: string;
  /** On disk. */
  readonly source: string;
  /** Only the first of them, for files that are still written to. */
  readonly bytes?: number;
}

export interface Progress {
  readonly files: number;
  readonly bytes: number;
  /** Written to the repository, encrypted; the rest was there. */
  readonly newBytes: number;
  readonly newObjects: number;
}

export class Repository {
  readonly #place: BackupPlace;
  readonly #keys: RepositoryKeys;
  #progress = { files: 0, bytes: 0, newBytes: 0, newObjects: 0 };

  private constructor(place: BackupPlace, keys: RepositoryKeys) {
    this.#place = place;
    this.#keys = keys;
  }

  /** Makes one where there is none. */
  static async forWriting(path: string, secret: OwnerSecret): Promise<Repository> {
    const place = await openPlace(path, "write");
    try {
      if (place.has("header")) return new Repository(place, await Repository.#keysOf(place, secret));
      const { header, keys } = newHeader(secret);
      await place.write("header", Buffer.from(`${JSON.stringify(header)}\n`));
      return new Repository(place, keys);
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  static async forReading(path: string, secret: OwnerSecret): Promise<Repository> {
    const place = await openPlace(path, "read");
    try {
      return new Repository(place, await Repository.#keysOf(place, secret));
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  static async #keysOf(place: BackupPlace, secret: OwnerSecret): Promise<RepositoryKeys> {
    const parsed = RepositoryHeader.safeParse(json((await place.read("header")).toString("utf8")));
    if (!parsed.success) throw new Fault("invalid", "backup.header.malformed", "the header of the backup is damaged");
    return keysFor(parsed.data, secret);
  }

  get progress(): Progress {
    return { ...this.#progress };
  }

  /** Takes one file in; only blocks the repository lacks are written. */
  async add(file: SourceFile): Promise<Snapshot["files"][number]> {
    const handle = await open(file.source, "r");
    try {
      const { size, mode } = await handle.stat();
      const bytes = Math.min(size, file.bytes ?? size);
      const hash = createHash("sha256");
      const blocks: string[] = [];
      const buffer = Buffer.allocUnsafe(Math.min(bytes, BLOCK_BYTES));
      for (let offset = 0; offset < bytes; ) {
        const wanted = Math.min(BLOCK_BYTES, bytes - offset);
        const { bytesRead } = await handle.read(buffer, 0, wanted, offset);
        if (bytesRead === 0)
          throw new Fault("conflict", "backup.file.shrunk", `${file.source} shrank`, { path: file.path });
        const content = buffer.subarray(0, bytesRead);
        hash.update(content);
        blocks.push(await this.#put(content));
        offset += bytesRead;
      }
      this.#progress.files += 1;
      this.#progress.bytes += bytes;
      return { path: file.path, bytes, sha256: hash.digest("hex"), mode: mode & 0o777, blocks };
    } finally {
      await handle.close();
    }
  }

  /** From now on the snapshot exists; gives its name. */
  async finish(snapshot: Snapshot): Promise<string> {
    const name = snapshot.at.replaceAll(":", "").replaceAll(".", "");
    const sealed = sealBlock(Buffer.from(JSON.stringify(snapshot)), `snapshots/${name}`, this.#keys);
    await this.#place.write(`snapshots/${name}`, sealed);
    return name;
  }

  snapshots(): Promise<readonly string[]> {
    return this.#place.snapshots();
  }

  async snapshot(name: string): Promise<Snapshot> {
    const sealed = await this.#place.read(`snapshots/${name}`);
    const plain = openBlock(sealed, `snapshots/${name}`, { keys: this.#keys, maxBytes: MAX_SNAPSHOT_BYTES });
    return Snapshot.parse(JSON.parse(plain.toString("utf8")));
  }

  objects(): Promise<readonly string[]> {
    return this.#place.objects();
  }

  hasObject(name: string): boolean {
    return this.#place.has(`objects/${name}`);
  }

  /** Content of an object, which is what was put in under this name. Fault backup.object.*. */
  async object(name: string): Promise<Buffer> {
    const sealed = await this.#place.read(`objects/${name}`);
    const content = openBlock(sealed, name, { keys: this.#keys, maxBytes: BLOCK_BYTES });
    if (blockName(content, this.#keys) !== name) throw damaged(name);
    return content;
  }

  /** For pruning, which decides what is not needed; the bytes that were there. */
  remove(name: `snapshots/${string}` | `objects/${string}`): Promise<number> {
    return this.#place.remove(name);
  }

  /** Puts every file of a snapshot below `target`, which must be empty or not there. */
  async restore(snapshot: Snapshot, target: string): Promise<void> {
    if ((await readdir(target).catch(() => [])).length > 0) {
      throw new Fault("conflict", "backup.target.not_empty", `${target} is not empty`, { path: target });
    }
    await mkdir(target, { recursive: true, mode: 0o700 });
    for (const file of snapshot.files) await this.#putBack(file, target);
  }

  close(): Promise<void> {
    return this.#place.close();
  }

  async #put(content: Buffer): Promise<string> {
    const name = blockName(content, this.#keys);
    if (this.#place.has(`objects/${name}`)) return name;
    const sealed = sealBlock(content, name, this.#keys);
    await this.#place.write(`objects/${name}`, sealed);
    this.#progress.newBytes += sealed.length;
    this.#progress.newObjects += 1;
    return name;
  }

  async #putBack(file: Snapshot["files"][number], target: string): Promise<void> {
    const path = join(target, file.path);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const handle = await open(path, "wx", 0o600);
    const hash = createHash("sha256");
    try {
      for (const name of file.blocks) {
        const content = await this.object(name);
        hash.update(content);
        await handle.writeFile(content);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (hash.digest("hex") !== file.sha256) throw damaged(file.path);
    await chmod(path, file.mode);
    this.#progress.files += 1;
    this.#progress.bytes += file.bytes;
  }
}

function damaged(path: string): Fault {
  return new Fault("invalid", "backup.file.damaged", `${path} in the backup is not what was backed up`, { path });
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
