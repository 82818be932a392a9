import type * as Shapes from "../../../platform/auth/break-glass/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type OpenAlarms = z.infer<typeof Shapes.OpenAlarms>;
export type BreakGlassState = z.infer<typeof Shapes.BreakGlassState>;
export type BreakGlassSealed = z.infer<typeof Shapes.BreakGlassSealed>;
