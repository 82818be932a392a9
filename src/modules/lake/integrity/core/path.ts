import { HASH_BYTES, type Sha256 } from "./packed-tree.ts";

/** RFC 9162 §2.1.3.2: whether a leaf lies at its place in a tree of this size and root. */
export function verifyPath(
  sha256: Sha256,
  claim: {
    readonly index: number;
    readonly size: number;
    readonly leaf: Uint8Array;
    readonly root: Uint8Array;
    readonly path: readonly Uint8Array[];
  },
): boolean {
  const { index, size, leaf, root, path } = claim;
  if (index < 0 || index >= size) return false;
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node[0] = 1;
  const join = (left: Uint8Array, right: Uint8Array) => {
    node.set(left, 1);
    node.set(right, 1 + HASH_BYTES);
    return sha256(node);
  };
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0 || sibling.length !== HASH_BYTES) return false;
    if (at % 2 === 1 || at === last) {
      hash = join(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = join(hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && hash.length === root.length && hash.every((byte, place) => byte === root[place]);
}

function half(value: number): number {
  return Math.floor(value / 2);
}
