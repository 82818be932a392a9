-- Who a person is at the organisation's identity provider. A person who signs in only there has no password here.
CREATE TABLE auth_oidc_accounts (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL UNIQUE REFERENCES auth_users (id),
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT;
