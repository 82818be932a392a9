-- What the audit log says about segments, for looking up; the log itself is the proof. `sources` is JSON: who sent
-- what of it, for retention and for the storage page.
CREATE TABLE lake_seals (
  name TEXT PRIMARY KEY,
  sequence INTEGER NOT NULL,
  up_to INTEGER NOT NULL,
  events INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  leaves_bytes INTEGER NOT NULL,
  root TEXT NOT NULL,
  file_hash TEXT NOT NULL,
  leaves_hash TEXT NOT NULL,
  audit_index INTEGER NOT NULL,
  sealed_at INTEGER NOT NULL,
  min_time INTEGER NOT NULL,
  max_time INTEGER NOT NULL,
  sources TEXT NOT NULL,
  -- live: must be there · going: the log says it goes, the file may still be there · gone
  state TEXT NOT NULL CHECK (state IN ('live', 'going', 'gone')),
  ended_at INTEGER,
  ended_index INTEGER
) STRICT;
CREATE INDEX lake_seals_by_state ON lake_seals (state, sequence);

-- The end of the chain over all entries about segments.
CREATE TABLE lake_chain (id INTEGER PRIMARY KEY CHECK (id = 1), chain TEXT NOT NULL) STRICT;

-- How long what is kept. A term applies to the sources its patterns fit; `rule` names a rule of content/retention.
CREATE TABLE lake_terms (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sensor TEXT NOT NULL,
  product TEXT NOT NULL,
  category TEXT NOT NULL,
  service TEXT NOT NULL,
  rule TEXT,
  level INTEGER,
  keep TEXT,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;

-- One row: how much disk segments may take (NULL: no bound).
CREATE TABLE lake_quota (id INTEGER PRIMARY KEY CHECK (id = 1), bytes INTEGER) STRICT;

CREATE TABLE lake_holds (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  reason TEXT NOT NULL,
  -- JSON: { query?, from?, to?, hosts?, sensors? } or { events }
  scope TEXT NOT NULL,
  placed_at INTEGER NOT NULL,
  placed_by TEXT NOT NULL,
  released_at INTEGER,
  released_by TEXT,
  release_reason TEXT
) STRICT;
