-- What was called false and waits for a second person is told apart from what is known.
DROP INDEX alerts_groups_seen;
CREATE INDEX alerts_groups_seen ON alerts_groups
  (group_key, status, close_reason, unconfirmed, closed_by, closed_at);
