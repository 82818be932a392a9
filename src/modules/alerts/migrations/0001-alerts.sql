CREATE TABLE alerts_groups (
  id TEXT PRIMARY KEY,
  group_key TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_title TEXT NOT NULL,
  rule_title_vi TEXT,
  rule_author TEXT,
  rule_licence TEXT,
  rule_tags TEXT NOT NULL,
  level TEXT NOT NULL,
  level_rank INTEGER NOT NULL,
  entity_kind TEXT NOT NULL,
  entity_value TEXT NOT NULL,
  search TEXT NOT NULL,
  status TEXT NOT NULL,
  close_reason TEXT,
  assignee_id TEXT,
  assignee_name TEXT,
  urgency REAL NOT NULL,
  finding_count INTEGER NOT NULL,
  note_count INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  exercise_id TEXT
) STRICT;
-- At most one group of a key takes new findings.
CREATE UNIQUE INDEX alerts_groups_live ON alerts_groups (group_key) WHERE status <> 'closed';
CREATE INDEX alerts_groups_key ON alerts_groups (group_key, status);
CREATE INDEX alerts_groups_urgency ON alerts_groups (urgency DESC, last_seen DESC, id);
CREATE INDEX alerts_groups_last_seen ON alerts_groups (last_seen DESC, id);
CREATE INDEX alerts_groups_rule ON alerts_groups (rule_id);

CREATE TABLE alerts_findings (
  id TEXT PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts_groups (id),
  rule_id TEXT NOT NULL,
  rule_version TEXT NOT NULL,
  event_id TEXT NOT NULL,
  event_time INTEGER NOT NULL,
  detected_at INTEGER NOT NULL,
  sensor TEXT NOT NULL,
  host TEXT,
  exercise_id TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_findings_alert ON alerts_findings (alert_id, event_time DESC, id);

-- Append-only: no statement of the program updates or deletes a row here.
CREATE TABLE alerts_transitions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  alert_id TEXT NOT NULL REFERENCES alerts_groups (id),
  at INTEGER NOT NULL,
  actor_id TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  from_status TEXT,
  to_status TEXT,
  reason TEXT,
  assignee_id TEXT,
  assignee_name TEXT,
  note TEXT,
  -- State before the action, so that an undo is a transition of its own.
  before_reason TEXT,
  before_assignee_id TEXT,
  before_assignee_name TEXT,
  batch_id TEXT,
  undoes TEXT
) STRICT;
CREATE INDEX alerts_transitions_alert ON alerts_transitions (alert_id, seq);
CREATE INDEX alerts_transitions_at ON alerts_transitions (at);
CREATE INDEX alerts_transitions_batch ON alerts_transitions (batch_id);

CREATE TABLE alerts_consumed (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  last_seq INTEGER NOT NULL
) STRICT;
INSERT INTO alerts_consumed (one, last_seq) VALUES (1, 0);
