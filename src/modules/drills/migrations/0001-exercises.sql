CREATE TABLE drills_exercises (
  id TEXT PRIMARY KEY,
  scenario TEXT NOT NULL,
  title_vi TEXT NOT NULL,
  title_en TEXT NOT NULL,
  state TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  started_by TEXT NOT NULL,
  sent INTEGER NOT NULL,
  total INTEGER NOT NULL,
  phase TEXT,
  failure TEXT
) STRICT;
