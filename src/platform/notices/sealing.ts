import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../kernel/index.ts";

const FILE = "notices.key";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Secrets of destinations must be readable to sign with, so they cannot be hashed. They are sealed (AES-256-GCM) with a
 * key in a file beside the records: a copy of the records alone reveals none.
 */
export class Sealing {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  static open(dataDir: string): Sealing {
    const path = join(dataDir, FILE);
    if (!existsSync(path)) {
      mkdirSync(dataDir, { recursive: true });
      const handle = openSync(path, "wx", 0o600);
      try {
        writeSync(handle, randomBytes(KEY_BYTES).toString("base64"));
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
    const key = Buffer.from(readFileSync(path, "utf8").trim(), "base64");
    if (key.length !== KEY_BYTES) throw new Fault("invalid", "notices.key.unusable", `${FILE} holds no key`);
    return new Sealing(key);
  }

  /** `about` binds the secret to its owner: a sealed secret moved to another row does not open. */
  seal(secret: string, about: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce).setAAD(Buffer.from(about));
    const sealed = Buffer.concat([cipher.update(secret, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
  }

  open(sealed: string, about: string): string {
    try {
      const bytes = Buffer.from(sealed, "base64");
      const tagEnd = NONCE_BYTES + TAG_BYTES;
      const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES))
        .setAAD(Buffer.from(about))
        .setAuthTag(bytes.subarray(NONCE_BYTES, tagEnd));
      return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString("utf8");
    } catch {
      throw new Fault("unavailable", "notices.secret.unreadable", "the secret was sealed with another key");
    }
  }
}
