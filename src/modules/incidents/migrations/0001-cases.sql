-- The present state of a case. How it became so is in incidents_history, which is only ever added to.
CREATE TABLE incidents_cases (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  summary TEXT NOT NULL,
  severity TEXT NOT NULL,
  severity_rank INTEGER NOT NULL,
  stage TEXT NOT NULL,
  tlp TEXT NOT NULL,
  tags TEXT NOT NULL,
  lead_id TEXT,
  lead_name TEXT,
  deputies TEXT NOT NULL,
  watchers TEXT NOT NULL,
  restricted INTEGER NOT NULL,
  origin TEXT,
  exercise_id TEXT,
  resolution TEXT,
  closing_summary TEXT,
  merged_into TEXT REFERENCES incidents_cases (id),
  hold_id TEXT,
  version INTEGER NOT NULL,
  search TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by_id TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX incidents_cases_updated ON incidents_cases (updated_at DESC, id);
CREATE INDEX incidents_cases_restricted ON incidents_cases (restricted) WHERE restricted = 1;

-- Who may know of a restricted case. Rows of a case that is not restricted mean nothing.
CREATE TABLE incidents_members (
  case_id TEXT NOT NULL REFERENCES incidents_cases (id),
  user_id TEXT NOT NULL,
  user_name TEXT NOT NULL,
  PRIMARY KEY (case_id, user_id)
) STRICT, WITHOUT ROWID;

-- Alerts of a case, with what similarity compares: cases are found without asking the queue.
CREATE TABLE incidents_alerts (
  case_id TEXT NOT NULL REFERENCES incidents_cases (id),
  alert_id TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_title TEXT NOT NULL,
  rule_title_vi TEXT,
  level TEXT NOT NULL,
  entity_kind TEXT NOT NULL,
  entity_value TEXT NOT NULL,
  entity_key TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  from_case TEXT,
  PRIMARY KEY (case_id, alert_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_alerts_alert ON incidents_alerts (alert_id);
CREATE INDEX incidents_alerts_entity ON incidents_alerts (entity_key);
CREATE INDEX incidents_alerts_rule ON incidents_alerts (rule_id);

-- What a case is made of: facts, tasks, assets, indicators, notes, messages, decisions, comments, evidence.
-- `content` is JSON of the shape its kind has in schemas.ts. Nothing is deleted, only hidden.
CREATE TABLE incidents_parts (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES incidents_cases (id),
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  at INTEGER NOT NULL,
  entity_key TEXT,
  done INTEGER NOT NULL,
  version INTEGER NOT NULL,
  hidden INTEGER NOT NULL,
  from_case TEXT,
  created_at INTEGER NOT NULL,
  created_by_id TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by_name TEXT NOT NULL
) STRICT;
CREATE INDEX incidents_parts_case ON incidents_parts (case_id, kind, at, id);
CREATE INDEX incidents_parts_entity ON incidents_parts (entity_key) WHERE entity_key IS NOT NULL;

CREATE TABLE incidents_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  case_id TEXT NOT NULL REFERENCES incidents_cases (id),
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT,
  version INTEGER,
  before TEXT,
  after TEXT,
  reason TEXT
) STRICT;
CREATE INDEX incidents_history_case ON incidents_history (case_id, seq);
CREATE INDEX incidents_history_subject ON incidents_history (subject_id, version);
CREATE TRIGGER incidents_history_keep BEFORE DELETE ON incidents_history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
CREATE TRIGGER incidents_history_fixed BEFORE UPDATE ON incidents_history BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;

-- The last number of each series and year. Cases born restricted have a series of their own:
-- a gap among the others would tell that they exist.
CREATE TABLE incidents_numbers (
  series TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
