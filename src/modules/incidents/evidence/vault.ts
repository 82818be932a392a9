import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { Fault } from "../../../kernel/index.ts";
import { MAX_FILE_BYTES, SNIFFED_BYTES } from "../limits.ts";

export interface Kept {
  readonly sha256: string;
  readonly bytes: number;
  /** The first bytes, to tell what it is. */
  readonly head: Uint8Array;
}

/**
 * Bytes of evidence under their SHA-256: `evidence/ab/cdef…`. Written once, flushed before anything names them, never
 * changed, never taken away, not executable, readable by the server's account only. Two of the same are one.
 */
export class Vault {
  readonly #dir: string;
  readonly #tempDir: string;

  constructor(dataDir: string) {
    this.#dir = join(dataDir, "evidence");
    this.#tempDir = join(dataDir, "tmp");
  }

  /** Fault incidents.file.too_large; what was written so far is removed. */
  async keep(content: AsyncIterable<Uint8Array>): Promise<Kept> {
    await mkdir(this.#tempDir, { recursive: true, mode: 0o700 });
    const draft = join(this.#tempDir, `evidence-${randomUUID()}`);
    try {
      const kept = await this.#write(draft, content);
      const place = this.#place(kept.sha256);
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      await rename(draft, place);
      await flushFolder(dirname(place));
      return kept;
    } finally {
      await rm(draft, { force: true });
    }
  }

  keepText(text: string): Promise<Kept> {
    return this.keep(
      (async function* () {
        yield Buffer.from(text);
      })(),
    );
  }

  read(sha256: string): Readable {
    return createReadStream(this.#place(sha256));
  }

  async text(sha256: string): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(sha256)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString("utf8");
  }

  /** Fault incidents.evidence.altered when the bytes are gone or are not what was kept. */
  async check(sha256: string): Promise<void> {
    const hash = createHash("sha256");
    try {
      await access(this.#place(sha256));
      for await (const chunk of this.read(sha256)) hash.update(chunk as Buffer);
    } catch {
      throw altered(sha256);
    }
    if (hash.digest("hex") !== sha256) throw altered(sha256);
  }

  async #write(file: string, content: AsyncIterable<Uint8Array>): Promise<Kept> {
    const handle = await open(file, "wx", 0o400);
    const hash = createHash("sha256");
    const head: Uint8Array[] = [];
    let bytes = 0;
    let headBytes = 0;
    try {
      for await (const chunk of content) {
        bytes += chunk.length;
        if (bytes > MAX_FILE_BYTES)
          throw new Fault("too_large", "incidents.file.too_large", "the file is too large", { limit: MAX_FILE_BYTES });
        if (headBytes < SNIFFED_BYTES) {
          const part = chunk.subarray(0, SNIFFED_BYTES - headBytes);
          head.push(Uint8Array.from(part));
          headBytes += part.length;
        }
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    return { sha256: hash.digest("hex"), bytes, head: Buffer.concat(head) };
  }

  #place(sha256: string): string {
    if (!/^[0-9a-f]{64}$/u.test(sha256)) throw new RangeError("not a SHA-256");
    return join(this.#dir, sha256.slice(0, 2), sha256.slice(2));
  }
}

async function flushFolder(dir: string): Promise<void> {
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function altered(sha256: string): Fault {
  return new Fault("conflict", "incidents.evidence.altered", "the stored bytes are not what was kept", { sha256 });
}
