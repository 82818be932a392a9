CREATE TABLE detection_imports (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  loaded INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  no_data_source INTEGER NOT NULL,
  unsupported INTEGER NOT NULL,
  licence TEXT,
  took_ms REAL NOT NULL,
  report TEXT NOT NULL
) STRICT;

-- Rules of imports, parsed once. Built-in rules live in content/rules and are never copied here.
CREATE TABLE detection_rules (
  rule_id TEXT PRIMARY KEY,
  import_id TEXT NOT NULL REFERENCES detection_imports (id),
  text TEXT NOT NULL,
  parsed TEXT NOT NULL
) STRICT;
CREATE INDEX detection_rules_import ON detection_rules (import_id);

-- What people decided about a rule; survives re-imports.
CREATE TABLE detection_choices (
  rule_id TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;

-- Events seen by log source and day: what actually arrives, for data-source reality.
CREATE TABLE detection_sources (
  product TEXT NOT NULL,
  category TEXT NOT NULL,
  service TEXT NOT NULL,
  day INTEGER NOT NULL,
  events INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (product, category, service, day)
) STRICT, WITHOUT ROWID;

-- How far into the journal matching has come; moves in the transaction that publishes the findings.
CREATE TABLE detection_position (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  position INTEGER NOT NULL
) STRICT;
INSERT INTO detection_position (one, position) VALUES (1, 0);
