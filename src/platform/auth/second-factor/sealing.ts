import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../../kernel/index.ts";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function factorKeyFile(dataDir: string): string {
  return join(dataDir, "keys", "second-factor.key");
}

/**
 * Seals secrets that must be read again (one-time-code secrets) and hashes short ones (recovery codes) with a key
 * beside the records, readable by the owner alone: a copy of the records tells nothing of either.
 */
export class Sealing {
  readonly #sealKey: Buffer;
  readonly #hashKey: Buffer;

  private constructor(key: Buffer) {
    const derived = (purpose: string) => Buffer.from(hkdfSync("sha256", key, "", `khien ${purpose} v1`, KEY_BYTES));
    this.#sealKey = derived("seal");
    this.#hashKey = derived("hash");
  }

  /** Makes the key on first use. Fault auth.key.missing when what it sealed is there and it is gone. */
  static open(dataDir: string, inUse: boolean): Sealing {
    const file = factorKeyFile(dataDir);
    if (!existsSync(file)) {
      if (inUse) {
        const detail = `${file} is gone; restore it from a backup, or reset the second factors of every person`;
        throw new Fault("unavailable", "auth.key.missing", detail, { file });
      }
      makeKey(dataDir, file);
    }
    const key = readFileSync(file);
    if (key.length !== KEY_BYTES) throw new Fault("unavailable", "auth.key.damaged", `${file} is damaged`, { file });
    return new Sealing(key);
  }

  /** Bound to its owner: moved to another person's row it cannot be opened. */
  seal(secret: Uint8Array, owner: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#sealKey, nonce).setAAD(Buffer.from(owner));
    return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]).toString("base64");
  }

  unseal(sealed: string, owner: string): Buffer {
    const bytes = Buffer.from(sealed, "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#sealKey, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(owner))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  }

  hash(text: string, owner: string): string {
    return createHmac("sha256", this.#hashKey).update(`${owner}\n${text}`).digest("hex");
  }
}

function makeKey(dataDir: string, file: string): void {
  mkdirSync(join(dataDir, "keys"), { recursive: true, mode: 0o700 });
  // `wx`: of two processes that come at once, one makes the key and the other reads it.
  let fd: number;
  try {
    fd = openSync(file, "wx", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  try {
    writeSync(fd, randomBytes(KEY_BYTES));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
