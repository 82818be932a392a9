-- Roles are sets of permissions that may be changed. Built-in ones stand here only once they were: as what was added to
-- and taken from their definition, so that permissions of later versions still reach them.
CREATE TABLE auth_roles (
  id TEXT PRIMARY KEY,
  name TEXT,
  note TEXT NOT NULL,
  granted TEXT NOT NULL,
  withdrawn TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  changed_by TEXT NOT NULL
) STRICT;

ALTER TABLE auth_users ADD COLUMN role_id TEXT NOT NULL DEFAULT 'viewer';
UPDATE auth_users SET role_id = role;
ALTER TABLE auth_users DROP COLUMN role;
ALTER TABLE auth_users RENAME COLUMN role_id TO role;
