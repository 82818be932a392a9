/** Shapes of proofs and checks, as the API and the console see them. */
import { EntryProof } from "../../../platform/audit/schemas.ts";
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
