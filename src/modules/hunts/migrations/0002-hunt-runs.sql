-- What scheduled hunts did, newest kept: a schedule that fails at night is seen in the morning.
CREATE TABLE hunts_runs (
  hunt_id TEXT NOT NULL REFERENCES hunts_saved (id) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  took_ms INTEGER NOT NULL,
  found INTEGER NOT NULL,
  raised INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  error TEXT,
  PRIMARY KEY (hunt_id, at)
) STRICT, WITHOUT ROWID;

-- The row behind each finding, with the question as it was: an alert outlives the hunt that raised it.
CREATE TABLE hunts_raised (
  finding_id TEXT PRIMARY KEY,
  hunt_id TEXT NOT NULL,
  hunt_name TEXT NOT NULL,
  query TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  to_at INTEGER NOT NULL,
  columns TEXT NOT NULL,
  cells TEXT NOT NULL,
  raised_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX hunts_raised_hunt ON hunts_raised (hunt_id, raised_at);
