/** What is in the lake, the alerts and the audit log after a round, beside what there must be. */
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient } from "../flows/api-client.ts";
import { type KillPlace, PASSWORD } from "./kill-place.ts";
import type { ServerChild } from "./server-child.ts";
import { hasAlarm, type LineId, lineId, MARK, minuteOf, rawOf, type ThreeDoors } from "./three-doors.ts";

export interface Judged {
  readonly acknowledged: number;
  readonly stored: number;
  readonly lost: number;
  readonly duplicated: number;
  /** Not, byte for byte, what was sent. */
  readonly altered: number;
  /** Acknowledged lines whose record the injected damage took. */
  readonly taken: number;
  /** Lines sent by TCP syslog, which nobody acknowledges, and how many of them are there. */
  readonly tcpSent: number;
  readonly tcpStored: number;
  /** Stored lines of this round that an alert must count. */
  readonly alarms: number;
  /** Findings the alerts count, of all rounds, less those there must be. */
  readonly alarmsOff: number;
  /** Of lines the lake had read and detection had not when the injected damage took their record. */
  readonly alarmsTaken: number;
  readonly changesLost: number;
}

interface Case {
  readonly server: ServerChild;
  readonly place: KillPlace;
  readonly load: ThreeDoors;
  readonly round: number;
  /** Findings of the rounds before. */
  readonly before: number;
  readonly taken: ReadonlySet<LineId>;
}

export async function judge({ server, place, load, round, before, taken }: Case): Promise<Judged> {
  const read = new ApiClient(server.url, { authorization: `Bearer ${place.readToken}` });
  const { times, altered } = await storedLines(read, round);
  const ids = [...times.keys()];
  const alarms = ids.filter(hasAlarm).length;
  let counted = await countedAlarms(read, place.ruleId);
  // Findings become alerts a moment after the events are stored.
  for (let wait = 0; counted !== before + alarms && wait < 40; wait += 1) {
    await pause(250);
    counted = await countedAlarms(read, place.ruleId);
  }
  // Detection reads the journal. What only the lake has left is hunted for, and raises nothing by itself.
  const mayBeTaken = ids.filter((id) => hasAlarm(id) && taken.has(id)).length;
  const missed = before + alarms - counted;
  const alarmsTaken = missed > 0 && missed <= mayBeTaken ? missed : 0;
  const admin = await ApiClient.signIn(server.url, { username: "admin", password: PASSWORD });
  const changes = await admin.all<{ details: { note?: string } }>("/api/v1/audit?limit=200&verb=ingest.sensor.changed");
  const told = new Set(changes.map(({ details }) => details.note));
  const missing = [...load.acknowledged].filter((id) => !times.has(id));
  return {
    acknowledged: load.acknowledged.size,
    stored: ids.length,
    lost: missing.filter((id) => !taken.has(id)).length,
    duplicated: [...times.values()].filter((n) => n > 1).length,
    altered,
    taken: missing.filter((id) => taken.has(id)).length,
    tcpSent: load.tcpSent,
    tcpStored: ids.filter((id) => id.includes("-tcp")).length,
    alarms,
    alarmsOff: counted + alarmsTaken - before - alarms,
    alarmsTaken,
    changesLost: [...load.changes].filter((note) => !told.has(note)).length,
  };
}

/** How often each line of a round is in the lake. */
export async function storedLines(
  read: ApiClient,
  round: number,
): Promise<{ times: Map<LineId, number>; altered: number }> {
  const from = new Date(minuteOf(round)).toISOString();
  const to = new Date(minuteOf(round + 1)).toISOString();
  const asked = new URLSearchParams({ format: "ndjson", query: `${MARK}-${round}-`, from, to });
  const answer = await read.ask("GET", `/api/v1/events/export?${asked.toString()}`);
  if (answer.status !== 200) throw new Error(`export: ${answer.status} ${answer.text.slice(0, 300)}`);
  const times = new Map<LineId, number>();
  let altered = 0;
  for (const text of answer.text.split("\n")) {
    if (text === "") continue;
    const { raw } = JSON.parse(text) as { raw: string };
    const id = lineId(raw);
    if (id === undefined || raw !== rawOf(id)) altered += 1;
    if (id !== undefined) times.set(id, (times.get(id) ?? 0) + 1);
  }
  return { times, altered };
}

export async function countedAlarms(read: ApiClient, rule: string): Promise<number> {
  const alerts = await read.all<{ count: number }>(`/api/v1/alerts?limit=500&rule=${rule}`);
  return alerts.reduce((sum, { count }) => sum + count, 0);
}

/** Events the findings of a rule point at, once for each finding. */
export async function findingsOf(read: ApiClient, rule: string): Promise<string[]> {
  const alerts = await read.all<{ id: string }>(`/api/v1/alerts?limit=500&rule=${encodeURIComponent(rule)}`);
  const findings: string[] = [];
  for (const { id } of alerts) {
    const page = await read.all<{ eventId: string }>(`/api/v1/alerts/${id}/findings?limit=500`);
    findings.push(...page.map(({ eventId }) => eventId));
  }
  return findings;
}
