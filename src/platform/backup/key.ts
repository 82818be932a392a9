/** The owner's key: random in a file, or made from a passphrase. From it come a key to encrypt and a key to name. */
import { createHmac, hkdfSync, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { Fault } from "../../kernel/index.ts";
import { z } from "../schema/index.ts";
import { MIN_PASSPHRASE_CHARACTERS, SCRYPT } from "./limits.ts";

const KEY_LINE = /^khien-backup-key-1 ([A-Za-z0-9+/]{43}=)\s*$/;
const KEY_BYTES = 32;

/** Readable without the key: how the key is made, and by what a wrong one is noticed. */
export const RepositoryHeader = z.strictObject({
  format: z.literal("khien-backup-1"),
  id: z.string().regex(/^[0-9a-f]{32}$/u),
  key: z.discriminatedUnion("from", [
    z.strictObject({ from: z.literal("file") }),
    z.strictObject({
      from: z.literal("passphrase"),
      // Bounded: the header is not authenticated before the key is made.
      N: z.literal(SCRYPT.N),
      r: z.literal(SCRYPT.r),
      p: z.literal(SCRYPT.p),
      salt: z.string().regex(/^[0-9a-f]{32}$/u),
    }),
  ]),
  /** HMAC of the rest under the key to name. */
  check: z.string().regex(/^[0-9a-f]{64}$/u),
});
export type RepositoryHeader = z.infer<typeof RepositoryHeader>;

export type OwnerSecret =
  | { readonly from: "file"; readonly key: Buffer }
  | { readonly from: "passphrase"; readonly passphrase: string };

export interface RepositoryKeys {
  readonly encryption: Buffer;
  readonly naming: Buffer;
}

/** A new key file; refuses to overwrite. */
export function createKeyFile(path: string): void {
  const handle = openKeyFile(path);
  try {
    writeSync(handle, `khien-backup-key-1 ${randomBytes(KEY_BYTES).toString("base64")}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function openKeyFile(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    const { message } = error as Error;
    throw new Fault("conflict", "backup.key.not_made", `the key file could not be made: ${message}`, { file: path });
  }
}

export function readKeyFile(path: string): OwnerSecret {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Fault("invalid", "backup.key.unreadable", `${path}: ${(error as Error).message}`, { file: path });
  }
  const encoded = KEY_LINE.exec(text)?.[1];
  if (encoded === undefined)
    throw new Fault("invalid", "backup.key.malformed", `${path} is no key file`, { file: path });
  return { from: "file", key: Buffer.from(encoded, "base64") };
}

export function secretOfPassphrase(passphrase: string): OwnerSecret {
  if (passphrase.length < MIN_PASSPHRASE_CHARACTERS) {
    const detail = `a passphrase has at least ${MIN_PASSPHRASE_CHARACTERS} characters`;
    throw new Fault("invalid", "backup.passphrase.short", detail, { characters: MIN_PASSPHRASE_CHARACTERS });
  }
  return { from: "passphrase", passphrase };
}

export function newHeader(secret: OwnerSecret): { header: RepositoryHeader; keys: RepositoryKeys } {
  const salt = randomBytes(16).toString("hex");
  const open: OpenHeader = {
    format: "khien-backup-1",
    id: randomBytes(16).toString("hex"),
    key: secret.from === "file" ? { from: "file" } : { from: "passphrase", ...SCRYPT, salt },
  };
  const keys = keysOf(open, secret);
  return { header: { ...open, check: checkOf(open, keys) }, keys };
}

/** Fault backup.key.wrong when the secret is not the repository's. */
export function keysFor(header: RepositoryHeader, secret: OwnerSecret): RepositoryKeys {
  const { check, ...open } = header;
  const keys = header.key.from === secret.from ? keysOf(open, secret) : undefined;
  if (keys === undefined || !timingSafeEqual(Buffer.from(checkOf(open, keys)), Buffer.from(check))) {
    const detail = `this is not the ${header.key.from === "file" ? "key file" : "passphrase"} of the backup`;
    throw new Fault("forbidden", "backup.key.wrong", detail);
  }
  return keys;
}

type OpenHeader = Omit<RepositoryHeader, "check">;

function keysOf({ id, key }: OpenHeader, secret: OwnerSecret): RepositoryKeys {
  const master = masterOf(secret, key.from === "file" ? "" : key.salt);
  const derive = (use: string) => Buffer.from(hkdfSync("sha256", master, id, `khien backup ${use}`, KEY_BYTES));
  return { encryption: derive("encryption"), naming: derive("naming") };
}

function masterOf(secret: OwnerSecret, salt: string): Buffer {
  if (secret.from === "file") return secret.key;
  const cost = { ...SCRYPT, maxmem: 256 * 1024 * 1024 };
  return scryptSync(secret.passphrase.normalize("NFC"), Buffer.from(salt, "hex"), KEY_BYTES, cost);
}

function checkOf(open: OpenHeader, { naming }: RepositoryKeys): string {
  return createHmac("sha256", naming).update(JSON.stringify(open)).digest("hex");
}
