-- Evidence of a case. The bytes lie in the data folder under their SHA-256; a row is never changed but for its proof.
CREATE TABLE incidents_evidence (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES incidents_cases (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  -- What the bytes are, and whether the name says otherwise.
  media TEXT NOT NULL,
  mismatch INTEGER NOT NULL,
  executable INTEGER NOT NULL,
  -- The event or notebook it was taken from.
  source_id TEXT,
  -- SHA-256 of the inclusion proof among the stored bytes; null while there is none.
  proof TEXT,
  added_at INTEGER NOT NULL,
  added_by_id TEXT NOT NULL,
  added_by_name TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX incidents_evidence_once ON incidents_evidence (case_id, kind, sha256);
CREATE INDEX incidents_evidence_case ON incidents_evidence (case_id, added_at);
CREATE TRIGGER incidents_evidence_keep BEFORE DELETE ON incidents_evidence BEGIN SELECT RAISE(ABORT, 'evidence is kept'); END;

-- Who did what with the evidence of a case. Each entry seals the one before; the newest seal is in the audit log.
CREATE TABLE incidents_custody (
  case_id TEXT NOT NULL REFERENCES incidents_cases (id),
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  entry TEXT NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER incidents_custody_keep BEFORE DELETE ON incidents_custody BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END;
CREATE TRIGGER incidents_custody_fixed BEFORE UPDATE ON incidents_custody BEGIN SELECT RAISE(ABORT, 'custody is append-only'); END;
