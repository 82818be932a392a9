-- What people were told inside the program. One row for each object and kind within a short time; `times` counts.
CREATE TABLE notices_inbox (
  id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  urgency TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  times INTEGER NOT NULL,
  object_kind TEXT NOT NULL,
  object_id TEXT NOT NULL,
  object_title TEXT NOT NULL,
  path TEXT NOT NULL,
  by_id TEXT,
  by_name TEXT,
  tlp TEXT,
  exercise_id TEXT,
  read_at INTEGER
) STRICT;
CREATE INDEX notices_inbox_person ON notices_inbox (person_id, at, id);
CREATE INDEX notices_inbox_unread ON notices_inbox (person_id, read_at, kind, object_kind, object_id);
CREATE INDEX notices_inbox_age ON notices_inbox (at);

-- Which news reached whom: the same news told again, after a crash, is told to nobody.
CREATE TABLE notices_told (id TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX notices_told_age ON notices_told (at);

CREATE TABLE notices_rules (
  person_id TEXT PRIMARY KEY,
  content TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE notices_destinations (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  -- People may choose it as a way of their own.
  personal INTEGER NOT NULL,
  -- JSON: kinds told to it whoever is concerned, and from which urgency.
  team TEXT NOT NULL,
  language TEXT NOT NULL,
  template TEXT,
  template_type TEXT,
  -- Sealed with the key beside the records; never leaves in the clear but once.
  secret TEXT NOT NULL,
  authorization_header TEXT,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_ok_at INTEGER,
  last_failed_at INTEGER,
  last_code TEXT
) STRICT;

-- Messages on their way out. `message` holds only what may leave.
CREATE TABLE notices_letters (
  id TEXT PRIMARY KEY,
  -- The same for letters that leave as one message; fixed before it leaves, so that a repetition is the same message.
  bundle TEXT,
  person_id TEXT,
  recipient_name TEXT,
  way TEXT NOT NULL,
  address TEXT,
  language TEXT NOT NULL,
  insistent INTEGER NOT NULL,
  urgency_rank INTEGER NOT NULL,
  message TEXT NOT NULL,
  state TEXT NOT NULL,
  held INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  ended_at INTEGER,
  last_code TEXT
) STRICT;
CREATE INDEX notices_letters_due ON notices_letters (state, due_at);
CREATE INDEX notices_letters_channel ON notices_letters (way, person_id, state, ended_at);
