CREATE TABLE ingest_sensors (
  name TEXT PRIMARY KEY,
  door TEXT NOT NULL,
  formats TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  last_event_time INTEGER,
  events INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  parse_failures INTEGER NOT NULL,
  skew_ms REAL,
  expected_every_ms INTEGER,
  note TEXT NOT NULL DEFAULT ''
) STRICT;

-- Arrivals by minute: rates and the watch floor's curve. Pruned after a week.
CREATE TABLE ingest_minutes (
  sensor TEXT NOT NULL,
  minute INTEGER NOT NULL,
  events INTEGER NOT NULL,
  PRIMARY KEY (minute, sensor)
) STRICT, WITHOUT ROWID;
