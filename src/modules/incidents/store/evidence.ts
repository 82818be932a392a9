import type { NoTables, Query, Selectable, Tx } from "../../../platform/db/index.ts";
import type { EvidenceRecord, SealedEntry } from "../evidence/records.ts";

type EvidenceTables = {
  incidents_evidence: {
    id: string;
    case_id: string;
    kind: string;
    name: string;
    description: string;
    bytes: number;
    sha256: string;
    media: string;
    mismatch: number;
    executable: number;
    source_id: string | null;
    proof: string | null;
    added_at: number;
    added_by_id: string;
    added_by_name: string;
  };
  incidents_custody: { case_id: string; seq: number; at: number; entry: string; hash: string };
};
const tables = (query: Query<NoTables>) => query.withTables<EvidenceTables>();

/** True when the case did not have it. */
export async function putEvidence(tx: Tx, record: EvidenceRecord): Promise<boolean> {
  const result = await tables(tx)
    .insertInto("incidents_evidence")
    .values({
      id: record.id,
      case_id: record.caseId,
      kind: record.kind,
      name: record.name,
      description: record.description,
      bytes: record.bytes,
      sha256: record.sha256,
      media: record.media,
      mismatch: record.mismatch ? 1 : 0,
      executable: record.executable ? 1 : 0,
      source_id: record.sourceId,
      proof: record.proof,
      added_at: record.addedAt,
      added_by_id: record.addedBy.id,
      added_by_name: record.addedBy.name,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
}

export async function setProof(tx: Tx, id: string, proof: string): Promise<void> {
  await tables(tx)
    .updateTable("incidents_evidence")
    .set({ proof })
    .where("id", "=", id)
    .where("proof", "is", null)
    .execute();
}

export async function evidenceOf(query: Query<NoTables>, caseId: string): Promise<EvidenceRecord[]> {
  const rows = await tables(query)
    .selectFrom("incidents_evidence")
    .selectAll()
    .where("case_id", "=", caseId)
    .orderBy("added_at")
    .orderBy("id")
    .execute();
  return rows.map(toEvidence);
}

export async function appendCustody(tx: Tx, caseId: string, sealed: SealedEntry): Promise<void> {
  const { seq, at, entry, hash } = sealed;
  await tables(tx).insertInto("incidents_custody").values({ case_id: caseId, seq, at, entry, hash }).execute();
}

export async function lastCustody(query: Query<NoTables>, caseId: string): Promise<SealedEntry | undefined> {
  return await tables(query)
    .selectFrom("incidents_custody")
    .select(["seq", "at", "entry", "hash"])
    .where("case_id", "=", caseId)
    .orderBy("seq", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** Oldest first. */
export async function custodyOf(query: Query<NoTables>, caseId: string): Promise<SealedEntry[]> {
  return await tables(query)
    .selectFrom("incidents_custody")
    .select(["seq", "at", "entry", "hash"])
    .where("case_id", "=", caseId)
    .orderBy("seq")
    .execute();
}

function toEvidence(row: Selectable<EvidenceTables["incidents_evidence"]>): EvidenceRecord {
  return {
    id: row.id,
    caseId: row.case_id,
    kind: row.kind as EvidenceRecord["kind"],
    name: row.name,
    description: row.description,
    bytes: row.bytes,
    sha256: row.sha256,
    media: row.media,
    mismatch: row.mismatch === 1,
    executable: row.executable === 1,
    sourceId: row.source_id,
    proof: row.proof,
    addedAt: row.added_at,
    addedBy: { id: row.added_by_id, name: row.added_by_name },
  };
}
