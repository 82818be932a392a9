/** Sensors with weeks behind them, counted as the pipeline counts: one of each trouble, the worst of them an alert. */
import type { EventId, JournalRecord, KhienEvent } from "../../../src/kernel/index.ts";
import { tallySensors } from "../../../src/modules/ingest/index.ts";
import { patch } from "./people.ts";
import type { Stage } from "./stage.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEKS = 4;

export const SILENT_SENSOR = "tuong-lua-chinh-220kv";
export const HEALTHY_SENSOR = "may-chu-mien-noi-bo";

interface History {
  readonly name: string;
  readonly source: string;
  /** Events an hour at this hour of the day. */
  readonly rate: (hourOfDay: number, agoMs: number) => number;
  readonly aheadMs?: number;
  readonly failureShare?: number;
}

const daily = (hour: number) => 30 + Math.round(25 * Math.sin(((hour - 2) / 24) * 2 * Math.PI));

const HISTORIES: readonly History[] = [
  { name: SILENT_SENSOR, source: "fortigate", rate: (hour, ago) => (ago < 3 * HOUR_MS ? 0 : daily(hour)) },
  {
    name: HEALTHY_SENSOR,
    source: "windows-nxlog",
    rate: (hour, ago) => (ago < 50 * HOUR_MS && ago > 46 * HOUR_MS ? 0 : daily(hour)),
  },
  { name: "dns-chi-nhanh", source: "bind", rate: (hour, ago) => (ago < 2 * HOUR_MS ? 24 : 200 + 3 * daily(hour)) },
  { name: "camera-cong-so-2", source: "cef", rate: () => 12, aheadMs: 7 * HOUR_MS },
  { name: "cong-vpn", source: "raw", rate: () => 20, failureShare: 0.3 },
];

function entriesOf(history: History, now: number) {
  const entries: { record: JournalRecord; event: KhienEvent }[] = [];
  const first = Math.floor(now / HOUR_MS) * HOUR_MS - WEEKS * 7 * DAY_MS;
  for (let hour = first; hour <= now; hour += HOUR_MS) {
    const count = history.rate(new Date(hour).getUTCHours(), now - hour);
    for (let n = 0; n < count; n += 1) {
      // An uneven step, so that no two hours are alike.
      const at = hour + Math.floor(((n + ((n * 7 + hour / HOUR_MS) % 10) / 10) / count) * HOUR_MS * 0.98);
      if (at <= now) entries.push(entryOf(history, at, entries.length));
    }
  }
  return entries;
}

function entryOf({ name, source, aheadMs = 0, failureShare = 0 }: History, at: number, n: number) {
  const id = ((n * 2_654_435_761) % 4_294_967_296).toString(16).padStart(32, "0") as EventId;
  const fails = n % 10 < failureShare * 10;
  const record: JournalRecord = { id, door: "syslog-tcp", sensor: name, receivedAt: at, raw: "x".repeat(300) };
  const event: KhienEvent = {
    id: `${id.slice(-12)}${id.slice(0, 20)}` as EventId,
    time: at + aheadMs - 400 - (n % 7) * 100,
    ingestedAt: at,
    sensor: name,
    logsource: { service: n % 3 === 0 ? "system" : "security" },
    format: fails ? "raw" : source,
    ...(fails ? { parseFailure: "parse.failure.unknown_format" } : {}),
    entities: {},
    fields: {},
    raw: record.raw,
  };
  return { record, event };
}

/** The alert that the silence of the critical one raised, ready for an address. */
export async function liveForWeeks({ server, admin }: Stage): Promise<string> {
  const { records, sensors, silenceWatch } = server.server.parts;
  const now = Date.now();
  const tallies = HISTORIES.flatMap((history) => tallySensors(entriesOf(history, now)));
  await records.transaction((tx) => sensors.count(tx, tallies));
  await patch(admin, `/api/v1/sensors/${SILENT_SENSOR}`, {
    critical: true,
    note: "Tường lửa giữa vùng điều khiển và mạng văn phòng. Trực: tổ mạng, máy lẻ 118.",
  });
  await silenceWatch.look({ backlog: 0 });
  await server.settled();
  const alerts = await admin.all<{ id: string; rule: { id: string } }>("/api/v1/alerts?limit=500");
  const alert = alerts.find(({ rule }) => rule.id === "sensor:silent");
  if (alert === undefined) throw new Error("the critical sensor's silence raised nothing");
  return encodeURIComponent(alert.id);
}
