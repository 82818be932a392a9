/** Shapes of the ATT&CK coverage routes. */
import { z } from "../../../platform/schema/index.ts";

export const AttackDomain = z.enum(["enterprise", "ics"]);
export const AttackQuery = z.object({ domain: AttackDomain.default("enterprise") });

const counts = {
  id: z.string(),
  name: z.string(),
  rules: z.int(),
  enabled: z.int(),
  live: z.int().describe("Enabled, and events of their log source arrived lately"),
  quiet: z.int().describe("Enabled, a known source that sends nothing"),
  none: z.int().describe("Enabled, but nothing this program reads can feed them"),
  fired30d: z.int(),
};

export const AttackTechnique = z.object({
  ...counts,
  /** The rules, fired and states above include those of the sub-techniques; this is the technique alone. */
  own: z.int(),
  subtechniques: z.array(z.object(counts)),
});

export const AttackMatrix = z
  .object({
    domain: AttackDomain,
    version: z.string(),
    attribution: z.string(),
    tactics: z.array(
      z.object({ id: z.string(), name: z.string(), shortName: z.string(), techniques: z.array(AttackTechnique) }),
    ),
    /** Rules that name no technique of this domain's table. */
    unmapped: z.int(),
    /** Technique ids that rules name and the tables do not know. */
    unknown: z.array(z.string()),
  })
  .meta({ id: "AttackMatrix" });
