CREATE TABLE hunts_saved (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  span TEXT NOT NULL,
  columns TEXT NOT NULL,
  description_vi TEXT NOT NULL,
  description_en TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  shared INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX hunts_saved_owner ON hunts_saved (owner_id, updated_at);

CREATE TABLE hunts_schedules (
  hunt_id TEXT PRIMARY KEY REFERENCES hunts_saved (id) ON DELETE CASCADE,
  timing TEXT NOT NULL,
  level TEXT NOT NULL,
  lookback_ms INTEGER NOT NULL,
  enabled INTEGER NOT NULL,
  next_run_at INTEGER NOT NULL,
  last_run_at INTEGER,
  last_rows INTEGER,
  last_raised INTEGER,
  last_error TEXT
) STRICT;
CREATE INDEX hunts_schedules_due ON hunts_schedules (enabled, next_run_at);

-- What a scheduled hunt has told already: a row is told once, whatever restarts in between.
CREATE TABLE hunts_told (
  hunt_id TEXT NOT NULL REFERENCES hunts_saved (id) ON DELETE CASCADE,
  identity TEXT NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (hunt_id, identity)
) STRICT, WITHOUT ROWID;

CREATE TABLE hunts_links (
  id TEXT PRIMARY KEY,
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL
) STRICT;

CREATE TABLE hunts_notebooks (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  shared INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Everything that was ever written in a notebook, in order, each entry sealed with the one before it.
CREATE TABLE hunts_notebook_entries (
  notebook_id TEXT NOT NULL REFERENCES hunts_notebooks (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  change TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (notebook_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER hunts_notebook_entries_fixed BEFORE UPDATE ON hunts_notebook_entries
BEGIN SELECT RAISE(ABORT, 'notebook entries are append-only'); END;
CREATE TRIGGER hunts_notebook_entries_kept BEFORE DELETE ON hunts_notebook_entries
BEGIN SELECT RAISE(ABORT, 'notebook entries are append-only'); END;
