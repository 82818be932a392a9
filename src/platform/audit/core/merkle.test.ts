import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as merkle from "./merkle.ts";

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** RFC 6962 §2.1 word for word, on entries. */
function naiveTreeHash(entries: readonly Uint8Array[]): Uint8Array {
  const [only] = entries;
  if (only === undefined) return sha256(new Uint8Array());
  if (entries.length === 1) return sha256(Buffer.concat([Buffer.of(0), only]));
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return sha256(
    Buffer.concat([Buffer.of(1), naiveTreeHash(entries.slice(0, split)), naiveTreeHash(entries.slice(split))]),
  );
}

/** The eight inputs and roots published with the certificate-transparency reference code. */
const INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const leavesOf = (entries: readonly Uint8Array[]) => entries.map((entry) => merkle.leafHash(sha256, entry));

describe("tree hash", () => {
  test("of nothing is the hash of nothing", () => {
    expect(hex(merkle.treeHash(sha256, []))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test.each(ROOTS.map((root, index) => ({ size: index + 1, root })))(
    "of the reference vectors, size $size",
    ({ size, root }) => {
      const leaves = leavesOf(INPUTS.slice(0, size).map((text) => Buffer.from(text, "hex")));
      expect(hex(merkle.treeHash(sha256, leaves))).toBe(root);
    },
  );

  test("equals the recursive definition for any entries", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 70 }), (entries) => {
        expect(hex(merkle.treeHash(sha256, leavesOf(entries)))).toBe(hex(naiveTreeHash(entries)));
      }),
    );
  });
});

const sizeAndPart = fc
  .integer({ min: 1, max: 70 })
  .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 1, max: size })));
const numbered = (size: number) => leavesOf(Array.from({ length: size }, (_, index) => Buffer.from(`entry ${index}`)));

describe("inclusion proofs", () => {
  test("hold for every leaf, and for no other leaf, root or position", () => {
    fc.assert(
      fc.property(sizeAndPart, ([size, part]) => {
        const [leaves, index] = [numbered(size), part - 1];
        const claim = { index, size, leaf: leaves[index] as Uint8Array, root: merkle.treeHash(sha256, leaves) };
        const proof = merkle.inclusionProof(sha256, leaves, index);
        expect(merkle.verifyInclusion(sha256, { ...claim, proof })).toBe(true);
        expect(merkle.verifyInclusion(sha256, { ...claim, proof, leaf: sha256(claim.leaf) })).toBe(false);
        expect(merkle.verifyInclusion(sha256, { ...claim, proof, root: sha256(claim.root) })).toBe(false);
        expect(merkle.verifyInclusion(sha256, { ...claim, proof: [...proof, claim.leaf] })).toBe(false);
        if (size > 1)
          expect(merkle.verifyInclusion(sha256, { ...claim, proof, index: (index + 1) % size })).toBe(false);
      }),
    );
  });

  test("are refused for a leaf that is not there", () => {
    expect(() => merkle.inclusionProof(sha256, numbered(3), 3)).toThrow(RangeError);
  });
});

describe("consistency proofs", () => {
  test("hold for every earlier size, and not for a rewritten past", () => {
    fc.assert(
      fc.property(sizeAndPart, ([size, oldSize]) => {
        const leaves = numbered(size);
        const proof = merkle.consistencyProof(sha256, leaves, oldSize);
        const oldRoot = merkle.treeHash(sha256, leaves.slice(0, oldSize));
        const claim = { oldSize, size, oldRoot, root: merkle.treeHash(sha256, leaves), proof };
        expect(merkle.verifyConsistency(sha256, claim)).toBe(true);
        expect(merkle.verifyConsistency(sha256, { ...claim, oldRoot: sha256(oldRoot) })).toBe(false);
        expect(merkle.verifyConsistency(sha256, { ...claim, root: sha256(claim.root) })).toBe(false);
        expect(merkle.verifyConsistency(sha256, { ...claim, proof: [...proof, oldRoot] })).toBe(false);
      }),
    );
  });
});

test("the frontier keeps one peak for each set bit of its size", () => {
  let frontier = merkle.EMPTY;
  for (const leaf of numbered(200)) {
    frontier = merkle.append(sha256, frontier, leaf);
    expect(frontier.peaks.length).toBe(frontier.size.toString(2).replaceAll("0", "").length);
  }
});
