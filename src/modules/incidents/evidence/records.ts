import type { Instant } from "../../../kernel/index.ts";
import type { Person } from "../records.ts";

export interface EvidenceRecord {
  readonly id: string;
  readonly caseId: string;
  readonly kind: "file" | "event" | "notebook";
  readonly name: string;
  readonly description: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly media: string;
  readonly mismatch: boolean;
  readonly executable: boolean;
  readonly sourceId: string | null;
  /** SHA-256 of its inclusion proof in the vault. */
  readonly proof: string | null;
  readonly addedAt: Instant;
  readonly addedBy: Person;
}

export type CustodyAct = "added" | "read" | "exported" | "proved" | "held" | "released";

/** `entry` is the exact text that `hash` covers; it begins with the hash before it. */
export interface SealedEntry {
  readonly seq: number;
  readonly at: Instant;
  readonly entry: string;
  readonly hash: string;
}
