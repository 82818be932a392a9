-- Which segments were first to end at a position of the journal: what arrived, apart from what was merged later.
CREATE INDEX lake_seals_by_end ON lake_seals (up_to, sequence);
CREATE INDEX lake_seals_by_time ON lake_seals (sealed_at);
