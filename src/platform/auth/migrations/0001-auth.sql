-- Instants are milliseconds since 1970. Secrets are kept only as hashes.
CREATE TABLE auth_users (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('admin', 'analyst', 'viewer')),
  language TEXT NOT NULL,
  theme TEXT NOT NULL,
  shortcuts INTEGER NOT NULL CHECK (shortcuts IN (0, 1)),
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  password_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_sign_in_at INTEGER
) STRICT;

CREATE TABLE auth_sessions (
  id_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES auth_users (id),
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX auth_sessions_by_user ON auth_sessions (user_id, created_at);

-- Browsers a person has signed in from: their attempts are counted apart, so that strangers cannot keep the person out.
CREATE TABLE auth_devices (
  id_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES auth_users (id),
  seen_at INTEGER NOT NULL
) STRICT;
CREATE INDEX auth_devices_by_user ON auth_devices (user_id, seen_at);

CREATE TABLE auth_tokens (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  scope TEXT NOT NULL CHECK (scope IN ('ingest', 'read')),
  sensor TEXT,
  hint TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE auth_setup (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE auth_throttle (
  bucket TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  told_until INTEGER NOT NULL
) STRICT;
CREATE INDEX auth_throttle_by_age ON auth_throttle (last_at);
