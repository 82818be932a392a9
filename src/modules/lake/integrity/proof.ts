/**
 * The proof that one event is what was sealed: its leaf, the path to the segment's root, and the proof that the audit
 * log holds that root. Whoever has the installation's public key can check it without us.
 */
import { join } from "node:path";
import { Fault } from "../../../kernel/index.ts";
import { type Audit, type EntryProofFlaw, flawOfEntryProof, sha256 } from "../../../platform/audit/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import type { LakeStore } from "../store/lake-store.ts";
import { LEAF_FORMAT, leafText, type LeafValues } from "./core/leaf.ts";
import { SEALED } from "./core/ledger.ts";
import { HASH_BYTES } from "./core/packed-tree.ts";
import { verifyPath } from "./core/path.ts";
import { leavesFileOf, readLeavesFile } from "./leaves-file.ts";
import type { EventProof } from "./schemas.ts";
import { findSeal } from "./store.ts";

export type ProofFlaw = "leaf_hash" | "segment_path" | "entry_other" | EntryProofFlaw;

/** Undefined when the proof holds. */
export function flawOfProof(proof: EventProof): ProofFlaw | undefined {
  const leaf = leafHashOf(proof.event);
  if (hex(leaf) !== proof.leafHash) return "leaf_hash";
  const { name, events, root, row } = proof.segment;
  const path = proof.path.map((sibling) => Buffer.from(sibling, "hex"));
  const claim = { index: row, size: events, leaf, root: Buffer.from(root, "hex"), path };
  if (!verifyPath(sha256, claim)) return "segment_path";
  const { verb, object, details } = proof.log.entry as {
    verb?: unknown;
    object?: { id?: unknown } | null;
    details?: { root?: unknown; events?: unknown };
  };
  const tellsIt = verb === SEALED && object?.id === name && details?.root === root && details.events === events;
  return tellsIt ? flawOfEntryProof(proof.log) : "entry_other";
}

interface ProofDeps {
  readonly store: LakeStore;
  readonly records: Records;
  readonly audit: Audit;
  readonly segmentDir: string;
}

/** Fault lake.event.missing, lake.proof.pending (not sealed yet), lake.proof.altered (the store is not what was sealed). */
export async function proveEvent(id: string, deps: ProofDeps): Promise<EventProof> {
  const { store, records, audit, segmentDir } = deps;
  const located = await store.upkeep("locate", { id });
  if (located === null) {
    const stored = await store.event(id);
    if (stored === undefined) throw new Fault("missing", "lake.event.missing", "no such event", { id });
    throw pending(id);
  }
  const seal = await findSeal(records.query, located.segment);
  if (seal === undefined) throw pending(id);
  const side = await readLeavesFile(leavesFileOf(join(segmentDir, located.segment)), located.row);
  const leafHash = hex(leafHashOf(located.values));
  const at = located.row * HASH_BYTES;
  const sealedLeaf = side === undefined ? "" : hex(side.leaves.hashes.subarray(at, at + HASH_BYTES));
  const entry = await audit.prove(seal.auditIndex);
  if (side?.root !== seal.root || sealedLeaf !== leafHash || entry === undefined) throw altered(located);
  const proof: EventProof = {
    format: "khien-event-proof-1",
    event: located.values,
    leafFormat: LEAF_FORMAT,
    leafHash,
    segment: { name: seal.name, events: seal.events, root: seal.root, row: located.row },
    path: [...side.path],
    log: entry,
  };
  // Nobody is handed a proof that does not hold.
  if (flawOfProof(proof) !== undefined) throw altered(located);
  return proof;
}

function altered({ segment, row }: { readonly segment: string; readonly row: number }): Fault {
  const detail = "the store is not what was sealed; run: khien verify";
  return new Fault("conflict", "lake.proof.altered", detail, { segment, row });
}

function pending(id: string): Fault {
  const detail = "the event is stored, but its segment is not sealed yet; ask again within the hour";
  return new Fault("unavailable", "lake.proof.pending", detail, { id }, 600);
}

export function leafHashOf(values: LeafValues): Uint8Array {
  return sha256(Buffer.from(`\0${leafText(values, (text) => Buffer.byteLength(text))}`));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
