-- What became of a rule's findings, day by day and newest first.
CREATE INDEX alerts_findings_rule ON alerts_findings (rule_id, event_time DESC);
