/** One entry, provable to somebody who has nothing but the public key: its text, its path, a signed head. */
import { createPublicKey, hash, type KeyObject } from "node:crypto";
import { canonical, type Json } from "./core/canonical.ts";
import { leafHash, verifyInclusion } from "./core/merkle.ts";
import { isSignedBy, readPublicKey, sha256 } from "./head.ts";
import type { EntryProof } from "./schemas.ts";

export type EntryProofFlaw = "entry_path" | "head_signature" | "key_id" | "key_unreadable";

/** Undefined when the proof holds: the entry lies in the log whose head this key has signed. */
export function flawOfEntryProof(proof: EntryProof): EntryProofFlaw | undefined {
  const key = readKey(proof.publicKey);
  if (key === undefined) return "key_unreadable";
  if (keyIdOf(key) !== proof.keyId) return "key_id";
  const leaf = leafHash(sha256, Buffer.from(canonical(proof.entry as Json)));
  const claim = {
    index: proof.index,
    size: proof.head.size,
    leaf,
    root: Buffer.from(proof.head.root, "hex"),
    proof: proof.path.map((sibling) => Buffer.from(sibling, "hex")),
  };
  if (proof.entry["index"] !== proof.index || !verifyInclusion(sha256, claim)) return "entry_path";
  return isSignedBy(key, proof.head) ? undefined : "head_signature";
}

export function keyIdOf(key: KeyObject): string {
  return hash("sha256", key.export({ type: "spki", format: "der" }), "hex");
}

function readKey(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "ed25519" ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Id of the installation's own key; undefined when the data directory has none. */
export function ownKeyId(dataDir: string): string | undefined {
  const key = readPublicKey(dataDir);
  return key === undefined ? undefined : keyIdOf(key);
}
