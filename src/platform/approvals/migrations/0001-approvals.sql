-- What somebody wants done and another person has to agree to. Rows are only ever added: how a request stands follows
-- from its steps, and there is at most one of each stage (1 = decided, 2 = carried out).
CREATE TABLE approvals_requests (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  object_title TEXT NOT NULL,
  details TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX approvals_requests_by_time ON approvals_requests (opened_at);

CREATE TABLE approvals_steps (
  request_id TEXT NOT NULL REFERENCES approvals_requests (id),
  stage INTEGER NOT NULL CHECK (stage IN (1, 2)),
  what TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  by_name TEXT NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (request_id, stage)
) STRICT;

CREATE TRIGGER approvals_requests_stay BEFORE UPDATE ON approvals_requests
BEGIN SELECT RAISE(ABORT, 'requests are append-only'); END;
CREATE TRIGGER approvals_requests_remain BEFORE DELETE ON approvals_requests
BEGIN SELECT RAISE(ABORT, 'requests are append-only'); END;
CREATE TRIGGER approvals_steps_stay BEFORE UPDATE ON approvals_steps
BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;
CREATE TRIGGER approvals_steps_remain BEFORE DELETE ON approvals_steps
BEGIN SELECT RAISE(ABORT, 'steps are append-only'); END;

CREATE TABLE approvals_kinds (
  kind TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;
