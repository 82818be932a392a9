-- Retro-hunts and back-tests: what was asked, how far it came, what it found.
CREATE TABLE detection_hunts (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  rule_id TEXT NOT NULL,
  rule_title TEXT NOT NULL,
  rule_level TEXT NOT NULL,
  rule_kind TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  to_time INTEGER NOT NULL,
  query TEXT,
  raise INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  by_name TEXT NOT NULL,
  -- Counts and tables as JSON: read and written whole.
  report TEXT NOT NULL
) STRICT;
CREATE INDEX detection_hunts_created ON detection_hunts (created_at);

-- The first matches of each, in time order.
CREATE TABLE detection_hunt_matches (
  hunt_id TEXT NOT NULL REFERENCES detection_hunts (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  match TEXT NOT NULL,
  PRIMARY KEY (hunt_id, seq)
) STRICT, WITHOUT ROWID;
