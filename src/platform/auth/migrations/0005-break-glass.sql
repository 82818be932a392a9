-- One account for when every other way in has failed. Its credential is made once, opens once and raises an alarm.
ALTER TABLE auth_users ADD COLUMN kind TEXT NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'break_glass'));

CREATE TABLE auth_break_glass (
  user_id TEXT PRIMARY KEY REFERENCES auth_users (id),
  sealed_at INTEGER NOT NULL,
  sealed_by TEXT NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE auth_break_glass_alarms (
  id TEXT PRIMARY KEY,
  raised_at INTEGER NOT NULL,
  peer TEXT NOT NULL,
  acknowledged_at INTEGER,
  acknowledged_by TEXT,
  reason TEXT
) STRICT;
