-- Findings of correlations carry the events that count together, as JSON; null for a match of one event.
ALTER TABLE alerts_findings ADD COLUMN correlation TEXT;
