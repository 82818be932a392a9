-- Who and what the findings of an alert are about, folded from them and from nothing else: how alerts of the same are
-- found. `world` is the exercise, empty for the real one; values are in lower case, `shown` is as it was seen.
CREATE TABLE alerts_entities (
  alert_id TEXT NOT NULL REFERENCES alerts_groups (id),
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  world TEXT NOT NULL,
  shown TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (alert_id, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_entities_value ON alerts_entities (kind, value, world, last_at, first_at);
-- Alerts of before are folded by the program.
ALTER TABLE alerts_groups ADD COLUMN entities_folded INTEGER NOT NULL DEFAULT 0;
CREATE INDEX alerts_groups_unfolded ON alerts_groups (id) WHERE entities_folded = 0;
