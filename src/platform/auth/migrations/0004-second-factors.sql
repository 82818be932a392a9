-- Second factors, and sessions one can recognise in a list. A one-time-code secret is sealed with a key that is not in
-- the records (keys/second-factor.key of the data folder); recovery codes are kept only as keyed hashes.
CREATE TABLE auth_totp (
  user_id TEXT PRIMARY KEY REFERENCES auth_users (id),
  sealed TEXT NOT NULL,
  -- The newest time step whose code was used: no code works twice.
  last_step INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE auth_recovery_codes (
  code_hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES auth_users (id),
  created_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;
CREATE INDEX auth_recovery_codes_by_user ON auth_recovery_codes (user_id);

CREATE TABLE auth_passkeys (
  credential_id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES auth_users (id),
  name TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  synced INTEGER NOT NULL CHECK (synced IN (0, 1)),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER
) STRICT;
CREATE INDEX auth_passkeys_by_user ON auth_passkeys (user_id);

-- Roles whose people need a second factor from their next sign-in on.
CREATE TABLE auth_factor_policy (
  role TEXT PRIMARY KEY,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;

-- The name of a session in lists: its own hash would do to end it, but says what the records say.
ALTER TABLE auth_sessions ADD COLUMN public_id TEXT NOT NULL DEFAULT '';
UPDATE auth_sessions SET public_id = lower(hex(randomblob(16)));
ALTER TABLE auth_sessions ADD COLUMN peer TEXT NOT NULL DEFAULT '';
ALTER TABLE auth_sessions ADD COLUMN agent TEXT NOT NULL DEFAULT '';
ALTER TABLE auth_sessions ADD COLUMN way TEXT NOT NULL DEFAULT 'password';
-- When the person last proved to be there.
ALTER TABLE auth_sessions ADD COLUMN proven_at INTEGER NOT NULL DEFAULT 0;
-- Opens nothing but the way to a second factor, which the person's role needs.
ALTER TABLE auth_sessions ADD COLUMN must_enrol INTEGER NOT NULL DEFAULT 0 CHECK (must_enrol IN (0, 1));
