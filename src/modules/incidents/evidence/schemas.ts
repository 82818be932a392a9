/** Shapes of evidence as the API and the console see it. */
import { IsoTime } from "../../../platform/http/shapes.ts";
import { z } from "../../../platform/schema/index.ts";
import { MAX_EVENTS_AT_ONCE, MAX_FILE_NAME, MAX_REASON, MAX_SHORT_TEXT } from "../limits.ts";

const Id = z.string().max(64);
const Description = z.string().trim().max(MAX_SHORT_TEXT).default("");
const Person = z.object({ id: z.string(), name: z.string() });

export const EvidenceParams = z.object({ id: Id, evidence: Id });
export const FileAdded = z.object({
  name: z.string().trim().min(1).max(MAX_FILE_NAME).describe("As it was called; kept as text, never used as a path"),
  description: Description,
});
export const EventsAdded = z.object({
  events: z
    .array(z.string().regex(/^[0-9a-f]{32}$/u))
    .min(1)
    .max(MAX_EVENTS_AT_ONCE),
  description: Description,
});
export const NotebookAdded = z.object({ notebook: Id, description: Description });
export const HoldChange = z.object({ reason: z.string().trim().min(1).max(MAX_REASON) });

/** The merged case that took it in and keeps its custody; null for the case itself. */
const FromCase = z.object({ id: z.string(), number: z.string() }).nullable();

export const Evidence = z.object({
  id: z.string(),
  fromCase: FromCase,
  kind: z.enum(["file", "event", "notebook"]),
  name: z.string(),
  description: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  media: z.string().describe("What its first bytes are"),
  mismatch: z.boolean().describe("The name claims another kind of file"),
  executable: z.boolean(),
  sourceId: z.string().nullable(),
  proved: z.boolean().describe("There is a proof that the event lies in the sealed store"),
  addedAt: IsoTime,
  addedBy: Person,
});
export const Custody = z.object({
  fromCase: FromCase,
  seq: z.int().describe("Within the custody of its case"),
  at: IsoTime,
  by: Person,
  act: z.enum(["added", "read", "exported", "proved", "held", "released"]),
  evidenceId: z.string().nullable(),
  sha256: z.string().nullable(),
});
export const EvidenceList = z.object({
  items: z.array(Evidence),
  custody: z.array(Custody).describe("Oldest first"),
  keyId: z.string().describe("SHA-256 of the public key bags are signed with"),
});
export const Proved = z.object({ waiting: z.int().describe("Events whose proof is still missing") });
