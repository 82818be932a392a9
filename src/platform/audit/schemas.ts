import { CommaList, Cursor, IsoTime, Limit, pageOf } from "../http/shapes.ts";
import { z } from "../schema/index.ts";

/** One leaf of the Merkle log (RFC 6962 hashing). `index` is 0-based and gapless. */
export const AuditEntry = z
  .object({
    index: z.int(),
    at: IsoTime,
    actor: z.object({
      kind: z.enum(["user", "token", "service", "system", "anonymous"]),
      id: z.string(),
      name: z.string(),
    }),
    /** `<area>.<thing>.<did>`, for instance alert.status.closed; translated under audit.verb.<verb>. */
    verb: z.string(),
    object: z.object({ kind: z.string(), id: z.string() }).nullable(),
    outcome: z.enum(["ok", "denied", "failed"]),
    details: z.record(z.string(), z.unknown()),
    peer: z.string().nullable(),
    leafHash: z.string(),
  })
  .meta({ id: "AuditEntry" });
export const AuditQuery = z.object({
  cursor: Cursor,
  limit: Limit(500, 100),
  actor: z.string().max(120).optional(),
  verb: z.string().max(120).optional().describe("Exact verb or a prefix ending in '.'"),
  outcome: CommaList(z.enum(["ok", "denied", "failed"])).optional(),
  from: IsoTime.optional(),
  to: IsoTime.optional(),
});
export const AuditPage = pageOf(AuditEntry);
export const AuditVerification = z.object({
  ok: z.boolean(),
  size: z.int(),
  rootHash: z.string(),
  /** The first entry that does not fit, when `ok` is false. */
  firstBad: z.object({ index: z.int(), reason: z.string() }).nullable(),
  tookMs: z.number(),
});

const Hash = z.string().regex(/^[0-9a-f]{64}$/u);

/** What shows that an entry is in the log whose head a key has signed. */
export const EntryProof = z.object({
  /** The entry as the log keeps it; the leaf covers its canonical JSON (RFC 8785). */
  entry: z.record(z.string(), z.unknown()),
  index: z.int().min(0),
  /** Siblings from the leaf up (RFC 6962 §2.1.1). */
  path: z.array(Hash).max(64),
  head: z.object({ size: z.int().min(0), root: Hash, at: z.string().max(40), signature: z.string().max(200) }),
  /** PEM; `keyId` is the SHA-256 of its DER. Who trusts the proof compares it with the key known to be the installation's. */
  publicKey: z.string().max(1_000),
  keyId: Hash,
});
export type EntryProof = z.infer<typeof EntryProof>;
