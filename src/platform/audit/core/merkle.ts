/**
 * Merkle tree of RFC 6962 §2.1 (the same tree as RFC 9162 §2.1): leaf = H(0x00 ‖ entry), node = H(0x01 ‖ left ‖ right),
 * split at the largest power of two below the size. The hash is passed in, so this file touches nothing of the machine.
 */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
export type Hash = Uint8Array;

const LEAF = 0;
const NODE = 1;

/**
 * What is needed to append and to know the root: the roots of the perfect subtrees of `size`, largest first.
 * There is one peak for each set bit of `size`.
 */
export interface Frontier {
  readonly size: number;
  readonly peaks: readonly Hash[];
}

export const EMPTY: Frontier = { size: 0, peaks: [] };

export function leafHash(sha256: Sha256, entry: Uint8Array): Hash {
  return sha256(prefixed(LEAF, [entry]));
}

export function nodeHash(sha256: Sha256, left: Hash, right: Hash): Hash {
  return sha256(prefixed(NODE, [left, right]));
}

export function append(sha256: Sha256, frontier: Frontier, leaf: Hash): Frontier {
  const peaks = [...frontier.peaks];
  let carried = leaf;
  // Adding one to `size`: every trailing set bit is a peak of the height just completed.
  for (let rest = frontier.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
    const left = peaks.pop();
    if (left === undefined) throw new RangeError("frontier has fewer peaks than its size says");
    carried = nodeHash(sha256, left, carried);
  }
  peaks.push(carried);
  return { size: frontier.size + 1, peaks };
}

export function rootOf(sha256: Sha256, { peaks }: Frontier): Hash {
  const smallest = peaks.at(-1);
  if (smallest === undefined) return sha256(new Uint8Array());
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(sha256, left, right), smallest);
}

export function treeHash(sha256: Sha256, leaves: readonly Hash[]): Hash {
  return rootOf(
    sha256,
    leaves.reduce((frontier, leaf) => append(sha256, frontier, leaf), EMPTY),
  );
}

/** RFC 6962 §2.1.1 PATH(m, D[n]): the siblings from the leaf up to the root. */
export function inclusionProof(sha256: Sha256, leaves: readonly Hash[], index: number): Hash[] {
  if (index < 0 || index >= leaves.length) throw new RangeError(`no leaf ${index} in a tree of ${leaves.length}`);
  if (leaves.length === 1) return [];
  const split = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...inclusionProof(sha256, left, index), treeHash(sha256, right)]
    : [...inclusionProof(sha256, right, index - split), treeHash(sha256, left)];
}

/** RFC 9162 §2.1.3.2. */
export function verifyInclusion(
  sha256: Sha256,
  claim: { index: number; size: number; leaf: Hash; root: Hash; proof: readonly Hash[] },
): boolean {
  const { index, size, leaf, root, proof } = claim;
  if (index < 0 || index >= size) return false;
  let [at, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameHash(hash, root);
}

/** RFC 6962 §2.1.2 PROOF(m, D[n]): shows that the first `oldSize` leaves of today's tree are the tree of then. */
export function consistencyProof(sha256: Sha256, leaves: readonly Hash[], oldSize: number): Hash[] {
  if (oldSize < 1 || oldSize > leaves.length) throw new RangeError(`no tree of ${oldSize} inside ${leaves.length}`);
  return subProof(sha256, leaves, { oldSize, complete: true });
}

function subProof(sha256: Sha256, leaves: readonly Hash[], old: { oldSize: number; complete: boolean }): Hash[] {
  const { oldSize, complete } = old;
  if (oldSize === leaves.length) return complete ? [] : [treeHash(sha256, leaves)];
  const split = largestPowerBelow(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return oldSize <= split
    ? [...subProof(sha256, left, old), treeHash(sha256, right)]
    : [...subProof(sha256, right, { oldSize: oldSize - split, complete: false }), treeHash(sha256, left)];
}

/** RFC 9162 §2.1.4.2. */
export function verifyConsistency(
  sha256: Sha256,
  claim: { oldSize: number; size: number; oldRoot: Hash; root: Hash; proof: readonly Hash[] },
): boolean {
  const { oldSize, size, oldRoot, root } = claim;
  if (oldSize < 1 || oldSize > size) return false;
  if (oldSize === size) return claim.proof.length === 0 && sameHash(oldRoot, root);
  const proof = isPowerOfTwo(oldSize) ? [oldRoot, ...claim.proof] : [...claim.proof];
  const first = proof[0];
  if (first === undefined) return false;
  let [at, last] = [oldSize - 1, size - 1];
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  let [oldHash, hash] = [first, first];
  for (const sibling of proof.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(sha256, sibling, oldHash);
      hash = nodeHash(sha256, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameHash(oldHash, oldRoot) && sameHash(hash, root);
}

export function sameHash(one: Hash, other: Hash): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

function largestPowerBelow(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

function isPowerOfTwo(size: number): boolean {
  return largestPowerBelow(size * 2) === size;
}

/** Not `>> 1`: sizes may pass 2^31. */
function half(value: number): number {
  return Math.floor(value / 2);
}

function prefixed(prefix: number, parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(1 + parts.reduce((sum, part) => sum + part.length, 0));
  bytes[0] = prefix;
  let offset = 1;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
