-- State beyond status, reason and assignee, as JSON of core/workflow.ts; the columns repeat what queues filter by.
ALTER TABLE alerts_groups ADD COLUMN more TEXT;
ALTER TABLE alerts_groups ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts_groups ADD COLUMN snoozed_until INTEGER;
ALTER TABLE alerts_groups ADD COLUMN merged_into TEXT;
ALTER TABLE alerts_groups ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0;
-- What a group counts without the groups that were merged into it.
ALTER TABLE alerts_groups ADD COLUMN own_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts_groups ADD COLUMN own_first INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alerts_groups ADD COLUMN own_last INTEGER NOT NULL DEFAULT 0;
-- Further values the group was narrowed down to, as JSON: by the rule's grouping or by splitting.
ALTER TABLE alerts_groups ADD COLUMN also TEXT;
-- The clock that runs: due_rank is minus its end, so that the first due sorts first; nothing due sorts last.
ALTER TABLE alerts_groups ADD COLUMN due_kind TEXT;
ALTER TABLE alerts_groups ADD COLUMN due_at INTEGER;
ALTER TABLE alerts_groups ADD COLUMN due_rank INTEGER NOT NULL DEFAULT -9007199254740991;
UPDATE alerts_groups SET own_count = finding_count, own_first = first_seen, own_last = last_seen;
DROP INDEX alerts_groups_live;
CREATE UNIQUE INDEX alerts_groups_live ON alerts_groups (group_key) WHERE live = 1;
CREATE INDEX alerts_groups_by_due ON alerts_groups (live, due_rank, last_seen, id);
CREATE INDEX alerts_groups_merged ON alerts_groups (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX alerts_groups_asleep ON alerts_groups (snoozed_until) WHERE snoozed_until IS NOT NULL;
CREATE INDEX alerts_groups_unconfirmed ON alerts_groups (unconfirmed, closed_at) WHERE unconfirmed = 1;

ALTER TABLE alerts_transitions ADD COLUMN before_more TEXT;
ALTER TABLE alerts_transitions ADD COLUMN after_more TEXT;
-- The other alert of a merge or a split.
ALTER TABLE alerts_transitions ADD COLUMN other_id TEXT;

-- Who and what the event was about, as JSON by column, so that a group can be split by it.
ALTER TABLE alerts_findings ADD COLUMN entities TEXT;
CREATE INDEX alerts_findings_event ON alerts_findings (event_id);

CREATE TABLE alerts_tags (
  tag TEXT NOT NULL,
  alert_id TEXT NOT NULL REFERENCES alerts_groups (id),
  PRIMARY KEY (tag, alert_id)
) STRICT, WITHOUT ROWID;

-- Findings of a group that go to a group of their own from now on.
CREATE TABLE alerts_splits (
  parent_key TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  child_key TEXT NOT NULL,
  PRIMARY KEY (parent_key, kind, value)
) STRICT, WITHOUT ROWID;

-- The entity kinds a rule's findings are grouped by, where somebody chose others than the program's.
CREATE TABLE alerts_grouping (
  rule_id TEXT PRIMARY KEY,
  kinds TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Folded from alerts_transitions and the findings, and from nothing else: may be dropped and folded again.
CREATE TABLE alerts_facts (
  alert_id TEXT PRIMARY KEY REFERENCES alerts_groups (id),
  rule_id TEXT NOT NULL,
  level TEXT NOT NULL,
  is_exercise INTEGER NOT NULL,
  is_merged INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  ingested_at INTEGER,
  view_at INTEGER,
  ack_at INTEGER,
  ack_by TEXT,
  qual_at INTEGER,
  verdict TEXT,
  cont_at INTEGER,
  res_at INTEGER,
  close_at INTEGER,
  paused_ms INTEGER NOT NULL,
  reopened INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_facts_created ON alerts_facts (created_at);
-- As in 0005, and with what hides sleeping alerts.
DROP INDEX alerts_groups_by_urgency;
DROP INDEX alerts_groups_by_last_seen;
CREATE INDEX alerts_groups_by_urgency ON alerts_groups
  (live, urgency, last_seen, id, status, level, exercise_id, assignee_id, snoozed_until, search);
CREATE INDEX alerts_groups_by_last_seen ON alerts_groups
  (live, last_seen, id, status, level, exercise_id, assignee_id, snoozed_until);
