/**
 * The tree of RFC 6962 §2.1 over leaf hashes that lie one behind another in one buffer: half a million of them are
 * 16 MB and no objects. Hashing neighbours level by level, the odd last one rising unchanged, gives the same tree as
 * splitting at the largest power of two.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export const HASH_BYTES = 32;
/** Nodes between two pauses. */
const STEP_NODES = 4_096;

export interface TreePart {
  readonly root: Uint8Array;
  /** Siblings of the asked leaf from the leaf up; empty when none was asked. */
  readonly path: readonly Uint8Array[];
}

/** The root, and the path of leaf `index`; yields now and then, so that a caller can do other things between. */
export function* foldTree(sha256: Sha256, leaves: Uint8Array, index?: number): Generator<undefined, TreePart> {
  let count = leaves.length / HASH_BYTES;
  if (count === 0) return { root: sha256(new Uint8Array()), path: [] };
  // Never `slice`: of a Buffer it would be no copy.
  const level = new Uint8Array(leaves);
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node[0] = 1;
  const path: Uint8Array[] = [];
  let at = index;
  let done = 0;
  while (count > 1) {
    if (at !== undefined) {
      const sibling = at % 2 === 0 ? at + 1 : at - 1;
      if (sibling < count) path.push(level.slice(sibling * HASH_BYTES, (sibling + 1) * HASH_BYTES));
      at = Math.floor(at / 2);
    }
    const pairs = Math.floor(count / 2);
    for (let pair = 0; pair < pairs; pair++) {
      node.set(level.subarray(pair * 2 * HASH_BYTES, (pair * 2 + 2) * HASH_BYTES), 1);
      level.set(sha256(node), pair * HASH_BYTES);
      if (++done % STEP_NODES === 0) yield;
    }
    if (count % 2 === 1) level.copyWithin(pairs * HASH_BYTES, (count - 1) * HASH_BYTES, count * HASH_BYTES);
    count = pairs + (count % 2);
  }
  return { root: level.slice(0, HASH_BYTES), path };
}

/** The same in one go. */
export function treeOf(sha256: Sha256, leaves: Uint8Array, index?: number): TreePart {
  const folding = foldTree(sha256, leaves, index);
  for (;;) {
    const step = folding.next();
    if (step.done === true) return step.value;
  }
}
