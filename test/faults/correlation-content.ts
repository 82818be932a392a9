/** Rules that remember, and a stream that gives them work: disorder, repeats, and stretches without records. */
import { createHash } from "node:crypto";
import { clockRecord, type EventId, type JournalRecord } from "../../src/kernel/index.ts";
import type { ActiveDetection } from "../../src/modules/detection/matching.ts";
import { parseRules } from "../../src/apps/sigma.ts";

const BASE_RULES = `title: Failed Logon
id: 0d9f3c7e-5f0a-4a55-8a58-000000000001
name: failed_logon
logsource: {product: linux, service: sshd}
detection:
  selection: {action: failed}
  condition: selection
level: low
---
title: Accepted Logon
id: 0d9f3c7e-5f0a-4a55-8a58-000000000002
name: accepted_logon
logsource: {product: linux, service: sshd}
detection:
  selection: {action: accepted}
  condition: selection
level: informational
---
title: Logon As Root
id: 0d9f3c7e-5f0a-4a55-8a58-000000000003
name: root_logon
logsource: {product: linux, service: sshd}
detection:
  selection: {user: root}
  condition: selection
level: medium
---
title: Every Logon Of One Host
id: 0d9f3c7e-5f0a-4a55-8a58-000000000004
logsource: {product: linux, service: sshd}
detection:
  selection: {hostname: host-1}
  condition: selection
level: low
---
title: The Scanner Is Known
id: 0d9f3c7e-5f0a-4a55-8a58-000000000009
logsource: {product: linux, service: sshd}
filter:
  rules: [root_logon, failed_logon]
  selection: {src_ip: 192.0.2.1}
  condition: not selection
`;

/** `version` 2 differs in one correlation and lacks another; the rest must keep what it remembers. */
const correlations = (version: 1 | 2): string => `title: Many Failed Logons
id: 0d9f3c7e-5f0a-4a55-8a58-000000000011
name: many_failed
correlation:
  type: event_count
  rules: [failed_logon]
  group-by: [user]
  timespan: 20s
  condition: {gte: 6}
level: high
---
title: Failed And Then Accepted
id: 0d9f3c7e-5f0a-4a55-8a58-000000000012
correlation:
  type: temporal_ordered
  rules: [failed_logon, accepted_logon]
  group-by: [user, src_ip]
  timespan: 15s
level: high
x-khien: {lateness: 3s, suppress: 1m}
---
title: One User From Many Addresses
id: 0d9f3c7e-5f0a-4a55-8a58-000000000013
correlation:
  type: value_count
  rules: [failed_logon, accepted_logon]
  group-by: [user]
  timespan: 30s
  condition: {gt: ${version === 1 ? 4 : 3}, field: src_ip}
  generate: true
level: medium
---
title: Wave After Wave
id: 0d9f3c7e-5f0a-4a55-8a58-000000000015
correlation:
  type: event_count
  rules: [many_failed]
  group-by: [user]
  timespan: 5m
  condition: {gte: 2}
level: critical
${
  version === 2
    ? ""
    : `---
title: Hardly Any Logon Of A Host
id: 0d9f3c7e-5f0a-4a55-8a58-000000000014
correlation:
  type: event_count
  rules: [accepted_logon]
  group-by: [hostname]
  timespan: 30s
  condition: {lt: 3}
level: low
`
}`;

/** One file of rules, as somebody would import it. */
export function rulesText(version: 1 | 2): string {
  return `${BASE_RULES}---\n${correlations(version)}`;
}

export function detectionOf(version: 1 | 2): ActiveDetection {
  const parsed = parseRules(rulesText(version), { file: "rules.yml" });
  if (parsed.problems.length > 0) throw new Error(JSON.stringify(parsed.problems));
  // A version is a hash of the whole text; here only what changed shall have another.
  const versioned = <Document extends { version: string }>(one: Document): Document => ({
    ...one,
    version: versionOf({ ...one, version: "" }),
  });
  return {
    rules: parsed.rules.map(versioned),
    correlations: parsed.correlations.map(versioned),
    filters: parsed.filters,
    suppressions: [
      { ruleId: "0d9f3c7e-5f0a-4a55-8a58-000000000004", fields: ["user"], windowMs: 20_000 },
      { ruleId: "0d9f3c7e-5f0a-4a55-8a58-000000000015", fields: ["user"], windowMs: 120_000 },
    ],
    levels: { "0d9f3c7e-5f0a-4a55-8a58-000000000003": "critical" },
  };
}

function versionOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

const START = Date.UTC(2026, 10, 21, 8);
/** Most of the disorder lies within the default lateness, some beyond it. */
const DISORDER_MS = 12_000;

/** Records of a journal, the same for the same seed; behind the last, the clock runs until nothing waits. */
export function streamOf(seed: number, count: number): JournalRecord[] {
  const random = randomOf(seed);
  const pick = (n: number): number => Math.floor(random() * n);
  const records: JournalRecord[] = [];
  let now = START;
  while (records.length < count) {
    now += pick(60);
    if (random() < 0.002) now = silence(records, now, 5 + pick(60));
    const again = random() < 0.02 ? records[pick(records.length)] : undefined;
    if (again !== undefined && again.door !== "clock") {
      records.push({ ...again, receivedAt: now });
      continue;
    }
    const time = now - Math.floor(random() ** 3 * DISORDER_MS);
    const raw = lineOf(time, records.length, random);
    const exercise = random() < 0.03 ? { exerciseId: "4d1c2b3a-0000-4000-8000-000000000001" as never } : {};
    records.push({ id: idOf(raw), door: "http", sensor: "kill", receivedAt: now, raw, ...exercise });
  }
  silence(records, now, 400);
  return records;
}

/** A logon of somebody from somewhere; `number` makes it a line of its own. */
export function lineOf(time: number, number: number, random: () => number): string {
  const pick = (n: number): number => Math.floor(random() * n);
  const verb = random() < 0.8 ? "Failed" : "Accepted";
  const user = ["root", "lan", "minh", "Lan", "an", "binh"][pick(6)] ?? "root";
  const message = `${verb} password for ${user} from 192.0.2.${pick(8)} port ${1024 + number} ssh2`;
  return `<38>1 ${new Date(time).toISOString()} host-${pick(5)} sshd 4242 - - ${message}`;
}

/** Seconds in which only the clock speaks. */
function silence(records: JournalRecord[], from: number, seconds: number): number {
  for (let second = 1; second <= seconds; second += 1) records.push(clockRecord(from + second * 1_000));
  return from + seconds * 1_000;
}

function idOf(raw: string): EventId {
  return createHash("sha256").update(raw).digest("hex").slice(0, 32) as EventId;
}

/** Mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
