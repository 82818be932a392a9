import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * The installation's key for evidence bags: Ed25519, apart from the key of the audit log, so that neither can be made
 * to sign for the other. The private half is readable by the server's account only and never leaves it.
 */
export interface SigningKey {
  /** SHA-256 of the public key (DER), hex: told to whoever will check bags, by another way than the bag. */
  readonly id: string;
  readonly publicPem: string;
  readonly isNew: boolean;
  sign(bytes: Uint8Array): Buffer;
}

export function openSigningKey(dataDir: string): SigningKey {
  const folder = join(dataDir, "evidence");
  const file = join(folder, "signing-key.pem");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isNew = !existsSync(file);
  if (isNew) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeSynced(file, String(privateKey.export({ type: "pkcs8", format: "pem" })));
  }
  const key = createPrivateKey(readFileSync(file));
  const publicKey = createPublicKey(key);
  return {
    id: idOf(publicKey),
    publicPem: String(publicKey.export({ type: "spki", format: "pem" })),
    isNew,
    sign: (bytes) => sign(null, bytes, key),
  };
}

function idOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
}

function writeSynced(file: string, text: string): void {
  const handle = openSync(file, "wx", 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
