/**
 * `kill -9` while lines come in by HTTP and syslog, again and again on the same data. After each restart: every
 * acknowledged line is in the lake once, the alerts count every stored line once, the audit log verifies.
 * By hand: node test/faults/server-kill.ts [ROUNDS]
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient } from "../flows/api-client.ts";
import { Load, lineNumber, SENSOR, USER } from "./load.ts";
import { freePort, khien, ServerChild } from "./server-child.ts";

const PASSWORD = "con mèo ngủ trên mái";
const RULE_ID = "5f0ad1c8-6a0e-4bb1-9d2e-0d6c3a5a7f10";
/** Fires on every line of the load. */
const RULE = `title: Every Line Of The Load
id: ${RULE_ID}
status: test
author: Khiên
license: Apache-2.0
logsource:
  product: linux
  service: sshd
detection:
  keywords:
    - ${USER}
  condition: keywords
level: low
`;

export interface RoundReport {
  readonly round: number;
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Lines sent by TCP syslog, which nobody acknowledges, and how many of them are there. */
  readonly tcpSent: number;
  readonly tcpStored: number;
  /** Findings the alerts count; must be the number of lines stored so far. */
  readonly counted: number;
  readonly storedSoFar: number;
  readonly auditEntries: number;
  readonly changesLost: number;
  readonly listeningMs: number;
  readonly caughtUpMs: number;
}

export async function killRounds(
  rounds: number,
  tell: (report: RoundReport) => void = () => undefined,
): Promise<{ reports: RoundReport[]; findings: number; findingsOnce: boolean }> {
  const dataDir = mkdtempSync(join(tmpdir(), "khien-kill-"));
  try {
    const place = await prepare(dataDir);
    const reports: RoundReport[] = [];
    let server = await ServerChild.start(place);
    await server.caughtUp();
    for (let round = 1; round <= rounds; round += 1) {
      const load = new Load({ round, tcpPort: Number(place.env.KHIEN_SYSLOG_TCP_PORT), token: place.ingest });
      const admin = await ApiClient.signIn(server.url, { username: "admin", password: PASSWORD });
      load.run(server.url, admin);
      await pause(300 + Math.random() * 2_200);
      await server.end("SIGKILL");
      await load.stop();
      const audited = await verify(dataDir);
      server = await ServerChild.start(place);
      const caughtUpMs = await server.caughtUp();
      await load.resend(server.url);
      await server.caughtUp();
      const report = await check({ server, place, load, round, reports, audited, caughtUpMs });
      reports.push(report);
      tell(report);
    }
    const read = new ApiClient(server.url, { authorization: `Bearer ${place.read}` });
    const findings = await findingsOf(read);
    await server.end("SIGTERM");
    return { reports, findings: findings.length, findingsOnce: new Set(findings).size === findings.length };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

interface Place {
  readonly dataDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly ingest: string;
  readonly read: string;
}

async function prepare(dataDir: string): Promise<Place> {
  const rule = join(dataDir, "every-line.yml");
  writeFileSync(rule, RULE);
  const at = ["--data-dir", dataDir];
  await khien(["rules", "import", rule, ...at]);
  await khien(["user", "add", "--username", "admin", "--role", "admin", "--password-stdin", ...at], `${PASSWORD}\n`);
  const ingest = (await khien(["token", "create", "--scope", "ingest", "--sensor", SENSOR, ...at])).trim();
  const read = (await khien(["token", "create", "--scope", "read", ...at])).trim();
  return { dataDir, env: { KHIEN_SYSLOG_TCP_PORT: String(await freePort()) }, ingest, read };
}

/** Entries of the audit log; it must be sound as the kill left it. */
async function verify(dataDir: string): Promise<number> {
  const result = JSON.parse(await khien(["verify", "--json", "--data-dir", dataDir])) as { ok: boolean; size: number };
  if (!result.ok) throw new Error(`the audit log is not sound: ${JSON.stringify(result)}`);
  return result.size;
}

interface Checked {
  readonly server: ServerChild;
  readonly place: Place;
  readonly load: Load;
  readonly round: number;
  readonly reports: readonly RoundReport[];
  readonly audited: number;
  readonly caughtUpMs: number;
}

async function check({ server, place, load, round, reports, audited, caughtUpMs }: Checked): Promise<RoundReport> {
  const read = new ApiClient(server.url, { authorization: `Bearer ${place.read}` });
  const stored = await storedLines(read, round);
  const storedSoFar =
    reports.reduce((sum, one) => sum + one.stored, 0) + [...stored.values()].reduce((sum, n) => sum + n, 0);
  let counted = await countedFindings(read);
  // Findings become alerts a moment after the events are stored.
  for (let wait = 0; counted !== storedSoFar && wait < 40; wait += 1) {
    await pause(250);
    counted = await countedFindings(read);
  }
  const admin = await ApiClient.signIn(server.url, { username: "admin", password: PASSWORD });
  const changes = await admin.all<{ details: { note?: string } }>("/api/v1/audit?limit=200&verb=ingest.sensor.changed");
  const audit = new Set(changes.map(({ details }) => details.note));
  return {
    round,
    acknowledged: load.acknowledged.size,
    stored: [...stored.values()].reduce((sum, n) => sum + n, 0),
    lost: [...load.acknowledged].filter((line) => !stored.has(line)).length,
    duplicated: [...stored.values()].filter((n) => n > 1).length,
    tcpSent: load.tcpSent,
    tcpStored: [...stored.keys()].filter((line) => line.startsWith("tcp")).length,
    counted,
    storedSoFar,
    auditEntries: audited,
    changesLost: [...load.changes].filter((note) => !audit.has(note)).length,
    listeningMs: Math.round(server.listeningMs),
    caughtUpMs: Math.round(caughtUpMs),
  };
}

/** How often each line of a round is in the lake. */
async function storedLines(read: ApiClient, round: number): Promise<Map<string, number>> {
  const answer = await read.ask(
    "GET",
    `/api/v1/events/export?format=ndjson&query=${encodeURIComponent(`user:${USER}-${round}-*`)}`,
  );
  if (answer.status !== 200) throw new Error(`export: ${answer.status} ${answer.text.slice(0, 300)}`);
  const times = new Map<string, number>();
  for (const text of answer.text.split("\n")) {
    if (text === "") continue;
    const line = lineNumber((JSON.parse(text) as { raw: string }).raw);
    times.set(line, (times.get(line) ?? 0) + 1);
  }
  return times;
}

async function countedFindings(read: ApiClient): Promise<number> {
  const alerts = await read.all<{ count: number }>(`/api/v1/alerts?limit=500&rule=${RULE_ID}`);
  return alerts.reduce((sum, { count }) => sum + count, 0);
}

async function findingsOf(read: ApiClient): Promise<string[]> {
  const alerts = await read.all<{ id: string }>(`/api/v1/alerts?limit=500&rule=${RULE_ID}`);
  const findings: string[] = [];
  for (const { id } of alerts) {
    const page = await read.all<{ eventId: string }>(`/api/v1/alerts/${id}/findings?limit=500`);
    findings.push(...page.map(({ eventId }) => eventId));
  }
  return findings;
}

if (import.meta.main) {
  const { reports, findings, findingsOnce } = await killRounds(Number(process.argv[2] ?? 20), (report) =>
    console.log(JSON.stringify(report)),
  );
  const sum = (key: keyof RoundReport): number => reports.reduce((total, report) => total + report[key], 0);
  const sorted = (key: keyof RoundReport): number[] => reports.map((report) => report[key]).toSorted((a, b) => a - b);
  console.log(
    `${reports.length} rounds: ${sum("acknowledged")} acknowledged, ${sum("stored")} stored, ${sum("lost")} lost, ${sum("duplicated")} duplicated; ` +
      `${findings} findings, each once: ${findingsOnce}; changes lost ${sum("changesLost")}; ` +
      `listening after ${sorted("listeningMs").at(reports.length >> 1)} ms (max ${sorted("listeningMs").at(-1)}), caught up after ${sorted("caughtUpMs").at(reports.length >> 1)} ms (max ${sorted("caughtUpMs").at(-1)})`,
  );
}
