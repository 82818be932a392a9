/** Shapes of proofs and checks, as the API and the console see them. */
import { EntryProof } from "../../../platform/audit/index.ts";
import { IsoTime } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import { LEAF_COLUMNS, LEAF_FORMAT } from "./core/leaf.ts";

const Hash = z.string().regex(/^[0-9a-f]{64}$/u);
const Values = z.strictObject(
  Object.fromEntries(LEAF_COLUMNS.map((name) => [name, z.string().nullable()])) as Record<
    (typeof LEAF_COLUMNS)[number],
    z.ZodNullable<z.ZodString>
  >,
);

export const EventProof = z
  .object({
    format: z.literal("khien-event-proof-1"),
    /** The event as it is stored, column by column: what the leaf covers (docs/integrity.md). */
    event: Values,
    leafFormat: z.literal(LEAF_FORMAT),
    leafHash: Hash,
    segment: z.object({ name: z.string().max(200), events: z.int().min(1), root: Hash, row: z.int().min(0) }),
    /** Siblings from the leaf up to the segment's root (RFC 6962 §2.1.1). */
    path: z.array(Hash).max(64),
    /** The audit entry that tells the segment's root, and its place in the signed log. */
    log: EntryProof,
  })
  .meta({ id: "EventProof" });
export type EventProof = z.infer<typeof EventProof>;

/** A check asked for: `deep` goes through every event, otherwise files are compared with their sealed hashes. */
export const CheckInput = z.strictObject({ deep: z.boolean().default(false) });

export const RunningCheck = z.object({
  startedAt: IsoTime,
  by: z.string(),
  deep: z.boolean(),
  segments: z.int(),
  /** Segments there are to go through. */
  of: z.int(),
});
export type RunningCheck = z.infer<typeof RunningCheck>;

/** What a check found, as its entry in the audit log tells it. */
export const CheckDetails = z.object({
  deep: z.boolean(),
  /** Null: it was cut short, `error` says why. */
  ok: z.boolean().nullable(),
  segments: z.int(),
  events: z.int(),
  findings: z.int(),
  /** The first of them: codes are storage.finding.<code>. */
  found: z.array(z.object({ code: z.string(), name: z.string() })),
  auditEntries: z.int(),
  auditFlaw: z.object({ index: z.int(), reason: z.string() }).nullable(),
  tookMs: z.int(),
  error: z.string().nullable(),
});
export type CheckDetails = z.infer<typeof CheckDetails>;

export const LastCheck = CheckDetails.extend({ at: IsoTime, by: z.string() });
export type LastCheck = z.infer<typeof LastCheck>;
