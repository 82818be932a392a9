/** Whether a merged segment holds exactly the events of those it says it stands for: its word alone ends no seal. */
import { join } from "node:path";
import type { Leaves } from "./core/difference.ts";
import { HASH_BYTES } from "./core/packed-tree.ts";
import { leavesFileOf, readLeavesFile } from "./leaves-file.ts";

export interface SealedSource {
  readonly name: string;
  readonly leavesHash: string;
}

/** The sources' side files must be the ones that were sealed. */
export async function holdsTheSame(merged: Leaves, dir: string, sources: readonly SealedSource[]): Promise<boolean> {
  const parts: Uint8Array[] = [];
  for (const { name, leavesHash } of sources) {
    const side = await readLeavesFile(leavesFileOf(join(dir, name)));
    if (side === undefined || side.fileHash !== leavesHash) return false;
    parts.push(side.leaves.hashes);
  }
  const [expected, found] = [sortedHashes(Buffer.concat(parts)), sortedHashes(merged.hashes)];
  return expected.length === found.length && expected.every((hash, at) => hash === found[at]);
}

function sortedHashes(packed: Uint8Array): string[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  const hashes: string[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.toString("latin1", at, at + HASH_BYTES));
  return hashes.sort();
}
