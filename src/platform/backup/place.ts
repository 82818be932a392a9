/** Where objects lie: a folder that grows from backup to backup, or one file for one backup. */
import { existsSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "../../kernel/index.ts";
import { MAX_HEADER_BYTES } from "./limits.ts";
import { lockFolder } from "./lock.ts";

/** What a repository is made of; a name is `header`, `objects/…` or `snapshots/…`. */
export interface BackupPlace {
  has(name: string): boolean;
  read(name: string): Promise<Buffer>;
  /** Whole and durable when it resolves. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Names of snapshots, oldest first. */
  snapshots(): Promise<readonly string[]>;
  /** Names of objects, those left by a write cut short not among them. */
  objects(): Promise<readonly string[]>;
  /** For good when it resolves; the bytes that were there. Fault backup.place.single for a file. */
  remove(name: string): Promise<number>;
  /** Nothing more will be written. */
  close(): Promise<void>;
}

export const FILE_SUFFIX = ".khienbackup";
const HEADER = "header";
const OBJECT = /^[0-9a-f]{64}$/u;

function single(): Fault {
  return new Fault("conflict", "backup.place.single", "a file holds one backup: there is nothing older to remove");
}

export async function openPlace(path: string, how: "read" | "write"): Promise<BackupPlace> {
  const isFile = path.endsWith(FILE_SUFFIX);
  if (how === "read" && !existsSync(isFile ? path : join(path, HEADER))) {
    throw new Fault("missing", "backup.place.missing", `${path} holds no backup`, { path });
  }
  if (!isFile) return await FolderPlace.open(path, how);
  return how === "read" ? await ReadFilePlace.open(path) : await WriteFilePlace.open(path);
}

class FolderPlace implements BackupPlace {
  readonly #root: string;
  /** Of one who writes. */
  readonly #unlock: () => void;

  private constructor(root: string, unlock: () => void) {
    this.#root = root;
    this.#unlock = unlock;
  }

  static async open(root: string, how: "read" | "write"): Promise<FolderPlace> {
    if (how === "write") {
      const present: readonly string[] = await readdir(root).catch(() => []);
      if (present.length > 0 && !present.includes(HEADER)) {
        throw new Fault("conflict", "backup.place.foreign", `${root} is not empty and holds no backup`, { path: root });
      }
      for (const part of ["objects", "snapshots"]) await mkdir(join(root, part), { recursive: true, mode: 0o700 });
    }
    return new FolderPlace(root, how === "write" ? lockFolder(root) : () => {});
  }

  has(name: string): boolean {
    return existsSync(this.#path(name));
  }

  read(name: string): Promise<Buffer> {
    return readFile(this.#path(name)).catch((error: NodeJS.ErrnoException) => {
      throw new Fault("missing", "backup.object.missing", `${name} is not in the backup: ${error.message}`, { name });
    });
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(`${path}.tmp`, "w", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.tmp`, path);
    await syncFolder(dirname(path));
  }

  async snapshots(): Promise<readonly string[]> {
    const names = await readdir(join(this.#root, "snapshots")).catch(() => []);
    return names.filter((name) => !name.endsWith(".tmp")).sort();
  }

  async objects(): Promise<readonly string[]> {
    const names = await readdir(join(this.#root, "objects"), { recursive: true }).catch(() => []);
    return names.map((name) => basename(name)).filter((name) => OBJECT.test(name));
  }

  async remove(name: string): Promise<number> {
    const path = this.#path(name);
    const { size } = await stat(path);
    await unlink(path);
    await syncFolder(dirname(path));
    return size;
  }

  async close(): Promise<void> {
    this.#unlock();
  }

  /** 256 folders of objects: none of them grows beyond what file systems like. */
  #path(name: string): string {
    const [part = "", object = ""] = name.split("/");
    return part === "objects" ? join(this.#root, part, object.slice(0, 2), object) : join(this.#root, name);
  }
}

const MAGIC = "KHIENBF1";
const LENGTHS_BYTES = 10;

/** "KHIENBF1", then for each part: u16 LE length of its name, u64 LE length of its bytes, name, bytes. */
class WriteFilePlace implements BackupPlace {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #names = new Set<string>();

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  static async open(path: string): Promise<WriteFilePlace> {
    if (existsSync(path)) {
      throw new Fault("conflict", "backup.place.taken", `${path} is there already; a file holds one backup`, { path });
    }
    const file = await open(`${path}.tmp`, "w", 0o600);
    await file.writeFile(MAGIC);
    return new WriteFilePlace(file, path);
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  read(name: string): Promise<Buffer> {
    return Promise.reject(new Error(`a backup being written is not read (${name})`));
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    const text = Buffer.from(name);
    const lengths = Buffer.alloc(LENGTHS_BYTES);
    lengths.writeUInt16LE(text.length, 0);
    lengths.writeBigUInt64LE(BigInt(bytes.length), 2);
    await this.#file.writeFile(Buffer.concat([lengths, text]));
    await this.#file.writeFile(bytes);
    this.#names.add(name);
  }

  async snapshots(): Promise<readonly string[]> {
    return [];
  }

  async objects(): Promise<readonly string[]> {
    return [];
  }

  async remove(): Promise<number> {
    throw single();
  }

  /** The file has its name only when a snapshot is in it. */
  async close(): Promise<void> {
    await this.#file.sync();
    await this.#file.close();
    if (![...this.#names].some((name) => name.startsWith("snapshots/"))) return;
    await rename(`${this.#path}.tmp`, this.#path);
    await syncFolder(dirname(this.#path));
  }
}

class ReadFilePlace implements BackupPlace {
  readonly #file: FileHandle;
  readonly #parts: ReadonlyMap<string, { readonly offset: number; readonly bytes: number }>;

  private constructor(file: FileHandle, parts: ReadonlyMap<string, { offset: number; bytes: number }>) {
    this.#file = file;
    this.#parts = parts;
  }

  static async open(path: string): Promise<ReadFilePlace> {
    const file = await open(path, "r");
    const parts = new Map<string, { offset: number; bytes: number }>();
    const { size } = await file.stat();
    const broken = () => new Fault("invalid", "backup.file.damaged", `${basename(path)} is no whole backup`, { path });
    try {
      if ((await readAt(file, 0, MAGIC.length)).toString("latin1") !== MAGIC) throw broken();
      for (let at = MAGIC.length; at < size; ) {
        const lengths = await readAt(file, at, LENGTHS_BYTES);
        if (lengths.length < LENGTHS_BYTES) throw broken();
        const nameBytes = lengths.readUInt16LE(0);
        const bytes = Number(lengths.readBigUInt64LE(2));
        const offset = at + LENGTHS_BYTES + nameBytes;
        if (!Number.isSafeInteger(bytes) || nameBytes > MAX_HEADER_BYTES || offset + bytes > size) throw broken();
        parts.set((await readAt(file, at + LENGTHS_BYTES, nameBytes)).toString(), { offset, bytes });
        at = offset + bytes;
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    return new ReadFilePlace(file, parts);
  }

  has(name: string): boolean {
    return this.#parts.has(name);
  }

  async read(name: string): Promise<Buffer> {
    const part = this.#parts.get(name);
    if (part === undefined) {
      throw new Fault("missing", "backup.object.missing", `${name} is not in the backup`, { name });
    }
    return await readAt(this.#file, part.offset, part.bytes);
  }

  async write(): Promise<void> {
    throw new Error("opened for reading");
  }

  async snapshots(): Promise<readonly string[]> {
    return [...this.#parts.keys()]
      .filter((name) => name.startsWith("snapshots/"))
      .map((name) => name.slice("snapshots/".length))
      .sort();
  }

  async objects(): Promise<readonly string[]> {
    return [...this.#parts.keys()]
      .filter((name) => name.startsWith("objects/"))
      .map((name) => name.slice("objects/".length));
  }

  async remove(): Promise<number> {
    throw single();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function readAt(file: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  const { bytesRead } = await file.read(buffer, 0, bytes, offset);
  return buffer.subarray(0, bytesRead);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
