ALTER TABLE ingest_sensors ADD COLUMN last_event_id TEXT;
ALTER TABLE ingest_sensors ADD COLUMN critical INTEGER NOT NULL DEFAULT 0;
-- Not expected any more since then.
ALTER TABLE ingest_sensors ADD COLUMN retired_at INTEGER;
-- Maintenance: not missed, and nothing is learned.
ALTER TABLE ingest_sensors ADD COLUMN paused_from INTEGER;
ALTER TABLE ingest_sensors ADD COLUMN paused_until INTEGER;

ALTER TABLE ingest_minutes ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;

-- A sensor as a whole (source '') and each of its sources.
CREATE TABLE ingest_streams (
  id INTEGER PRIMARY KEY,
  sensor TEXT NOT NULL,
  source TEXT NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- First record after the last pause of five minutes or more.
  speaking_since INTEGER NOT NULL,
  events INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  volume TEXT NOT NULL DEFAULT 'unknown',
  volume_since INTEGER,
  UNIQUE (sensor, source)
) STRICT;

-- What habits are learned from; pruned after six weeks. gap: the longest pause that began in the hour.
CREATE TABLE ingest_hours (
  stream INTEGER NOT NULL,
  hour INTEGER NOT NULL,
  events INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  gap_ms INTEGER NOT NULL,
  gap_from INTEGER NOT NULL,
  PRIMARY KEY (stream, hour)
) STRICT, WITHOUT ROWID;
CREATE INDEX ingest_hours_hour ON ingest_hours (hour);

-- A sample of arrival minus event time, for the clock of the sender. Pruned after two days.
CREATE TABLE ingest_lags (
  sensor TEXT NOT NULL,
  hour INTEGER NOT NULL,
  lags TEXT NOT NULL,
  PRIMARY KEY (sensor, hour)
) STRICT, WITHOUT ROWID;

-- Why lines were not understood, by hour, with the newest such line. Pruned after a week.
CREATE TABLE ingest_failures (
  sensor TEXT NOT NULL,
  hour INTEGER NOT NULL,
  reason TEXT NOT NULL,
  events INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (sensor, hour, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE ingest_silences (
  id TEXT PRIMARY KEY,
  sensor TEXT NOT NULL,
  source TEXT NOT NULL,
  -- The last record before it.
  since INTEGER NOT NULL,
  noticed_at INTEGER NOT NULL,
  returned_at INTEGER,
  -- When it counted as over; null = it is not.
  over_at INTEGER,
  -- When it was told as an alert; null = never.
  raised_at INTEGER
) STRICT;
CREATE INDEX ingest_silences_sensor ON ingest_silences (sensor, since DESC);
CREATE UNIQUE INDEX ingest_silences_open ON ingest_silences (sensor, source) WHERE over_at IS NULL;

-- When nobody listened: the program was down, or took nothing in.
CREATE TABLE ingest_absences (
  from_at INTEGER PRIMARY KEY,
  to_at INTEGER NOT NULL
) STRICT;
CREATE TABLE ingest_awake (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  until_at INTEGER NOT NULL
) STRICT;
