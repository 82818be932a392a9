CREATE TABLE assets_systems (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  -- For sorting and finding, without case and diacritics.
  name_folded TEXT NOT NULL,
  code TEXT,
  code_folded TEXT,
  parent_id TEXT REFERENCES assets_systems (id),
  owner TEXT,
  operator TEXT,
  zone TEXT,
  -- 1 low, 2 medium, 3 high, 4 critical: so that it sorts.
  criticality INTEGER NOT NULL,
  purpose TEXT,
  sector TEXT,
  notes TEXT,
  -- active, retired or merged. Nothing is ever deleted.
  state TEXT NOT NULL,
  merged_into TEXT REFERENCES assets_systems (id),
  -- Outcomes of the latest assessments, so that lists can show and filter them.
  vn_level TEXT,
  nis2_class TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- Everything a person looks for, folded.
  search TEXT NOT NULL
) STRICT;
CREATE INDEX assets_systems_name ON assets_systems (state, name_folded, id);
CREATE INDEX assets_systems_criticality ON assets_systems (state, criticality, id);
CREATE INDEX assets_systems_updated ON assets_systems (state, updated_at, id);
CREATE INDEX assets_systems_parent ON assets_systems (parent_id);
-- One active system for one code.
CREATE UNIQUE INDEX assets_systems_code ON assets_systems (code_folded) WHERE state = 'active';

CREATE TABLE assets_services (
  system_id TEXT NOT NULL REFERENCES assets_systems (id),
  name TEXT NOT NULL,
  note TEXT,
  PRIMARY KEY (system_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE assets_identifiers (
  system_id TEXT NOT NULL REFERENCES assets_systems (id),
  kind TEXT NOT NULL,
  folded TEXT NOT NULL,
  value TEXT NOT NULL,
  service TEXT,
  PRIMARY KEY (system_id, kind, folded)
) STRICT, WITHOUT ROWID;
CREATE INDEX assets_identifiers_folded ON assets_identifiers (folded);

-- What was changed, by whom, when and why. Ownership is folded from it.
CREATE TABLE assets_history (
  system_id TEXT NOT NULL REFERENCES assets_systems (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  what TEXT NOT NULL,
  reason TEXT NOT NULL,
  changes TEXT NOT NULL,
  PRIMARY KEY (system_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER assets_history_fixed BEFORE UPDATE ON assets_history
BEGIN SELECT RAISE(ABORT, 'the history of assets is append-only'); END;
CREATE TRIGGER assets_history_kept BEFORE DELETE ON assets_history
BEGIN SELECT RAISE(ABORT, 'the history of assets is append-only'); END;

-- What moved in a merge, so that it can go back.
CREATE TABLE assets_merges (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES assets_systems (id),
  target_id TEXT NOT NULL REFERENCES assets_systems (id),
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  moved TEXT NOT NULL,
  undone_at INTEGER
) STRICT;
CREATE INDEX assets_merges_target ON assets_merges (target_id, at);

-- Content of classifications as it was when somebody answered, by the hash of its text.
CREATE TABLE assets_scheme_contents (
  hash TEXT PRIMARY KEY,
  content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE assets_assessments (
  id TEXT PRIMARY KEY,
  system_id TEXT NOT NULL REFERENCES assets_systems (id),
  scheme TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  content_hash TEXT NOT NULL REFERENCES assets_scheme_contents (hash),
  content_version TEXT NOT NULL,
  answers TEXT NOT NULL,
  verdict TEXT NOT NULL
) STRICT;
CREATE INDEX assets_assessments_system ON assets_assessments (system_id, scheme, at);
CREATE TRIGGER assets_assessments_fixed BEFORE UPDATE ON assets_assessments
BEGIN SELECT RAISE(ABORT, 'assessments are append-only'); END;
CREATE TRIGGER assets_assessments_kept BEFORE DELETE ON assets_assessments
BEGIN SELECT RAISE(ABORT, 'assessments are append-only'); END;

-- Seen in traffic, and somebody said why it need not be registered.
CREATE TABLE assets_ignored (
  kind TEXT NOT NULL,
  folded TEXT NOT NULL,
  value TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  PRIMARY KEY (kind, folded)
) STRICT, WITHOUT ROWID;
