import type { KeyObject } from "node:crypto";
import type { z } from "../schema/index.ts";
import { canonical, type Json } from "./core/canonical.ts";
import { append, EMPTY, type Frontier, type Hash, leafHash, rootOf, sameHash } from "./core/merkle.ts";
import { isSignedBy, sha256 } from "./head.ts";
import type { HeadLine } from "./heads-file.ts";
import type { AuditVerification as Verification } from "./schemas.ts";
import type { EntryRow, HeadRow } from "./store.ts";

export type AuditVerification = z.infer<typeof Verification>;

/** Why an entry does not fit; texts under audit.reason.<reason>. */
export type Misfit =
  | "changed" // its text and its leaf hash disagree
  | "rewritten" // text and leaf hash agree, but not with the tree
  | "reordered" // it says another index than its place
  | "missing" // the log goes on behind a gap
  | "truncated" // a signed head promises more entries than there are
  | "inserted" // it stands behind the end the signed head states
  | "head_mismatch" // a signed head states another root; the change lies between this entry and the head
  | "head_signature" // a head was not signed by this installation's key
  | "head_damaged" // a line of the heads file is not a head
  | "heads_missing" // heads file or public key are gone
  | "unreadable" // the store itself cannot be read from here on
  | "store_damaged"; // every entry fits, but the search indexes of the store do not

/** A head kept outside the installation (printed, mailed, logged elsewhere): the only witness an intruder cannot rewrite. */
export interface OutsideHead {
  readonly size: number;
  readonly rootHash: string;
}

export interface Witnesses {
  readonly publicKey: KeyObject | undefined;
  /** The head inside the records. */
  readonly stored: HeadRow | undefined;
  readonly lines: readonly HeadLine[] | undefined;
  readonly outside?: OutsideHead | undefined;
}

/** Checks entries fed in index order against every witness there is. Stops judging at the first bad entry. */
export class Verifier {
  readonly #witnesses: Witnesses;
  /** Roots that heads state, by size. */
  readonly #stated = new Map<number, string[]>();
  readonly #promised: number;
  #frontier: Frontier = EMPTY;
  #root = rootOf(sha256, EMPTY);
  /** Entries below this are vouched for by a signed head that fits. */
  #vouched = 0;
  #firstBad: { index: number; reason: Misfit } | null = null;

  constructor(witnesses: Witnesses) {
    this.#witnesses = witnesses;
    const heads: { size: number; root: string }[] = (witnesses.lines ?? []).flatMap(({ head }) =>
      head === undefined ? [] : [head],
    );
    if (witnesses.stored !== undefined) heads.push(witnesses.stored.head);
    if (witnesses.outside !== undefined) heads.push({ size: witnesses.outside.size, root: witnesses.outside.rootHash });
    for (const { size, root } of heads) this.#stated.set(size, [...(this.#stated.get(size) ?? []), root.toLowerCase()]);
    this.#promised = Math.max(0, ...this.#stated.keys());
  }

  get failed(): boolean {
    return this.#firstBad !== null;
  }

  feed(row: EntryRow): void {
    if (this.#firstBad !== null) return;
    const index = this.#frontier.size;
    const misfit = this.#judge(row, index);
    if (misfit !== undefined) return this.#mark(index, misfit);
    if (!this.#fitsHeads()) this.#mark(this.#vouched, "head_mismatch");
  }

  /** The store could not be read beyond what was fed, or says of itself that it is damaged. */
  breakOff(reason: "unreadable" | "store_damaged" = "unreadable"): void {
    this.#mark(this.#frontier.size, reason);
  }

  finish(tookMs: number): AuditVerification {
    this.#checkEnd();
    this.#checkHeads();
    return {
      ok: this.#firstBad === null,
      size: this.#frontier.size,
      rootHash: Buffer.from(this.#root).toString("hex"),
      firstBad: this.#firstBad,
      tookMs,
    };
  }

  #judge(row: EntryRow, index: number): Misfit | undefined {
    if (row.idx !== index) return "missing";
    if (this.#witnesses.stored !== undefined && index >= this.#witnesses.stored.head.size) return "inserted";
    const leaf = leafHash(sha256, Buffer.from(row.entry));
    if (!sameHash(leaf, row.leafHash) || !isCanonical(row.entry)) return "changed";
    if (statedIndex(row.entry) !== index) return "reordered";
    const grown = append(sha256, this.#frontier, leaf);
    const root = rootOf(sha256, grown);
    if (!sameHash(root, row.root)) return "rewritten";
    this.#frontier = grown;
    this.#root = root;
    return undefined;
  }

  /** Whether every head of the present size states the present root. */
  #fitsHeads(): boolean {
    const stated = this.#stated.get(this.#frontier.size);
    if (stated === undefined) return true;
    const root = Buffer.from(this.#root).toString("hex");
    if (!stated.every((one) => one === root)) return false;
    this.#vouched = this.#frontier.size;
    return true;
  }

  #checkEnd(): void {
    if (this.#firstBad !== null) return;
    if (this.#frontier.size === 0 && !this.#fitsHeads()) this.#mark(0, "head_mismatch");
    if (this.#frontier.size < this.#promised) this.#mark(this.#frontier.size, "truncated");
    const { stored } = this.#witnesses;
    if (stored === undefined) return this.#frontier.size === 0 ? undefined : this.#mark(this.#vouched, "heads_missing");
    if (!samePeaks(stored.frontier.peaks, this.#frontier.peaks)) this.#mark(this.#vouched, "head_mismatch");
  }

  /** The heads themselves: kept, whole, and signed by the key whose public half lies beside them. */
  #checkHeads(): void {
    const { publicKey, lines, stored } = this.#witnesses;
    if (this.#firstBad !== null) return;
    if (publicKey === undefined || lines === undefined || lines.length === 0) return this.#mark(0, "heads_missing");
    let vouched = 0;
    for (const { head } of lines) {
      if (head === undefined) return this.#mark(vouched, "head_damaged");
      if (!isSignedBy(publicKey, head)) return this.#mark(vouched, "head_signature");
      vouched = head.size;
    }
    if (stored !== undefined && !isSignedBy(publicKey, stored.head)) this.#mark(vouched, "head_signature");
  }

  #mark(index: number, reason: Misfit): void {
    this.#firstBad ??= { index, reason };
  }
}

function samePeaks(one: readonly Hash[], other: readonly Hash[]): boolean {
  return one.length === other.length && one.every((peak, index) => sameHash(peak, other[index] ?? new Uint8Array()));
}

function isCanonical(text: string): boolean {
  try {
    return canonical(JSON.parse(text) as Json) === text;
  } catch {
    return false;
  }
}

function statedIndex(text: string): unknown {
  return (JSON.parse(text) as { index?: unknown }).index;
}
