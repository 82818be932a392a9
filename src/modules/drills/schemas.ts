import { IsoTime } from "../../platform/http/shapes.ts";
import { z } from "../../platform/schema/index.ts";

export const ScenarioSummary = z.object({
  slug: z.string(),
  title: z.object({ vi: z.string(), en: z.string() }),
  summary: z.object({ vi: z.string(), en: z.string() }),
  phases: z.array(z.object({ id: z.string(), title: z.object({ vi: z.string(), en: z.string() }) })),
  events: z.int(),
});
export const Exercise = z
  .object({
    id: z.string(),
    scenario: z.string(),
    title: z.object({ vi: z.string(), en: z.string() }),
    state: z.enum(["running", "ended", "stopped", "failed"]),
    startedAt: IsoTime,
    endedAt: IsoTime.nullable(),
    startedBy: z.string(),
    sent: z.int(),
    total: z.int(),
    phase: z.string().nullable(),
    alerts: z.int(),
    failure: z.string().nullable(),
  })
  .meta({ id: "Exercise" });
export const ScenarioList = z.object({ items: z.array(ScenarioSummary) });
export const ExerciseList = z.object({ items: z.array(Exercise) });
export const ExerciseStart = z.object({ scenario: z.string().max(120) });
