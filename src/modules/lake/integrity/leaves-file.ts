/**
 * The side file of a segment, `<segment>.leaves`: leaf hashes and ids of its events in the order of its rows, so that
 * a change can be localised and a proof needs no reading of the events.
 *
 *   0   "KHIENLVS"   8   version, u32 LE   12  count, u32 LE   16  root of the tree, 32 bytes
 *   48  count × 32 bytes of leaf hashes, then count × 16 bytes of ids
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { sha256 } from "../../../platform/audit/index.ts";
import { ID_BYTES, type Leaves } from "./core/difference.ts";
import { HASH_BYTES, treeOf } from "./core/packed-tree.ts";

const MAGIC = "KHIENLVS";
const VERSION = 1;
const HEADER_BYTES = 48;

export function leavesFileOf(segmentPath: string): string {
  return segmentPath.replace(/\.parquet$/u, ".leaves");
}

/** Durable under its final name when it resolves; gives the hash of the whole file. */
export async function writeLeaves(path: string, leaves: Leaves, root: Uint8Array): Promise<string> {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 0, "latin1");
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(leaves.count, 12);
  header.set(root, 16);
  const parts = [header, leaves.hashes, leaves.ids];
  const file = await open(`${path}.tmp`, "w", 0o600);
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

export interface ReadLeaves {
  readonly leaves: Leaves;
  /** Of the hashes as they are in the file, hex. */
  readonly root: string;
  /** From the asked row up to the root; empty when none was asked. */
  readonly path: readonly string[];
  readonly fileHash: string;
}

/** Undefined when there is no such file or it is none of ours; whether it is unchanged shows in the hashes. */
export async function readLeavesFile(path: string, row?: number): Promise<ReadLeaves | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined || bytes.length < HEADER_BYTES) return undefined;
  if (bytes.toString("latin1", 0, 8) !== MAGIC || bytes.readUInt32LE(8) !== VERSION) return undefined;
  const count = bytes.readUInt32LE(12);
  if (bytes.length !== HEADER_BYTES + count * (HASH_BYTES + ID_BYTES)) return undefined;
  const ids = HEADER_BYTES + count * HASH_BYTES;
  const leaves = { count, hashes: bytes.subarray(HEADER_BYTES, ids), ids: bytes.subarray(ids) };
  const tree = treeOf(sha256, leaves.hashes, row);
  const hex = (hash: Uint8Array) => Buffer.from(hash).toString("hex");
  const fileHash = createHash("sha256").update(bytes).digest("hex");
  return { leaves, root: hex(tree.root), path: tree.path.map(hex), fileHash };
}

/** SHA-256 of a file of any size, hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
