/** What detection and alerts kept of a journal, for comparing two runs over it. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { RECORDS_FILE } from "../../src/platform/audit/index.ts";

/** Everything that must be the same: all of it but the times at which it was noticed. */
export function whatIsKept(dir: string): Map<string, readonly string[]> {
  const database = new DatabaseSync(join(dir, RECORDS_FILE), { readOnly: true });
  const rows = (query: string): string[] =>
    database
      .prepare(query)
      .all()
      .map((row) => JSON.stringify(row));
  const kept = new Map([
    [
      "findings",
      rows(
        "SELECT id, alert_id, rule_id, rule_version, event_id, event_time, sensor, host, exercise_id, correlation FROM alerts_findings ORDER BY id",
      ),
    ],
    [
      "alerts",
      rows(
        "SELECT group_key, level, finding_count, first_seen, last_seen, exercise_id FROM alerts_groups ORDER BY group_key",
      ),
    ],
    ["hidden", rows("SELECT * FROM detection_hidden ORDER BY rule_id, filter_id")],
    ["suppressed", rows("SELECT * FROM detection_suppressed ORDER BY rule_id")],
    [
      "correlations",
      rows(
        "SELECT correlation_id, groups, held, findings, suppressed, late, ungrouped, valueless, ahead, evicted FROM detection_correlations ORDER BY correlation_id",
      ),
    ],
    ["sources", rows("SELECT product, service, events FROM detection_sources ORDER BY product, service")],
    ["position", rows("SELECT position FROM detection_position")],
  ]);
  database.close();
  return kept;
}

export function compare(calm: ReturnType<typeof whatIsKept>, rough: ReturnType<typeof whatIsKept>) {
  const differences: string[] = [];
  for (const [what, expected] of calm) {
    const found = rough.get(what) ?? [];
    const [missing, extra] = [new Set(expected), new Set(found)];
    for (const row of expected) extra.delete(row);
    for (const row of found) missing.delete(row);
    differences.push(...[...missing].slice(0, 3).map((row) => `${what}, missing: ${row}`));
    differences.push(...[...extra].slice(0, 3).map((row) => `${what}, not expected: ${row}`));
    if (expected.length !== found.length) differences.push(`${what}: ${found.length} instead of ${expected.length}`);
  }
  const total = (what: string): number =>
    (calm.get(what) ?? []).reduce((sum, row) => sum + (JSON.parse(row) as { count: number }).count, 0);
  const findings = calm.get("findings") ?? [];
  return {
    findings: findings.length,
    correlated: findings.filter((row) => (JSON.parse(row) as { correlation: unknown }).correlation !== null).length,
    suppressed: total("suppressed"),
    hidden: total("hidden"),
    differences,
  };
}
