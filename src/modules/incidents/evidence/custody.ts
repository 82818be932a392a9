/**
 * The custody of a case's evidence: who added, read, exported what and when, each entry sealed with the one before.
 *
 *   entry = JSON of [hash before or case id, seq, time, who (id), who (name), act, evidence id, SHA-256, details]
 *   hash  = SHA-256(entry)
 *
 * The audit log holds every hash, so that not even the whole chain can be written anew without it being seen there.
 */
import { createHash } from "node:crypto";
import { toIso } from "../../../kernel/index.ts";
import type { Desk } from "../ledger.ts";
import { appendCustody, lastCustody } from "../store/evidence.ts";
import type { CustodyAct, SealedEntry } from "./records.ts";

export interface CustodyContent {
  readonly seq: number;
  readonly at: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly act: CustodyAct;
  readonly evidenceId: string | null;
  readonly sha256: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Inside the change that it tells of. The hash goes into the audit entry of the same transaction. */
export async function enterCustody(
  desk: Desk,
  what: {
    readonly act: CustodyAct;
    readonly evidence?: { readonly id: string; readonly sha256: string };
    readonly details?: Readonly<Record<string, unknown>>;
  },
): Promise<SealedEntry> {
  const { id } = desk.record;
  const last = await lastCustody(desk.tx, id);
  const seq = (last?.seq ?? 0) + 1;
  const { act, evidence, details = {} } = what;
  const entry = JSON.stringify([
    last?.hash ?? id,
    seq,
    toIso(desk.now),
    desk.by.id,
    desk.by.name,
    act,
    evidence?.id ?? null,
    evidence?.sha256 ?? null,
    details,
  ]);
  const sealed: SealedEntry = { seq, at: desk.now, entry, hash: sealOf(entry) };
  await appendCustody(desk.tx, id, sealed);
  return sealed;
}

export function readCustody({ entry }: SealedEntry): CustodyContent {
  const [, seq, at, byId, byName, act, evidenceId, sha256, details] = JSON.parse(entry) as [
    string,
    number,
    string,
    string,
    string,
    CustodyAct,
    string | null,
    string | null,
    Record<string, unknown>,
  ];
  return { seq, at, by: { id: byId, name: byName }, act, evidenceId, sha256, details };
}

/** Number of the first entry that does not fit, or null. */
export function brokenCustody(caseId: string, entries: readonly SealedEntry[]): number | null {
  let before = caseId;
  for (const [index, { seq, entry, hash }] of entries.entries()) {
    const [previous] = JSON.parse(entry) as [string];
    if (seq !== index + 1 || previous !== before || hash !== sealOf(entry)) return index + 1;
    before = hash;
  }
  return null;
}

function sealOf(entry: string): string {
  return createHash("sha256").update(entry).digest("hex");
}
