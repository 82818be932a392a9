-- How each person has arranged the queues they see, their own and colleagues': order, and which one they start with.
CREATE TABLE alerts_queue_places (
  user_id TEXT NOT NULL,
  queue_id TEXT NOT NULL REFERENCES alerts_queues (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  is_start INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (user_id, queue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_queue_places_queue ON alerts_queue_places (queue_id);
