import { beforeAll, describe, expect, test } from "vitest";
import { clockRecord, type EventId, type JournalRecord } from "../../kernel/index.ts";
import { loadLogSources, type LogSourceMap, planCorrelations } from "../../modules/detection/matching.ts";
import type { ActiveDetection } from "../../modules/detection/matching.ts";
import { parseRecord } from "../../modules/ingest/parsing.ts";
import { LOG_SOURCES_DIR } from "../places.ts";
import { parseRules } from "../sigma.ts";
import { BatchMatcher, type ParsedRecord } from "./batch-matcher.ts";

const RULES = `title: Failed
id: failed
name: failed
logsource: {product: linux, service: sshd}
detection: {selection: {action: failed}, condition: selection}
level: low
---
title: Any
id: any
logsource: {product: linux, service: sshd}
detection: {selection: {program: sshd}, condition: selection}
level: low
---
title: Known Scanner
id: scanner
logsource: {product: linux, service: sshd}
filter: {rules: [failed], selection: {src_ip: 192.0.2.1}, condition: not selection}
---
title: Many
id: many
correlation: {type: event_count, rules: [failed], group-by: [user], timespan: 1m, condition: {gte: 3}}
level: high
`;

let map: LogSourceMap;
beforeAll(async () => {
  ({ map } = await loadLogSources(LOG_SOURCES_DIR));
});

function record(at: number, text: string): ParsedRecord {
  const raw = `<38>1 2026-11-21T08:00:00Z web sshd 1 - - ${text}`;
  const id = at.toString(16).padStart(32, "0") as EventId;
  return parsed({ id, door: "http", sensor: "s", receivedAt: at, raw });
}
const parsed = (one: JournalRecord): ParsedRecord => ({ record: one, event: parseRecord(one) });
const failed = (at: number, user: string, from = "192.0.2.9"): ParsedRecord =>
  record(at, `Failed password for ${user} from ${from} port 1 ssh2`);

function matcher(change: Partial<ActiveDetection> = {}): BatchMatcher {
  const { rules, correlations, filters } = parseRules(RULES);
  const active = { rules, correlations, filters, suppressions: [], levels: {}, ...change };
  return new BatchMatcher({ active, plan: planCorrelations(active.correlations, active.rules).plan }, map);
}

describe("a batch", () => {
  test("feeds correlations and raises what no correlation speaks for", () => {
    const { matches, stream } = matcher().match([failed(1_000, "lan")]);
    expect(matches).toMatchObject([{ rule: 1, event: { sensor: "s", host: "web" } }]);
    expect(stream).toMatchObject([
      { kind: "clock", at: 1_000 },
      { kind: "input", input: { input: 0, receivedAt: 1_000, values: ["lan"], anchor: { entities: { user: "lan" } } } },
    ]);
  });

  test("tells the clock once a second, never backwards, and ticks say nothing else", () => {
    const tick = parsed(clockRecord(3_400));
    const batch = [failed(1_200, "a"), failed(1_900, "a"), failed(900, "a"), failed(2_100, "a"), tick];
    const { matches, stream } = matcher({ correlations: [] }).match(batch);
    expect(stream).toEqual([1_200, 2_100, 3_400].map((at) => ({ kind: "clock", at })));
    expect(new Set(matches.map(({ event }) => event.id)).size).toBe(4);
  });

  test("counts what filters hide, and lets correlations not see it", () => {
    const { stream, hidden } = matcher().match([failed(1_000, "lan", "192.0.2.1"), failed(1_500, "an", "192.0.2.1")]);
    expect(hidden).toEqual([{ ruleId: "failed", filterId: "scanner", count: 2, lastAt: 1_500 }]);
    expect(stream.filter(({ kind }) => kind === "input")).toEqual([]);
  });

  test("asks before raising what is suppressed; a replay asks too and raises nothing", () => {
    const suppressed = matcher({ suppressions: [{ ruleId: "any", fields: ["user", "nowhere"], windowMs: 1_000 }] });
    const candidate = { kind: "candidate", ruleId: "any", values: ["lan", null], receivedAt: 1_000 };
    const batch = [failed(1_000, "lan")];
    expect(suppressed.match(batch).stream).toContainEqual({ ...candidate, match: 0 });
    expect(suppressed.streamOf(batch)).toContainEqual({ ...candidate, match: -1 });
  });
});
