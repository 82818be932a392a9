-- The watch floor counts what came up in a span.
CREATE INDEX alerts_groups_created ON alerts_groups (created_at);
