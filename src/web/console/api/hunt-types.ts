/** The shapes of saved hunts, taken as types from the schemas of their module. */
import type * as HuntShapes from "../../../modules/hunts/schemas.ts";
import type * as LakeShapes from "../../../modules/lake/schemas.ts";
import type { z } from "../../../platform/schema/index.ts";

export type SavedHunt = z.infer<typeof HuntShapes.SavedHunt>;
export type SavedHuntList = z.infer<typeof HuntShapes.SavedHuntList>;
export type HuntContent = z.infer<typeof HuntShapes.HuntContent>;
export type HuntSchedule = z.infer<typeof HuntShapes.ScheduleContent>;
export type HuntTiming = HuntSchedule["timing"];
export type HuntRunList = z.infer<typeof HuntShapes.HuntRunList>;
export type HuntPreview = z.infer<typeof HuntShapes.Preview>;
export type HuntLink = z.infer<typeof HuntShapes.Link>;
export type HuntLinkContent = z.infer<typeof HuntShapes.LinkContent>;
export type SuggestResponse = LakeShapes.SuggestResponse;
export type Suggestion = SuggestResponse["items"][number];
export type RunningQuery = LakeShapes.RunningQuery;
