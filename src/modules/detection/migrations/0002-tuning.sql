-- Imports hold correlations and filters too.
ALTER TABLE detection_imports ADD COLUMN correlations INTEGER NOT NULL DEFAULT 0;
ALTER TABLE detection_imports ADD COLUMN filters INTEGER NOT NULL DEFAULT 0;

-- Rules written here. `parsed` is a list: a translated aggregation is a correlation and the rule it counts.
CREATE TABLE detection_own_rules (
  rule_id TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  text TEXT NOT NULL,
  parsed TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people decided about a rule beyond on and off; by rule id, so it outlives every update of the rule.
CREATE TABLE detection_tuning (
  rule_id TEXT PRIMARY KEY,
  level TEXT,
  suppress_fields TEXT,
  suppress_window_ms INTEGER,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Exceptions: Sigma filters with an owner, a reason and an end. Ended ones stay: they explain what was not seen.
CREATE TABLE detection_exceptions (
  id TEXT PRIMARY KEY,
  rule_id TEXT NOT NULL,
  -- The rule's, when the exception was made; followed while the rule is here.
  logsource TEXT NOT NULL,
  title TEXT NOT NULL,
  reason TEXT NOT NULL,
  owner TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  from_at INTEGER,
  until_at INTEGER,
  ended_at INTEGER,
  ended_by TEXT,
  -- Selections and condition as YAML; the document around it is written from the other columns.
  body TEXT NOT NULL,
  tests TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX detection_exceptions_rule ON detection_exceptions (rule_id);

-- Append-only: no statement of the program updates or deletes a row here.
CREATE TABLE detection_history (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  rule_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  action TEXT NOT NULL,
  details TEXT NOT NULL,
  version TEXT
) STRICT;
CREATE INDEX detection_history_rule ON detection_history (rule_id, seq);

-- Texts of imported and own rules as they were; a file of several rules is kept once.
CREATE TABLE detection_texts (
  hash TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE detection_versions (
  rule_id TEXT NOT NULL,
  version TEXT NOT NULL,
  text_hash TEXT NOT NULL REFERENCES detection_texts (hash),
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (rule_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX detection_versions_text ON detection_versions (text_hash);

-- Which text of each built-in rule this installation ran last: an update of the program is seen by the difference.
CREATE TABLE detection_builtin (
  rule_id TEXT PRIMARY KEY,
  version TEXT NOT NULL
) STRICT, WITHOUT ROWID;
