/**
 * A value on disk that is whole or not there.
 *
 *   magic   8 bytes  "KHSEAL\0\1"
 *   sha256 32 bytes  over everything that follows
 *   body             v8.serialize of the value
 *
 * Written beside its place, synced, renamed, directory synced. What is not what its checksum says is refused.
 */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { deserialize, serialize } from "node:v8";

const MAGIC = Buffer.from("KHSEAL\0\u0001", "latin1");
const HEADER_BYTES = MAGIC.length + 32;
/** Of a file whose writing was interrupted; it may be removed. */
export const UNFINISHED = ".unfinished";

/** Returns the size of the file. */
export function writeSealed(path: string, value: unknown): number {
  const body = serialize(value);
  const file = openSync(path + UNFINISHED, "w", 0o600);
  try {
    writeAll(file, Buffer.concat([MAGIC, hashOf(body)]));
    writeAll(file, body);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(path + UNFINISHED, path);
  syncDirectory(dirname(path));
  return HEADER_BYTES + body.length;
}

/** Throws with the reason when the file is not what was written. */
export function readSealed(path: string): unknown {
  const bytes = readFileSync(path);
  const body = bytes.subarray(HEADER_BYTES);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error("not a file of this version");
  if (!bytes.subarray(MAGIC.length, HEADER_BYTES).equals(hashOf(body))) throw new Error("the checksum does not agree");
  return deserialize(body);
}

export function syncDirectory(dir: string): void {
  const handle = openSync(dir, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hashOf(body: Uint8Array): Buffer {
  return createHash("sha256").update(body).digest();
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
