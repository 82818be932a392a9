-- Filters of the queue under a name, one person's or everybody's.
CREATE TABLE alerts_queues (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  filter TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  owner_name TEXT NOT NULL,
  shared INTEGER NOT NULL,
  place INTEGER NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL
) STRICT;
CREATE INDEX alerts_queues_owner ON alerts_queues (owner_id);
CREATE INDEX alerts_queues_shared ON alerts_queues (shared) WHERE shared = 1;
