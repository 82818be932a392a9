-- JSON of the factors behind `urgency`; null until the group is weighed again. Derived, no history.
ALTER TABLE alerts_groups ADD COLUMN urgency_factors TEXT;
-- Who closed it last and when, for "seen before": the last `close` of the history.
ALTER TABLE alerts_groups ADD COLUMN closed_at INTEGER;
ALTER TABLE alerts_groups ADD COLUMN closed_by TEXT;
UPDATE alerts_groups SET (closed_at, closed_by) = (
  SELECT at, actor_name FROM alerts_transitions
  WHERE alert_id = alerts_groups.id AND action = 'close' ORDER BY seq DESC LIMIT 1
) WHERE status = 'closed';
CREATE INDEX alerts_groups_verdicts ON alerts_groups (rule_id, close_reason, exercise_id) WHERE close_reason IS NOT NULL;
CREATE INDEX alerts_groups_seen ON alerts_groups (group_key, status, close_reason, closed_by, closed_at);
DROP INDEX alerts_groups_key;
