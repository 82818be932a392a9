import { z } from "../../schema/index.ts";
import { MAX_IMPORT_CHARS } from "../limits.ts";
import { Language } from "../schemas.ts";

const Csv = z.string().max(MAX_IMPORT_CHARS);
const FileName = z.string().trim().min(1).max(200);
const FromTo = z.object({ from: z.string(), to: z.string() }).nullable();

export const PeopleImportRequest = z.strictObject({ csv: Csv, file: FileName });

export const PeopleImportPreview = z
  .object({
    created: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    /** The first of them. */
    newPeople: z.array(
      z.object({
        line: z.int(),
        username: z.string(),
        displayName: z.string(),
        role: z.string(),
        language: Language,
      }),
    ),
    changes: z.array(z.object({ line: z.int(), username: z.string(), displayName: FromTo, role: FromTo })),
    /** Columns that mean nothing here. */
    ignored: z.array(z.string()),
    problems: z.array(
      z.object({
        line: z.int(),
        code: z.string().describe("Translated under users.import.problem.<code>"),
        params: z.record(z.string(), z.union([z.string(), z.number()])),
      }),
    ),
    problemCount: z.int(),
    /** What was looked at: an import of something else is refused. */
    plan: z.string(),
  })
  .meta({ id: "PeopleImportPreview" });

export const PeopleImportApply = PeopleImportRequest.extend({
  plan: z.string().max(64),
  /** `none` where people sign in through the organisation's identity provider. */
  passwords: z.enum(["make", "none"]).default("make"),
});

/** The only answer that ever holds the passwords. */
export const PeopleImported = z.object({
  created: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  people: z.array(z.object({ username: z.string(), displayName: z.string(), password: z.string().nullable() })),
});
