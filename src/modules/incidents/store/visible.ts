/**
 * The one condition under which a case exists for somebody. Every statement that reads cases for a person carries it,
 * so that what is restricted is not found rather than found and refused: same statement, same answer, same time.
 */
import { sql } from "../../../platform/db/index.ts";

/** For statements that call the cases table `c`. */
export function visibleTo(userId: string) {
  return sql<boolean>`(c.restricted = 0 OR EXISTS (
    SELECT 1 FROM incidents_members AS m WHERE m.case_id = c.id AND m.user_id = ${userId}))`;
}
