-- One row per leaf. `entry` is the canonical JSON the leaf hash covers; `root` is the tree head after this leaf.
-- The columns used for searching are computed from `entry`, so they cannot tell another story than it.
CREATE TABLE audit_entries (
  idx INTEGER PRIMARY KEY,
  entry TEXT NOT NULL,
  leaf_hash BLOB NOT NULL,
  root BLOB NOT NULL,
  at TEXT GENERATED ALWAYS AS (json_extract(entry, '$.at')) VIRTUAL,
  verb TEXT GENERATED ALWAYS AS (json_extract(entry, '$.verb')) VIRTUAL,
  outcome TEXT GENERATED ALWAYS AS (json_extract(entry, '$.outcome')) VIRTUAL,
  actor_id TEXT GENERATED ALWAYS AS (json_extract(entry, '$.actor.id')) VIRTUAL,
  actor_name TEXT GENERATED ALWAYS AS (json_extract(entry, '$.actor.name')) VIRTUAL
) STRICT;

CREATE INDEX audit_entries_by_verb ON audit_entries (verb, idx);
CREATE INDEX audit_entries_by_actor_id ON audit_entries (actor_id, idx);
CREATE INDEX audit_entries_by_actor_name ON audit_entries (actor_name, idx);

-- Guards against our own mistakes; whoever can write the file is caught by verification.
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_entries_fixed BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;

-- The signed head of the whole tree and the peaks needed to append to it, changed in the transaction of the entry.
CREATE TABLE audit_head (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  size INTEGER NOT NULL,
  peaks BLOB NOT NULL,
  root TEXT NOT NULL,
  at TEXT NOT NULL,
  signature TEXT NOT NULL
) STRICT;
