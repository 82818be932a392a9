-- The process tree of a host marks which of its processes rules matched.
CREATE INDEX alerts_findings_host ON alerts_findings (host, event_time DESC);
