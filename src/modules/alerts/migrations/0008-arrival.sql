-- When the event arrived, so that the lag of arrival can be folded again; unknown for findings of before.
ALTER TABLE alerts_findings ADD COLUMN ingested_at INTEGER;
-- In the order figures are read in; folded again by the program, as everything in it is derived.
DROP TABLE alerts_facts;
CREATE TABLE alerts_facts (
  alert_id TEXT NOT NULL UNIQUE REFERENCES alerts_groups (id),
  rule_id TEXT NOT NULL,
  level TEXT NOT NULL,
  is_exercise INTEGER NOT NULL,
  is_merged INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  ingested_at INTEGER,
  view_at INTEGER,
  ack_at INTEGER,
  ack_by TEXT,
  qual_at INTEGER,
  verdict TEXT,
  cont_at INTEGER,
  res_at INTEGER,
  close_at INTEGER,
  paused_ms INTEGER NOT NULL,
  reopened INTEGER NOT NULL,
  PRIMARY KEY (created_at, alert_id)
) STRICT, WITHOUT ROWID;
