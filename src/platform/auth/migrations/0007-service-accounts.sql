-- Accounts of programs: they have an owner and a role, and get in with secrets of which two may be open while one takes
-- over from the other. Only hashes of secrets are kept. Rows stay: history names them.
CREATE TABLE auth_service_accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  owner_id TEXT NOT NULL REFERENCES auth_users (id),
  role TEXT NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  expires_at INTEGER,
  rotate_after_days INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  retired_at INTEGER
) STRICT;

CREATE TABLE auth_service_secrets (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES auth_service_accounts (id),
  hint TEXT NOT NULL,
  secret_hash TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  -- Null for the newest; the one before it ends here, a revoked one ended here.
  ends_at INTEGER,
  last_used_at INTEGER,
  last_peer TEXT
) STRICT;
CREATE INDEX auth_service_secrets_by_account ON auth_service_secrets (account_id, created_at);
