-- What tuning kept from being raised, and how correlations do; moved in the transaction that moves the position.
CREATE TABLE detection_hidden (
  rule_id TEXT NOT NULL,
  filter_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (rule_id, filter_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE detection_suppressed (
  rule_id TEXT PRIMARY KEY,
  count INTEGER NOT NULL,
  last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The figures of every running correlation as its state has them; not sums of their own.
CREATE TABLE detection_correlations (
  correlation_id TEXT PRIMARY KEY,
  groups INTEGER NOT NULL,
  held INTEGER NOT NULL,
  findings INTEGER NOT NULL,
  suppressed INTEGER NOT NULL,
  late INTEGER NOT NULL,
  ungrouped INTEGER NOT NULL,
  valueless INTEGER NOT NULL,
  ahead INTEGER NOT NULL,
  evicted INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
