import { z } from "../../../platform/schema/index.ts";
import type { RuleExceptions } from "../exceptions/exceptions.ts";
import type { RuleLibrary } from "../library/library.ts";
import type { RuleStatistics } from "../library/statistics.ts";
import type { FiredStats } from "./listing.ts";

/** What the routes of rules stand on. */
export interface RuleRouteParts {
  readonly library: RuleLibrary;
  readonly exceptions: RuleExceptions;
  readonly statistics: RuleStatistics;
  readonly fired: FiredStats;
  /** Uploads wait here while they are read. */
  readonly tempDir: string;
}

export const IdParams = z.object({ id: z.string().max(256) });
/** Lists that stand in memory are paged by place. */
export const OffsetCursor = z.object({ offset: z.int().min(0) });
