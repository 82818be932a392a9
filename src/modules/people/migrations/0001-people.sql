CREATE TABLE people_persons (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  roles TEXT NOT NULL,
  tier INTEGER,
  phone TEXT,
  mail TEXT,
  languages TEXT NOT NULL,
  user_id TEXT UNIQUE,
  archived INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- `content` is the rota as core/rota.ts knows it.
CREATE TABLE people_rotas (
  id TEXT PRIMARY KEY,
  content TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- Absences and swaps, in the order they were made. Withdrawn ones stay.
CREATE TABLE people_exceptions (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  content TEXT NOT NULL,
  reason TEXT NOT NULL,
  begins INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  at INTEGER NOT NULL,
  withdrawn_at INTEGER,
  withdrawn_by TEXT
) STRICT;
CREATE INDEX people_exceptions_span ON people_exceptions (begins, ends);

CREATE TABLE people_policies (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  -- From when alerts count: when it was last turned on.
  since INTEGER NOT NULL,
  steps TEXT NOT NULL,
  version INTEGER NOT NULL
) STRICT;

-- What an escalation did: each step of a policy once for each alert, and its end.
CREATE TABLE people_escalations (
  alert_id TEXT NOT NULL,
  policy_id TEXT NOT NULL,
  -- -1: the alert was taken.
  step INTEGER NOT NULL,
  at INTEGER NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (alert_id, policy_id, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX people_escalations_at ON people_escalations (at);
CREATE TRIGGER people_escalations_fixed BEFORE UPDATE ON people_escalations
BEGIN SELECT RAISE(ABORT, 'escalation history is append-only'); END;
CREATE TRIGGER people_escalations_kept BEFORE DELETE ON people_escalations
BEGIN SELECT RAISE(ABORT, 'escalation history is append-only'); END;

-- Hand-over notes: text and figures as they were when the leaving person signed, each sealed with the one before it.
CREATE TABLE people_handovers (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  content TEXT NOT NULL,
  seal TEXT NOT NULL
) STRICT;
CREATE TABLE people_handover_receipts (
  handover_id TEXT PRIMARY KEY REFERENCES people_handovers (id),
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  remark TEXT NOT NULL,
  seal TEXT NOT NULL
) STRICT;
CREATE TRIGGER people_handovers_fixed BEFORE UPDATE ON people_handovers
BEGIN SELECT RAISE(ABORT, 'hand-over notes are append-only'); END;
CREATE TRIGGER people_handovers_kept BEFORE DELETE ON people_handovers
BEGIN SELECT RAISE(ABORT, 'hand-over notes are append-only'); END;
CREATE TRIGGER people_handover_receipts_fixed BEFORE UPDATE ON people_handover_receipts
BEGIN SELECT RAISE(ABORT, 'hand-over notes are append-only'); END;
CREATE TRIGGER people_handover_receipts_kept BEFORE DELETE ON people_handover_receipts
BEGIN SELECT RAISE(ABORT, 'hand-over notes are append-only'); END;
