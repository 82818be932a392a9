import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../kernel/index.ts";
import { canonical } from "./core/canonical.ts";

/** A promise about the first `size` entries, signed with the installation's key (after RFC 6962 §3.5). */
export interface TreeHead {
  readonly size: number;
  /** Hex. */
  readonly root: string;
  readonly at: string;
}
export interface SignedHead extends TreeHead {
  /** Ed25519 over the canonical JSON of the head, base64. */
  readonly signature: string;
}

export interface HeadKey {
  /** SHA-256 of the public key, hex: names the key in logs and outside copies. */
  readonly id: string;
  sign(head: TreeHead): SignedHead;
}

export const sha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");

export function auditPaths(dataDir: string): { folder: string; key: string; publicKey: string; heads: string } {
  const folder = join(dataDir, "audit");
  return {
    folder,
    key: join(folder, "head-key.pem"),
    publicKey: join(folder, "head-key.pub.pem"),
    heads: join(folder, "heads.ndjson"),
  };
}

/** Opens the signing key, or makes it on first use. A lost key with heads still there is refused: they could not be continued. */
export function openHeadKey(dataDir: string): HeadKey {
  const paths = auditPaths(dataDir);
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  if (!existsSync(paths.key)) {
    if (existsSync(paths.heads)) {
      throw new Fault(
        "unavailable",
        "audit.key.missing",
        `${paths.key} is gone; restore it, or set the folder audit aside`,
        { file: paths.key },
      );
    }
    createKey(paths);
  }
  const privateKey = createPrivateKey(readFileSync(paths.key));
  return {
    id: keyId(createPublicKey(privateKey)),
    sign: (head) => ({ ...head, signature: sign(null, statementOf(head), privateKey).toString("base64") }),
  };
}

/** The public half, for checking offline. Undefined when there is none that can be read. */
export function readPublicKey(dataDir: string): KeyObject | undefined {
  try {
    return createPublicKey(readFileSync(auditPaths(dataDir).publicKey));
  } catch {
    return undefined;
  }
}

export function isSignedBy(key: KeyObject, head: SignedHead): boolean {
  return verify(null, statementOf(head), key, Buffer.from(head.signature, "base64"));
}

function statementOf({ size, root, at }: TreeHead): Buffer {
  return Buffer.from(`khien audit tree head v1\n${canonical({ size, root, at })}`);
}

function keyId(key: KeyObject): string {
  return hash("sha256", key.export({ type: "spki", format: "der" }), "hex");
}

function createKey(paths: { key: string; publicKey: string }): void {
  const pair = generateKeyPairSync("ed25519");
  writeSynced(paths.publicKey, String(pair.publicKey.export({ type: "spki", format: "pem" })), 0o644);
  writeSynced(paths.key, String(pair.privateKey.export({ type: "pkcs8", format: "pem" })), 0o600);
}

function writeSynced(file: string, text: string, mode: number): void {
  const handle = openSync(file, "w", mode);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
