-- In the queue or not: what every index of the queue begins with, so that closed alerts of years cost it nothing.
-- A column of its own and no generated one: SQLite does not see that an index covers those.
ALTER TABLE alerts_groups ADD COLUMN live INTEGER NOT NULL DEFAULT 1;
UPDATE alerts_groups SET live = 0 WHERE status = 'closed';
DROP INDEX alerts_groups_urgency;
DROP INDEX alerts_groups_last_seen;
DROP INDEX alerts_groups_rule;
-- Holds what the queue filters by: a search that finds little walks the index, not the table.
CREATE INDEX alerts_groups_by_urgency ON alerts_groups
  (live, urgency, last_seen, id, status, level, exercise_id, assignee_id, search);
CREATE INDEX alerts_groups_by_last_seen ON alerts_groups (live, last_seen, id, status, level, exercise_id, assignee_id);
CREATE INDEX alerts_groups_by_first_seen ON alerts_groups (live, first_seen, last_seen, id);
CREATE INDEX alerts_groups_by_count ON alerts_groups (live, finding_count, last_seen, id);
CREATE INDEX alerts_groups_rule ON alerts_groups (rule_id, live, urgency, last_seen, id);
CREATE INDEX alerts_groups_entity ON alerts_groups (entity_value, live, urgency, last_seen, id);
CREATE INDEX alerts_groups_assignee ON alerts_groups (assignee_id, live, urgency, last_seen, id)
  WHERE assignee_id IS NOT NULL;
CREATE INDEX alerts_groups_exercise ON alerts_groups (exercise_id) WHERE exercise_id IS NOT NULL;
-- Ages of the queue by position instead of by reading them all.
CREATE INDEX alerts_groups_age ON alerts_groups (status, exercise_id, created_at);
